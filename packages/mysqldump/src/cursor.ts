import type { SessionState } from './session.ts';
import type { TableState } from './schema/catalog.ts';

/** A place in the input by which a reader can stop: see `Cursor`. */
export type Place = Pick<Cursor, 'file' | 'offset'>;

/**
 * A statement boundary of a dump and all that is needed to go on from there: plain JSON. `offset` counts
 * bytes of the file's text; a cursor is only good for the input it was taken from.
 */
export interface Cursor {
  readonly version: 1;
  /** Index into the list of files. */
  readonly file: number;
  /** Byte offset within that file. */
  readonly offset: number;
  readonly line: number;
  /** Statements before this place. */
  readonly statement: number;
  /** Rows of all tables before this place. */
  readonly rows: number;
  /** Conditional comments that are open there. */
  readonly comments: number;
  readonly session: SessionState;
  readonly tables: readonly TableState[];
  /** Default charset by database, for tables that are created behind this place. */
  readonly databaseCharsets: Readonly<Record<string, string>>;
  /** The header of the dump that is being read, where its maker writes a closing line. */
  readonly awaitsClosingLine: boolean;
  readonly closed: boolean;
}
