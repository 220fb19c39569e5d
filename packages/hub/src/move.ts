/**
 * A move of one site from one node to another, as the hub's queue has it.
 *
 * | state        | what is so                                                                          |
 * | ------------ | ----------------------------------------------------------------------------------- |
 * | `queued`     | waits; `waits` says for what, `notBefore` for how long at least                     |
 * | `preparing`  | a worker has it: what an earlier attempt left is looked at and tidied up            |
 * | `sending`    | the source sends                                                                    |
 * | `finalizing` | the destination has said that it has it; the source puts its folder aside           |
 * | `failing`    | the attempt has failed; what came is kept for the next one, or removed              |
 * | `done`       | at the destination and nowhere else                                                 |
 * | `failed`     | given up; it is at the source, or `reason` says what to look at                     |
 * | `cancelled`  | somebody called it off before it was at the destination                             |
 */
export type MoveState =
  'queued' | 'preparing' | 'sending' | 'finalizing' | 'failing' | 'done' | 'failed' | 'cancelled';

export interface MoveReason {
  readonly code: string;
  readonly message: string;
  /** What a person does next. */
  readonly next: string;
}

/** Times are ISO 8601 by the clock of the store. */
export interface Move {
  readonly id: string;
  /** Of whoever asked: the same key is the same move. */
  readonly key: string | null;
  readonly site: string;
  /** Node that it lies on. */
  readonly source: string;
  /** Node that was asked for; null leaves it to the hub. */
  readonly wanted: string | null;
  /** Node that it goes to; null until it is chosen. */
  readonly destination: string | null;
  readonly state: MoveState;
  readonly waits: string | null;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly notBefore: string | null;
  /** Higher goes first. */
  readonly priority: number;
  /** From 1 on; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Worker that has it, by its id. */
  readonly worker: string | null;
  /** Goes up whenever a worker takes it: what a worker with an older one wants to write is refused. */
  readonly fence: number;
  readonly bytesDone: number;
  /** null: nobody has measured it yet. */
  readonly bytesTotal: number | null;
  /** When its state or its bytes changed last. */
  readonly changedAt: string;
  readonly reason: MoveReason | null;
  /** Nodes that it was sent to so far. */
  readonly tried: readonly string[];
  readonly cancelledBy: string | null;
  /** When the destination itself has called the hub and said that it has it. */
  readonly reportedAt: string | null;
  readonly endedAt: string | null;
  /** What the source's folder is called in its archive, until it is removed there. */
  readonly archived: string | null;
  readonly sourceRemovedAt: string | null;
}

/** A host of sites, with its key sealed (see secrets.ts). */
export interface HubNode {
  readonly id: string;
  readonly url: string;
  readonly tokenId: string;
  readonly sealedKey: string;
  /** Moves at once that it is source or destination of. */
  readonly limit: number;
  /** The hub chooses it for no move. */
  readonly drained: boolean;
  readonly freeBytes: number | null;
  readonly seenAt: string | null;
  /** Why it was not seen at the last look. */
  readonly unseen: string | null;
}

export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the kernel's count: tells it from another one with the number. */
  readonly began: string;
  readonly beatAt: string;
  /** Taken for dead by another one, or gone by itself; what it had is given to others. */
  readonly goneAt: string | null;
}

export const activeStates: readonly MoveState[] = ['preparing', 'sending', 'finalizing', 'failing'];
export const endedStates: readonly MoveState[] = ['done', 'failed', 'cancelled'];

export const isActive = ({ state }: Pick<Move, 'state'>): boolean => activeStates.includes(state);
/** Over, and with no folder at its source that is still to be removed. */
export const isSettled = (move: Move): boolean => isEnded(move) && !isKeptAside(move);

export const isKeptAside = ({ state, archived, sourceRemovedAt }: Move): boolean =>
  state === 'done' && archived !== null && sourceRemovedAt === null;

export const isEnded = ({ state }: Pick<Move, 'state'>): boolean => endedStates.includes(state);
