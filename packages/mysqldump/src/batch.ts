/**
 * Rows on their way out: gathered over statements of the same table and columns, delivered in events of bounded
 * size; and the places a reader can resume at, which lag behind until rows are delivered.
 */
import type { Cursor } from './cursor.ts';
import type { Counts, TableEntry } from './schema/catalog.ts';
import type { Shape } from './rows/shape.ts';
import type { Context } from './statement/context.ts';
import type { Value } from './types.ts';

/** A place to resume at, and what was counted of the table whose rows come next. */
export interface Boundary {
  readonly position: Pick<Cursor, 'file' | 'offset' | 'line' | 'statement' | 'comments' | 'rows'>;
  /** Byte of the input, over all files. */
  readonly at: number;
  readonly counts: Counts | undefined;
}

export class RowBatch {
  rows: Value[][] = [];
  /** Rows of all tables that went into events, or were skipped; those before the cursor that was started from too. */
  rowsRead = 0;
  readonly limit: number;
  readonly #context: Context;
  #shape: Shape | undefined;
  /** Byte of the input, over all files, at which the first row stands. */
  #at = 0;
  #first = 1;
  /** Before the first statement with rows that are not in an event yet. */
  #boundary: Boundary | undefined;
  /** The same for the rows in events that are not delivered yet. */
  #flushedFrom: Boundary | undefined;
  /** Before the statement whose rows are being read. */
  #statement: Boundary | undefined;
  /** Tables whose event went out in this reading. */
  readonly #introduced = new Set<TableEntry>();

  constructor(context: Context, limit: number) {
    this.#context = context;
    this.limit = limit;
  }

  /** A statement with rows begins; `at` is where they start in the window, `comments` as in a cursor. */
  begin(shape: Shape, at: number, comments: number): void {
    this.#statement = this.boundaryAt(this.#context.statementStart, comments, shape.entry);
    if (this.#shape !== undefined && this.rows.length > 0 && continues(this.#shape, shape)) return;
    this.flush();
    this.#boundary = this.#statement;
    this.#restart(shape, at);
  }

  /** The next rows, from `at` in the window on, are of this shape, whatever those before were. */
  #restart(shape: Shape, at: number): void {
    this.#shape = shape;
    this.#first = shape.entry.rows + 1;
    this.#at = this.#context.window.base + at;
  }

  /** Delivers what there is in the middle of a statement, the rest of which starts at `at`. */
  split(shape: Shape, at: number): void {
    this.flush();
    this.#boundary = this.#statement;
    this.#restart(shape, at);
  }

  get isFull(): boolean {
    return this.rows.length >= this.limit;
  }

  /** Behind a statement: delivers what is worth an event. */
  endStatement(): void {
    if (this.rows.length * 4 < this.limit) return;
    this.flush();
    this.#boundary = this.#statement;
  }

  /** Puts the rows read so far into an event. */
  flush(): void {
    const shape = this.#shape;
    const { rows } = this;
    this.#shape = undefined;
    if (shape === undefined || rows.length === 0) return;
    this.rows = [];
    this.#flushedFrom = this.#boundary;
    this.rowsRead += rows.length;
    if (!this.#introduced.has(shape.entry)) {
      this.#introduced.add(shape.entry);
      shape.entry.announced = false;
      this.#context.announce(shape.entry);
    }
    if (shape.skip) return;
    const { window, events } = this.#context;
    const { file, offset } = window.place(this.#at - window.base);
    events.push({
      kind: 'rows',
      table: shape.entry.table,
      columns: shape.columns,
      rows,
      firstRow: this.#first,
      file,
      offset,
    });
  }

  /** Where to resume so that no row is lost; undefined if that is where reading stands, between statements. */
  resumeFrom(): Boundary | undefined {
    if (this.#context.events.some(({ kind }) => kind === 'rows')) return this.#flushedFrom;
    return this.#boundary;
  }

  boundaryAt(at: number, comments: number, entry?: TableEntry): Boundary {
    const { window, statement } = this.#context;
    const { offset, line } = window.place(at);
    return {
      position: {
        ...{ file: window.fileIndexAt(at), offset, line, statement, comments },
        rows: this.rowsRead + this.rows.length,
      },
      at: window.base + at,
      counts: entry && {
        entry,
        rows: entry.rows,
        unevaluated: entry.unevaluated,
        doubleUtf8: { ...entry.doubleUtf8 },
      },
    };
  }
}

/** Rows of both may be in one event. How many values they have shows only when they are read. */
function continues(old: Shape, next: Shape): boolean {
  if (old.entry !== next.entry || old.skip !== next.skip) return false;
  if (old.listed === undefined || next.listed === undefined) return old.listed === next.listed;
  return old.listed.length === next.listed.length && old.listed.every((name, i) => name === next.listed?.[i]);
}
