/**
 * The nouns of the package: what a dump is read into.
 *
 * A dump is a sequence of statements. Some of them describe tables (`Table`, `Column`), some carry rows
 * (`rows` events), some change how the rest is read (charset, sql_mode, database: see `Session`), and the
 * rest is skipped by name. Whatever is skipped, assumed or cannot be exact is said in a `note`.
 */
import type { DumpNote } from './error.ts';
import type { Cursor, Place } from './cursor.ts';

/**
 * One cell. Text and numbers are strings exactly as dumped (so `1.10` stays `1.10`, and no integer loses
 * digits); binary, blob, bit and geometry columns are bytes; NULL is null. Never undefined.
 */
export type Value = string | Uint8Array | null;

/** What a column holds where a row does not say. `sql` is kept as text: it is not evaluated. */
export type ColumnDefault =
  { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'expression'; readonly sql: string };

export interface Column {
  readonly name: string;
  /** As in the CREATE TABLE, e.g. `int(10) unsigned`. */
  readonly type: string;
  /** Whether values are strings (`text`) or bytes, which JSON carries as base64. */
  readonly encoding: 'text' | 'base64';
  readonly nullable: boolean;
  readonly default?: ColumnDefault;
  /** MySQL's name of the column's charset, where the CREATE TABLE (or the database) tells it. */
  readonly charset?: string;
  /** The server computes it, so that INSERTs leave it out. */
  readonly generated?: boolean;
  readonly autoIncrement?: boolean;
}

export interface UniqueKey {
  readonly name: string | undefined;
  readonly columns: readonly string[];
}

/** A place in the input. `offset` counts bytes of the uncompressed file from 0, `line` from 1 (0: not counted, in a range). */
export interface Position {
  readonly file: string;
  readonly offset: number;
  readonly line: number;
}

/**
 * A table of the dump. The object is the same in every event that names the table; keys that an ALTER TABLE
 * adds after the rows (phpMyAdmin does) appear in it when the reader gets there.
 */
export interface Table {
  /** Only where the dump names databases: USE, CREATE DATABASE, `db`.`table`, or a directory's file names. */
  readonly database?: string;
  readonly name: string;
  /** In the order of the CREATE TABLE, generated ones included; undefined where the dump has none. */
  readonly columns: readonly Column[] | undefined;
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly UniqueKey[];
  readonly charset?: string;
  /** Where the CREATE TABLE (or, without one, the first row) stands. */
  readonly position: Position;
  /**
   * Set when the dump fills the table by something that carries no rows (INSERT ... SELECT, LOAD DATA …):
   * how many rows a server would hold is then unknown. The reason in words.
   */
  readonly rowsUnknown?: string;
}

/** What was read of one table. */
export interface TableSummary {
  readonly table: Table;
  /** Rows the dump carries, whether or not the `tables` option passed them on. */
  readonly rows: number;
  /** False if `rowsUnknown` is set. */
  readonly exact: boolean;
  /** Cells that hold an expression this reader cannot evaluate; they came as the expression's text. */
  readonly unevaluated: number;
  /** Columns with text that looks like UTF-8 stored twice, and how many cells. */
  readonly doubleUtf8: Readonly<Record<string, number>>;
}

export type DumpEvent =
  | { readonly kind: 'table'; readonly table: Table }
  | RowsEvent
  | { readonly kind: 'note'; readonly note: DumpNote }
  | EndEvent;

export interface RowsEvent {
  readonly kind: 'rows';
  readonly table: Table;
  /**
   * Names in the order of the values: the INSERT's own column list, or the table's columns without generated
   * ones; undefined where neither is known.
   */
  readonly columns: readonly string[] | undefined;
  readonly rows: Value[][];
  /** Ordinal of the first row within its table, from 1. */
  readonly firstRow: number;
  readonly file: string;
  /** Where the first row stands in `file`. */
  readonly offset: number;
}

export interface EndEvent {
  readonly kind: 'end';
  /** The dump's maker wrote its closing line (`-- Dump completed`, or in `metadata`), and nothing was cut. */
  readonly complete: boolean;
  /** When the dump was finished, ISO 8601, from its closing line; absent where that carries no date. */
  readonly completedAt?: string;
  readonly tables: readonly TableSummary[];
  /** Uncompressed bytes read, over all files. */
  readonly bytes: number;
  readonly cursor: Cursor;
}

export interface Progress {
  /** Bytes of the input as stored (compressed bytes of a compressed file). */
  readonly bytesDone: number;
  /** Undefined where the input's size is not known (stdin). */
  readonly bytesTotal: number | undefined;
  readonly rows: number;
}

export interface CursorsOption {
  /** Bytes of the uncompressed input between two of them, at least; a statement is never cut. */
  readonly apart: number;
  /** `bytes`: what this reader has read before the cursor, over all files. Every row before it has been delivered. */
  readonly tell: (cursor: Cursor, bytes: number) => void;
}

export interface ReadOptions {
  /** Go on past what can be passed without losing a row that is there, and report each as a note. */
  readonly lenient?: boolean;
  /** The sql_mode to read with until the file sets one, e.g. `NO_BACKSLASH_ESCAPES,ANSI_QUOTES`. */
  readonly sqlMode?: string;
  /** The charset to read text in until the file names one (MySQL's name: `latin1`, `utf8mb4`, `gbk` …). */
  readonly charset?: string;
  /** Undo UTF-8 that was stored twice: everywhere, or in the columns the function picks. Off by default. */
  readonly repairDoubleUtf8?: boolean | ((table: Table, column: string) => boolean);
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Rows in one `rows` event at most; 256 by default. */
  readonly batchRows?: number;
  /** Continue at a position that an earlier read gave. */
  readonly from?: Cursor;
  /** Stop at this place, which must be a statement boundary (see `cutDump` and `cursors`). */
  readonly to?: Place;
  /** Places at which other readers can go on, told while this one reads. */
  readonly cursors?: CursorsOption;
  /** Rows of tables for which this is false are counted and checked lexically, not decoded or passed on. */
  readonly tables?: (name: string, database: string | undefined) => boolean;
  /** Largest statement (or row of an INSERT) accepted, in bytes; 1 GiB by default, as MySQL's own limit. */
  readonly maxStatementBytes?: number;
}
