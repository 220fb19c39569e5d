/** The tables met so far, and what was counted of each. */
import type { Column, Position, Table, UniqueKey } from '../types.ts';
import type { ColumnKind } from './column-type.ts';

/** A column with what the reader alone needs of it. */
export interface ColumnEntry {
  column: Column;
  kind: ColumnKind;
  /** First word of the type in lower case. */
  base: string;
  /** Declared bits of a BIT column. */
  bits: number;
  /** Left out by `SELECT *` and by INSERTs without a column list. */
  invisible: boolean;
}

/** A table while the dump is read; `table` is what consumers see. Plain JSON but for the Uint8Arrays of defaults. */
export interface TableEntry {
  table: {
    database?: string;
    name: string;
    columns: Column[] | undefined;
    primaryKey: string[];
    uniqueKeys: UniqueKey[];
    charset?: string;
    position: Position;
    rowsUnknown?: string;
  };
  entries: ColumnEntry[] | undefined;
  /** The `table` event went out. */
  announced: boolean;
  rows: number;
  unevaluated: number;
  doubleUtf8: Record<string, number>;
  /** Set once a note of that kind was given for the table (or its column). */
  noted: Set<string>;
}

/** What was counted of a table at some place. */
export interface Counts {
  readonly entry: TableEntry;
  readonly rows: number;
  readonly unevaluated: number;
  readonly doubleUtf8: Record<string, number>;
}

/** A table in a cursor. */
export type TableState = Omit<TableEntry, 'noted'> & { noted: string[] };

export class Catalog {
  readonly #tables = new Map<string, TableEntry>();
  /** The same by name in lower case. */
  readonly #alike = new Map<string, TableEntry[]>();
  /** Default charset by database. */
  readonly databaseCharsets = new Map<string, string>();

  find(database: string | undefined, name: string): TableEntry | undefined {
    const exact = this.#tables.get(key(database, name));
    if (exact !== undefined) return exact;
    // Servers on Windows and macOS do not tell upper from lower case in table names; dumps from there mix them.
    const alike = this.#alike.get(key(database, name.toLowerCase()));
    return alike?.length === 1 ? alike[0] : undefined;
  }

  add(entry: TableEntry): void {
    const { database, name } = entry.table;
    this.#tables.set(key(database, name), entry);
    const lower = key(database, name.toLowerCase());
    this.#alike.set(lower, [
      ...(this.#alike.get(lower) ?? []).filter((one) => one.table.name !== name),
      entry,
    ]);
  }

  remove(entry: TableEntry): void {
    const { database, name } = entry.table;
    this.#tables.delete(key(database, name));
    const lower = key(database, name.toLowerCase());
    const left = (this.#alike.get(lower) ?? []).filter((one) => one !== entry);
    if (left.length > 0) this.#alike.set(lower, left);
    else this.#alike.delete(lower);
  }

  *all(): Iterable<TableEntry> {
    yield* this.#tables.values();
  }

  /** `counts` are those of one table at an earlier place. */
  save(counts: Counts | undefined): TableState[] {
    return [...this.#tables.values()].map((entry) => {
      const state = { ...structuredClone(entry), noted: [...entry.noted] };
      if (counts?.entry !== entry) return state;
      return {
        ...state,
        rows: counts.rows,
        unevaluated: counts.unevaluated,
        doubleUtf8: { ...counts.doubleUtf8 },
      };
    });
  }

  restore(states: readonly TableState[], charsets: Readonly<Record<string, string>>): void {
    for (const [database, charset] of Object.entries(charsets)) this.databaseCharsets.set(database, charset);
    for (const state of states) {
      const copy = structuredClone(state);
      const byName = new Map(copy.table.columns?.map((column) => [column.name, column]));
      for (const entry of copy.entries ?? []) entry.column = byName.get(entry.column.name) ?? entry.column;
      this.add({ ...copy, noted: new Set(copy.noted) });
    }
  }
}

export function newEntry(database: string | undefined, name: string, position: Position): TableEntry {
  return {
    table: {
      ...(database === undefined ? {} : { database }),
      name,
      columns: undefined,
      primaryKey: [],
      uniqueKeys: [],
      position,
    },
    entries: undefined,
    announced: false,
    rows: 0,
    unevaluated: 0,
    doubleUtf8: {},
    noted: new Set(),
  };
}

export function tableOf(entry: TableEntry): Table {
  return entry.table;
}

function key(database: string | undefined, name: string): string {
  return `${database ?? ''}\0${name}`;
}
