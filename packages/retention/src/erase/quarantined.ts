import { type NamedRow, namedRows, parseRowName, recordId, type SourceTable } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import { type Line, readKept } from '../kept-lines.ts';

/** What tells which records a kept line is about. */
export interface Naming {
  /** Ids of records were made from these. */
  readonly profile: string;
  readonly instance: string;
  readonly sources: readonly SourceTable[];
}

/** Id of the record that a line of a ledger or a quarantine is about; undefined where it is about no single row. */
export function idOfLine({ profile, instance }: Naming, line: Line): string | undefined {
  const row = parseRowName(String(line['row']));
  return row === undefined ? undefined : recordId(profile, instance, row);
}

/** A reference of a quarantined row, with the id of the record that was or would be made from the row it names. */
export interface NamedRecord extends NamedRow {
  readonly id: string;
}

/** What a quarantined row refers to by the columns of which the profile says so. */
export function namedBy({ profile, instance, sources }: Naming, line: Line): NamedRecord[] {
  const source = sourceOf(sources, line);
  if (source === undefined) return [];
  const values = valuesOf(line);
  const scope = parseRowName(String(line['row']))?.scope ?? '';
  return namedRows(source, scope, (column) => values[column]).map((named) => ({
    ...named,
    id: recordId(profile, instance, named.row),
  }));
}

/** Values of a quarantined row as they were read. */
export function valuesOf(line: Line): Readonly<Record<string, unknown>> {
  return (line['values'] ?? {}) as Readonly<Record<string, unknown>>;
}

const sourceOf = (sources: readonly SourceTable[], line: Line): SourceTable | undefined =>
  sources.find(({ source }) => source === parseRowName(String(line['row']))?.source);

export interface Quarantined {
  /** Ids of the rows that go: they were written by who goes, or are a part of what goes. */
  readonly rows: ReadonlySet<string>;
  /** What was compared, as `source: column, column`. */
  readonly columns: readonly string[];
  /** Sources of quarantined rows of which the profile does not say what they refer to. */
  readonly unknown: readonly string[];
}

/** Finds the quarantined rows that go with records, and with each other. */
export async function findQuarantined(
  naming: Naming & { readonly privateStore: PrivateStore },
  gone: ReadonlySet<string>,
): Promise<Quarantined> {
  const rows = new Set<string>();
  const unknown = new Set<string>();
  const isGone = (id: string) => gone.has(id) || rows.has(id);
  // A row may be a part of one that stands behind it.
  for (let known = -1; rows.size > known;) {
    known = rows.size;
    for await (const line of readKept(naming.privateStore, 'quarantine')) {
      const id = idOfLine(naming, line);
      if (id === undefined) continue;
      const source = sourceOf(naming.sources, line);
      if (source?.references === undefined) unknown.add(source?.source ?? String(line['table']));
      if (isGone(id)) continue;
      if (namedBy(naming, line).some((named) => named.goesWith && isGone(named.id))) rows.add(id);
    }
  }
  const columns = naming.sources
    .filter(({ references = {} }) => Object.keys(references).length > 0)
    .map(({ source, references = {} }) => `${source}: ${Object.keys(references).join(', ')}`);
  return { rows, columns, unknown: [...unknown].sort() };
}

/** The line without what goes: undefined where all of it goes, the very same where nothing does. */
export function withoutGone(
  naming: Naming,
  line: Line,
  { gone, rows }: { readonly gone: ReadonlySet<string>; readonly rows: ReadonlySet<string> },
): Line | undefined {
  const id = idOfLine(naming, line);
  if (id !== undefined && (gone.has(id) || rows.has(id))) return undefined;
  const named = namedBy(naming, line).filter((one) => gone.has(one.id) || rows.has(one.id));
  if (named.length === 0) return line;
  const without = Object.fromEntries(named.map(({ column }) => [column, null]));
  return { ...line, values: { ...valuesOf(line), ...without } };
}
