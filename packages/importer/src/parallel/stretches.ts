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
}

/**
 * Bytes by which a source is cut where nobody says otherwise: 64 stretches let threads end at about the same time, and
 * each costs some milliseconds, for its cursor holds all tables, so that those of a large source are longer.
 */
export function stretchBytesOf(bytes: number): number {
  return Math.min(4 << 20, Math.max(1 << 18, Math.ceil(bytes / 64)));
}

/** Cuts a source into stretches while it is read as a whole. */
export class StretchCutter {
  /** To be given to the reader. */
  readonly option: CursorsOption;
  readonly #told: { readonly cursor: Cursor; readonly bytes: number }[] = [];

  constructor(apart: number) {
    this.option = {
      apart,
      tell: (cursor, bytes) => {
        this.#told.push({ cursor: withTablesOf(this.#told.at(-1)?.cursor, cursor), bytes });
      },
    };
  }

  /** The stretches, in order, of a source of so many rows and bytes. */
  cut(rows: number, bytes: number): Stretch[] {
    let before: { readonly cursor: Cursor | undefined; readonly bytes: number } = {
      cursor: undefined,
      bytes: 0,
    };
    const stretches: Stretch[] = [];
    for (const next of [...this.#told, { cursor: undefined, bytes }]) {
      const { cursor } = next;
      stretches.push({
        from: before.cursor,
        to: cursor && { file: cursor.file, offset: cursor.offset },
        rows: (cursor?.rows ?? rows) - (before.cursor?.rows ?? 0),
        bytes: next.bytes - before.bytes,
      });
      before = next;
    }
    return stretches;
  }
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
