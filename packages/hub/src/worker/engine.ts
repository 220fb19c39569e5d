import type { Move, WorkerRow } from '../move.ts';
import type { MoveRows } from '../store/store.ts';

/** What runs attempts, and has those of a worker that is gone run by another. */
export interface Engine<Rows extends MoveRows = MoveRows> {
  /** Attempts that this process is at, by move. */
  readonly running: ReadonlySet<string>;
  /** Within the transaction that admits an attempt: from its commit on it is certain to be run. */
  start(rows: Rows, move: Move): Promise<void>;
  /** After that commit. */
  started(move: Move): void;
  /** Gives what a worker that is gone had to others. */
  recover(gone: WorkerRow): Promise<void>;
  /** Removes what it keeps of moves that are over. */
  forget(moves: readonly Move[]): Promise<void>;
  /** Runs nothing more; what is on is left to others. */
  stop(): Promise<void>;
}
