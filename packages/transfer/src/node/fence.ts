import { CutoverError } from '@cutover/core';
import { isMoving, type MoveRef, type ServerRecord } from './server-record.ts';

/** Moves of a server that are remembered: one that is older than these is long over at whoever asked for it. */
const rememberedMoves = 50;

/**
 * Refuses who comes too late: a move whose attempt is behind the highest that was seen, or one that another move has
 * followed.
 *
 * @throws CutoverError `stale-attempt`
 */
export function assertNotStale({ id, move: last, seen = [] }: ServerRecord, move: MoveRef): void {
  const before = seen.find((one) => one.id === move.id);
  if (before === undefined) return;
  if (move.attempt < before.attempt)
    throw stale(
      `attempt ${move.attempt} of the move ${move.id} of ${id} comes after attempt ${before.attempt}`,
    );
  if (move.attempt === before.attempt && last === undefined)
    throw stale(`attempt ${move.attempt} of the move ${move.id} of ${id} was discarded`);
  if (seen.at(-1)?.id !== move.id && last?.id !== move.id)
    throw stale(`the move ${move.id} of ${id} comes after another move of it, ${seen.at(-1)?.id ?? ''}`);
}

/**
 * Whether what is asked for is what is there already: the same move on its way, at its end, or with nobody knowing
 * whether it ended; and one that failed, unless another attempt is asked for.
 */
export function isSameMove(record: ServerRecord, move: MoveRef): boolean {
  if (record.role !== 'source' || record.move?.id !== move.id) return false;
  const ended = record.state === 'transfer_completed' || record.sentWhole === true;
  return isMoving(record) || ended || record.move.attempt === move.attempt;
}

/** What was seen, with this one. */
export function seenWith({ seen = [] }: ServerRecord, move: MoveRef): MoveRef[] {
  return [...seen.filter(({ id }) => id !== move.id), move].slice(-rememberedMoves);
}

const stale = (message: string): CutoverError =>
  new CutoverError('stale-attempt', message, {
    next: 'leave it to whoever made the newer attempt; GET /api/servers/:id says how it stands',
  });
