import type {
  CarryNote,
  LegacyCell,
  LegacyRevisions,
  LegacySpellings,
  LegacyValue,
  LegacyWrite,
} from '@cutover/records';
import type { CarriedChange } from './carried.ts';
import { type LegacyColumnFacts, type LegacySchema, type LegacyTable, misfit } from './legacy-schema.ts';

/** A value as it is put into SQL: text, NULL, or the number that a row made before gets. */
export type RowValue = string | null | { readonly numberOf: string };

export interface SettledCell {
  readonly column: string;
  readonly value: RowValue;
}

/** A column with what the import read there, any of which will do; undefined: not known. */
export interface KnownCell {
  readonly column: string;
  readonly from: readonly RowValue[] | undefined;
  readonly to?: RowValue;
}

interface Settled {
  readonly table: LegacyTable;
  /** What the row is, for whoever reads a refusal. */
  readonly about: string;
  readonly revisions?: LegacyRevisions;
}

export interface SettledInsert extends Settled {
  readonly kind: 'insert';
  /** Id of the record whose row's number others ask for, and the column that holds it. */
  readonly number?: { readonly of: string; readonly column: string };
  readonly key: readonly string[];
  readonly cells: readonly SettledCell[];
}

export interface SettledChange extends Settled {
  readonly kind: 'update' | 'delete';
  readonly where: readonly SettledCell[];
  readonly cells: readonly KnownCell[];
}

export type SettledRow = SettledInsert | SettledChange;

export interface SettledRows {
  readonly rows: readonly SettledRow[];
  /** The changes with what was found out about them: values that do not fit, rows that refer to such. */
  readonly carried: readonly CarriedChange[];
}

/**
 * Holds what a profile wants written against the legacy tables: each value has to fit its column, each row that is referred
 * to has to be there. What does not is no part of the rows and stands among the losses. `rowNumberOf` gives the
 * number of an imported record's row.
 */
export function settleRows(
  carried: readonly CarriedChange[],
  schema: LegacySchema,
  rowNumberOf: (sheet: string, id: string) => string | undefined,
): SettledRows {
  const made = new Set<string>();
  const rows: SettledRow[] = [];
  const done: CarriedChange[] = [];
  const resolve = (value: LegacyValue): readonly RowValue[] | undefined => {
    if (isSpellings(value)) return value;
    if (made.has(value.rowOf)) return [{ numberOf: value.rowOf }];
    const number = rowNumberOf(value.sheet, value.rowOf);
    return number === undefined ? undefined : [number];
  };
  for (const one of carried) {
    const notes = [...one.notes];
    for (const write of one.writes) {
      const settled = settle(write, { one, schema, resolve, notes });
      if (settled === undefined) continue;
      rows.push(settled);
      if (settled.kind === 'insert') made.add(one.change.id);
    }
    done.push({ ...one, notes });
  }
  return { rows, carried: done };
}

const isSpellings = (value: LegacyValue): value is LegacySpellings => Array.isArray(value);

interface Settling {
  readonly one: CarriedChange;
  readonly schema: LegacySchema;
  readonly resolve: (value: LegacyValue) => readonly RowValue[] | undefined;
  readonly notes: CarryNote[];
}

function settle(write: LegacyWrite, context: Settling): SettledRow | undefined {
  const { schema, notes, one } = context;
  const lost = (why: string): undefined => void notes.push({ kind: 'lost', why });
  const table = schema.get(write.table);
  if (table === undefined) return lost(`this legacy has no table ${write.table}`);
  const base = { table, about: `${write.table} (${one.change.path})` };
  const twin = 'revisions' in write ? write.revisions : undefined;
  const revisions = twin !== undefined && schema.has(twin.table) ? { revisions: twin } : {};
  if (write.kind === 'insert') {
    const cells = settleCells(write.cells, write.key, table, context, true);
    if (cells === undefined) return undefined;
    const number = write.id === undefined ? {} : { number: { of: one.change.id, column: write.id } };
    return { ...base, ...revisions, kind: 'insert', key: write.key, cells, ...number };
  }
  const where: SettledCell[] = [];
  for (const { column, to } of write.where) {
    const value = context.resolve(to)?.[0];
    if (value === undefined || value === null)
      return lost('the import has not said which row of legacy it is');
    where.push({ column, value });
  }
  const cells = write.cells.map(({ column, field, from, to }): KnownCell => {
    const known = from === undefined ? undefined : context.resolve(from);
    if (to === undefined) return { column, from: known };
    const given = { column, ...(field === undefined ? {} : { field }), to };
    const settled = settleCells([given], [], table, context, false);
    return { column, from: known, ...(settled?.[0] === undefined ? {} : { to: settled[0].value }) };
  });
  const isChange = write.kind === 'delete' || cells.some(({ to }) => to !== undefined);
  return isChange ? { ...base, ...revisions, kind: write.kind, where, cells } : undefined;
}

/** Undefined where the row cannot be without a value that does not fit. */
function settleCells(
  cells: readonly LegacyCell[],
  key: readonly string[],
  table: LegacyTable,
  { resolve, notes }: Settling,
  isNew: boolean,
): SettledCell[] | undefined {
  const settled: SettledCell[] = [];
  for (const { column, field, to } of cells) {
    const facts = table.columns[column];
    const name = field ?? column;
    const say = (why: string) => notes.push({ field: name, kind: 'lost', why });
    if (facts === undefined) {
      say(`this legacy has no column ${table.name}.${column}`);
      if (key.includes(column)) return undefined;
      continue;
    }
    const values = resolve(to);
    const fitted = values === undefined ? undefined : fit(facts, values, key.includes(column));
    if (fitted !== undefined && fitted.replaced !== undefined) say(fitted.replaced);
    if (fitted !== undefined && fitted.misfit === undefined) {
      settled.push({ column, value: fitted.value });
      continue;
    }
    // Nothing is said of a column that is never NULL: a new row gets what the server puts there by itself.
    if (isNew && values?.[0] === null && !key.includes(column)) continue;
    say(fitted?.misfit ?? 'what it refers to is not in legacy');
    if (key.includes(column) || !facts.nullable) return undefined;
  }
  return settled;
}

interface Fitted {
  readonly value: RowValue;
  readonly misfit?: string;
  readonly replaced?: string;
}

/** The first spelling that the column takes. A text loses characters that the column cannot hold rather than all of them. */
function fit(facts: LegacyColumnFacts, values: readonly RowValue[], isKey: boolean): Fitted {
  let why = '';
  for (const value of values) {
    if (value !== null && typeof value === 'object') return { value };
    const reason = misfit(facts, value);
    if (reason === undefined) return { value };
    why ||= reason;
  }
  const [value] = values;
  if (typeof value === 'string' && !isKey) {
    const bare =
      facts.charset === 'latin1' || facts.charset === 'ascii'
        ? value.replaceAll(/\P{ASCII}/gu, '?')
        : value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
    if (bare !== value && misfit(facts, bare) === undefined)
      return { value: bare, replaced: `${why}: they are replaced` };
  }
  return { value: null, misfit: why };
}
