import { randomUUID } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';
import { admit, type Standing } from './admit.ts';
import { isActive, isEnded, type Move, type MoveReason, type MoveState } from './move.ts';
import type { MoveFilter, MoveRows, MoveStore } from './store/store.ts';

export interface MoveRequest {
  readonly site: string;
  readonly source: string;
  /** null: the hub chooses. */
  readonly destination: string | null;
  readonly askedBy: string;
  readonly key: string | null;
  readonly priority: number;
  readonly maxAttempts: number;
}

/**
 * Puts a move into the queue. The same key, or without one the same site to the same place while it is not over, is
 * the move that is there already.
 *
 * @throws CutoverError `node-unknown`, `same-node` (exit 64), `key-taken` (exit 3)
 */
export function enqueue(store: MoveStore, request: MoveRequest): Promise<{ move: Move; isNew: boolean }> {
  const id = randomUUID();
  return store.change(async (rows) => {
    const there = await findSame(rows, request);
    if (there !== undefined) return { move: there, isNew: false };
    const known = new Set((await rows.nodes()).map((node) => node.id));
    for (const node of [request.source, request.destination])
      if (node !== null && !known.has(node)) throw unknownNode(node, known);
    if (request.source === request.destination) throw sameNode(request.source);
    const now = rows.now.toISOString();
    const move: Move = {
      ...{ id, key: request.key, site: request.site, source: request.source, wanted: request.destination },
      ...{ destination: null, state: 'queued', waits: null, askedBy: request.askedBy, askedAt: now },
      ...{ notBefore: null, priority: request.priority, attempt: 0, maxAttempts: request.maxAttempts },
      ...{ worker: null, fence: 0, bytesDone: 0, bytesTotal: null, changedAt: now, reason: null, tried: [] },
      ...{ cancelledBy: null, reportedAt: null, endedAt: null, archived: null, sourceRemovedAt: null },
    };
    await rows.putMove(move);
    return { move, isNew: true };
  });
}

async function findSame(rows: MoveRows, request: MoveRequest): Promise<Move | undefined> {
  const same = (move: Move): boolean =>
    move.site === request.site && move.source === request.source && move.wanted === request.destination;
  if (request.key === null)
    return (await rows.unended()).find((move) => same(move) && move.cancelledBy === null);
  const there = await rows.moveByKey(request.key);
  if (there === undefined || same(there)) return there;
  throw new CutoverError('key-taken', `the key ${request.key} is that of another move, ${there.id}`, {
    next: 'give every move a key of its own; see `cutover moves list` for that one',
    data: { move: there.id },
    exitCode: exitCodes.preflightFailed,
  });
}

/** Calls a move off. One that is at its destination already ends as done. Throws CutoverError `move-unknown`, `move-over`. */
export function cancel(store: MoveStore, id: string, by: string): Promise<Move> {
  return store.change(async (rows) => {
    const move = await theMove(rows, id);
    if (move.state === 'cancelled' || move.cancelledBy !== null) return move;
    if (isEnded(move))
      throw new CutoverError('move-over', `the move ${id} is ${move.state} already`, {
        next:
          move.state === 'done' ? 'enqueue a move back where it is to go back' : 'nothing is left to cancel',
        exitCode: exitCodes.preflightFailed,
      });
    const asked: Move = { ...move, cancelledBy: by };
    // An attempt may have left something behind: then a worker looks, and ends it.
    const ended =
      isActive(move) || move.attempt > 0 ? { ...asked, notBefore: null } : over(asked, 'cancelled', rows.now);
    await rows.putMove(ended);
    return ended;
  });
}

/** A move at its end. */
export const over = (move: Move, state: MoveState, now: Date, reason: MoveReason | null = null): Move => ({
  ...move,
  ...{ state, reason, waits: null, notBefore: null, worker: null },
  ...{ changedAt: now.toISOString(), endedAt: now.toISOString() },
});

export async function theMove(rows: MoveRows, id: string): Promise<Move> {
  const move = await rows.move(id);
  if (move !== undefined) return move;
  throw new CutoverError('move-unknown', `there is no move ${id}`, {
    next: 'see `cutover moves list` for those that there are',
    exitCode: exitCodes.usage,
  });
}

/** A move as it is shown: a queued one says why it waits. */
export interface ShownMove extends Move {
  readonly percent: number | null;
  readonly stuck: string | null;
}

export async function standingOf(rows: MoveRows): Promise<Standing> {
  return { now: rows.now, nodes: await rows.nodes(), unended: await rows.unended() };
}

/** Moves with why they wait as of now, and which of them are stuck. */
export function listMoves(store: MoveStore, filter: MoveFilter, stuckSeconds: number): Promise<ShownMove[]> {
  return store.read(async (rows) => {
    const standing = await standingOf(rows);
    const alive = new Set((await rows.workers()).filter(({ goneAt }) => goneAt === null).map(({ id }) => id));
    return (await rows.moves(filter)).map((move) => show(move, standing, alive, stuckSeconds));
  });
}

export function show(
  move: Move,
  standing: Standing,
  alive: ReadonlySet<string>,
  stuckSeconds: number,
): ShownMove {
  const admission = move.state === 'queued' ? admit(move, standing) : undefined;
  const noWorker = alive.size === 0 ? 'no worker runs' : 'a worker takes it';
  const waits =
    admission === undefined ? move.waits : 'waits' in admission ? admission.waits : (move.waits ?? noWorker);
  const percent =
    move.state === 'done'
      ? 100
      : move.bytesTotal === null || move.bytesTotal === 0
        ? null
        : Math.min(99, Math.floor((move.bytesDone / move.bytesTotal) * 100));
  return { ...move, waits, percent, stuck: stuckWhy(move, waits, standing, alive, stuckSeconds) };
}

/** Why a move is taken for stuck; null where it is not. */
function stuckWhy(
  move: Move,
  waits: string | null,
  { now }: Standing,
  alive: ReadonlySet<string>,
  stuckSeconds: number,
): string | null {
  if (isEnded(move)) return null;
  const quiet = Math.floor((+now - +new Date(move.changedAt)) / 1000);
  if (quiet < stuckSeconds) return null;
  const since = `for ${quiet} s`;
  if (alive.size === 0) return `no worker has run ${since}; start \`cutover worker\``;
  if (move.state === 'queued') return `waits ${since}: ${waits ?? ''}`;
  if (move.worker === null || !alive.has(move.worker))
    return `its worker is gone, and no other has taken it ${since}`;
  return `${move.state} without a byte or a change ${since}${waits === null ? '' : `: ${waits}`}; look at both nodes' logs and the link`;
}

const unknownNode = (node: string, known: ReadonlySet<string>): CutoverError =>
  new CutoverError('node-unknown', `the hub has no node ${node}`, {
    next: `add it with \`cutover moves add-node\`; it has ${known.size === 0 ? 'none' : [...known].join(', ')}`,
    exitCode: exitCodes.usage,
  });

const sameNode = (node: string): CutoverError =>
  new CutoverError('same-node', `source and destination are both ${node}`, {
    next: 'name another destination, or none: then the hub chooses',
    exitCode: exitCodes.usage,
  });
