import { CutoverError, exitCodes } from '@cutover/core';
import type { HubNode } from '../move.ts';
import type { MoveRows, MoveStore } from '../store/store.ts';

/**
 * Has the hub choose a node for no move any more, or again; moves that name it go there all the same. Throws
 * CutoverError `node-unknown` (exit 64).
 */
export function drainNode(store: MoveStore, id: string, drained: boolean): Promise<void> {
  return store.change(async (rows) => rows.putNode({ ...(await nodeIn(rows, id)), drained }));
}

/**
 * Forgets a node and its key. Throws CutoverError `node-unknown` (exit 64), or `node-busy` (exit 3) while a move that
 * is not over names it or goes there.
 */
export function removeNode(store: MoveStore, id: string): Promise<void> {
  return store.change(async (rows) => {
    await nodeIn(rows, id);
    const at = (await rows.unended()).filter(({ source, wanted, destination }) =>
      [source, wanted, destination].includes(id),
    );
    if (at.length > 0)
      throw new CutoverError('node-busy', `${at.length} moves that are not over are from or to ${id}`, {
        next: 'wait for them, or cancel them',
        exitCode: exitCodes.preflightFailed,
      });
    await rows.removeNode(id);
  });
}

async function nodeIn(rows: MoveRows, id: string): Promise<HubNode> {
  const node = (await rows.nodes()).find((one) => one.id === id);
  if (node !== undefined) return node;
  throw new CutoverError('node-unknown', `the hub has no node ${id}`, {
    next: 'see `cutover moves nodes`',
    exitCode: exitCodes.usage,
  });
}
