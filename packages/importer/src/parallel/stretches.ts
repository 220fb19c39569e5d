import { isDeepStrictEqual } from 'node:util';
import type { Cursor, CursorsOption, Place } from '@cutover/mysqldump';

/** A part of the source that one thread reads by itself, from one statement boundary to another. */
export interface Stretch {
  /** Undefined: the beginning. */
  readonly from: Cursor | undefined;
  /** Undefined: the end. */
  readonly to: Place | undefined;
  readonly rows: number;
  readonly bytes: number;
  /** Tables of which it holds rows. */
  readonly tables: readonly string[];
}

/**
 * Bytes by which a source is cut where nobody says otherwise: 64 stretches let threads end at about the same time, and
 * each costs some milliseconds, for its cursor holds all tables, so that those of a large source are longer.
 */
export function stretchBytesOf(bytes: number): number {
  return Math.min(4 << 20, Math.max(1 << 18, Math.ceil(bytes / 64)));
}

/** Rows of one table that lie together: those from `from` up to `to`, of all of the source. */
interface TableRun {
  readonly table: string;
  readonly from: number;
  to: number;
}

/** Cuts a source into stretches while it is read as a whole. */
export class StretchCutter {
  /** To be given to the reader. */
  readonly option: CursorsOption;
  readonly #runs: TableRun[] = [];
  readonly #told: { readonly cursor: Cursor; readonly bytes: number }[] = [];

  constructor(apart: number) {
    this.option = {
      apart,
      tell: (cursor, bytes) => {
        this.#told.push({ cursor: withTablesOf(this.#told.at(-1)?.cursor, cursor), bytes });
      },
    };
  }

  /** Notes how many rows of a table came next. */
  add(table: string, rows: number): void {
    const last = this.#runs.at(-1);
    const to = (last?.to ?? 0) + rows;
    if (last?.table === table) last.to = to;
    else this.#runs.push({ table, from: to - rows, to });
  }

  /** The stretches, as they lie, of a source of so many bytes, once all its rows are noted. */
  cut(bytes: number): Stretch[] {
    const rowsTotal = this.#runs.at(-1)?.to ?? 0;
    let before: { readonly cursor: Cursor | undefined; readonly bytes: number } = {
      cursor: undefined,
      bytes: 0,
    };
    const stretches: Stretch[] = [];
    for (const next of [...this.#told, { cursor: undefined, bytes }]) {
      const { cursor } = next;
      const [from, to] = [before.cursor?.rows ?? 0, cursor?.rows ?? rowsTotal];
      stretches.push({
        from: before.cursor,
        to: cursor && { file: cursor.file, offset: cursor.offset },
        rows: to - from,
        bytes: next.bytes - before.bytes,
        tables: this.#runs.filter((run) => run.from < to && run.to > from).map(({ table }) => table),
      });
      before = next;
    }
    return stretches;
  }
}

/**
 * Stretches in the order in which they shall be claimed: each goes with the first of its tables by `order`; those of
 * tables that are not named there come last.
 */
export function inOrder(stretches: readonly Stretch[], order: readonly string[]): Stretch[] {
  const ranks = new Map(order.map((table, rank) => [table, rank]));
  const rankOf = ({ tables }: Stretch): number =>
    Math.min(order.length, ...tables.map((table) => ranks.get(table) ?? order.length));
  return stretches.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Hundreds of cursors differ in the one table that is being read: they hold the others together. */
function withTablesOf(last: Cursor | undefined, cursor: Cursor): Cursor {
  if (last === undefined) return cursor;
  return {
    ...cursor,
    tables: cursor.tables.map((table, i) => {
      const known = last.tables[i];
      return isDeepStrictEqual(known, table) ? known! : table;
    }),
  };
}

/**
 * The stretches, where so many threads that claim one after the other can end at about the same time; undefined where
 * one stretch is too much of the whole, as a table in a single statement is.
 */
export function wellCut(
  stretches: readonly Stretch[] | undefined,
  threads: number,
): readonly Stretch[] | undefined {
  if (stretches === undefined) return undefined;
  const rows = stretches.reduce((sum, stretch) => sum + stretch.rows, 0);
  const longest = stretches.reduce((most, stretch) => Math.max(most, stretch.rows), 0);
  return longest * threads * 2 <= rows ? stretches : undefined;
}
