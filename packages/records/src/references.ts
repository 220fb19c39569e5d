import type { SourceKey } from './id.ts';
import type { SourceTable } from './profile.ts';

/** Value of a column of the row, as it was read. */
export type ValueOf = (column: string) => unknown;

/** Says which row a column holds the key of. */
export interface ColumnReference {
  /** Its source, or what gives it by other columns; undefined there: the row is of no source of the profile. */
  readonly source: string | ((value: ValueOf) => string | undefined);
  /** Its scope, where that is not the one of the row itself. */
  readonly scope?: string;
  /** Whether a row was written by that one, or is a part of it, and so goes with it. Others lose the name only. */
  readonly goesWith: boolean;
}

/** A row that another one names. */
export interface NamedRow {
  readonly column: string;
  readonly row: SourceKey;
  readonly goesWith: boolean;
}

/** The rows that a row names by the columns of which its source says so. */
export function namedRows({ references = {} }: SourceTable, scope: string, value: ValueOf): NamedRow[] {
  const named: NamedRow[] = [];
  for (const [column, reference] of Object.entries(references)) {
    const key = value(column);
    const source = typeof reference.source === 'string' ? reference.source : reference.source(value);
    if (typeof key !== 'string' || key === '' || source === undefined) continue;
    const row = { source, scope: reference.scope ?? scope, key: [key] };
    named.push({ column, row, goesWith: reference.goesWith });
  }
  return named;
}
