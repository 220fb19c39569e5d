import type { HubNode, Move, MoveState, WorkerRow } from '../move.ts';

export interface MoveFilter {
  readonly site?: string | undefined;
  readonly states?: readonly MoveState[] | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Of those that are over, those alone that ended after it; ISO 8601. */
  readonly endedSince?: string | undefined;
  readonly limit?: number | undefined;
}

/** What the queue stands on, within one transaction. */
export interface MoveRows {
  /** By the one clock that counts: the database's, or that of the one machine. */
  readonly now: Date;
  move(id: string): Promise<Move | undefined>;
  moveByKey(key: string): Promise<Move | undefined>;
  /** Queued and active ones, in the order in which they are to go. */
  unended(): Promise<Move[]>;
  /** Newest first. */
  moves(filter: MoveFilter): Promise<Move[]>;
  putMove(move: Move): Promise<void>;
  /** Done before a time, with a folder put aside at its source; the oldest first. */
  keptAside(before: Date, limit: number): Promise<Move[]>;
  /** Over before a time, and nothing left to be done (see isSettled); the oldest first. */
  settled(before: Date, limit?: number): Promise<Move[]>;
  removeMove(id: string): Promise<void>;
  nodes(): Promise<HubNode[]>;
  putNode(node: HubNode): Promise<void>;
  removeNode(id: string): Promise<void>;
  workers(): Promise<WorkerRow[]>;
  putWorker(worker: WorkerRow): Promise<void>;
  removeWorker(id: string): Promise<void>;
}

/** Adapters of this are checked by one suite. */
export interface MoveStore<Rows extends MoveRows = MoveRows> {
  /** For whoever tells people where moves are kept; without a secret. */
  readonly place: string;
  /** All of it or nothing, and nobody else at the same time. `work` may be made again where the connection was cut. */
  change<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  read<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The order in which moves go. */
export const inOrder = (one: Move, other: Move): number =>
  other.priority - one.priority || compare(one.askedAt, other.askedAt) || compare(one.id, other.id);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
