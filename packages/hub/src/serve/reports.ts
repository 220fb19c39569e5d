import { CutoverError } from '@cutover/core';
import { type HubNode, isActive, type Move } from '../move.ts';
import type { MoveStore } from '../store/store.ts';

/**
 * Takes down what a node reports by itself: success is its destination's to say, failure its source's. Said twice it
 * is the same. The attempt itself asks; this is the record of who said so and when, and no other worker is needed for it.
 * A report that comes late counts for the move that it names, `id`, and for no newer one of the site.
 *
 * @throws CutoverError `not-yours`, `move-unknown`
 */
export async function takeReport(
  store: MoveStore,
  node: HubNode,
  site: string,
  outcome: 'success' | 'failure',
  id?: string,
): Promise<Move> {
  return store.change(async (rows) => {
    const moves = (await rows.moves({ site, limit: 20 })).filter((one) => id === undefined || one.id === id);
    const part = outcome === 'success' ? 'destination' : 'source';
    const move =
      moves.find((one) => one[part] === node.id && (isActive(one) || one.state === 'queued')) ??
      moves.find((one) => one[part] === node.id);
    if (move === undefined) {
      if (moves.length === 0)
        throw new CutoverError('move-unknown', `the hub has no move of ${site}`, { next: 'nothing' });
      throw new CutoverError('not-yours', `${node.id} is not the ${part} of a move of ${site}`, {
        next: 'only the destination reports success, and only the source failure',
      });
    }
    if (outcome === 'failure' || move.reportedAt !== null) return move;
    const reported = { ...move, reportedAt: rows.now.toISOString() };
    await rows.putMove(reported);
    return reported;
  });
}
