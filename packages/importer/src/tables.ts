import { CutoverError, exitCodes, type Finding } from '@cutover/core';
import type { Table } from '@cutover/mysqldump';
import {
  type Cell,
  Private,
  type Profile,
  resolveTable,
  type Row,
  type SourceKey,
  type SourceTable,
} from '@cutover/records';

/** One table of the source as the profile sees it. */
export type BoundTable = MappedTable | ExcludedTable;

export interface ExcludedTable {
  readonly kind: 'excluded';
  readonly name: string;
  readonly rule: string;
}

export interface MappedTable {
  readonly kind: 'mapped';
  readonly name: string;
  readonly source: SourceTable;
  /** Place of the source in the profile: the lower one keeps a slug that two sources want. */
  readonly order: number;
  readonly scope: string;
}

/**
 * Compares a table of the source with the profile. What the profile does not name is schema drift: one
 * finding for the table, or one for each column too many, missing, or binary where text is expected.
 */
export function bindTable(profile: Profile, table: Table): { bound?: BoundTable; drift: Finding[] } {
  const resolved = resolveTable(profile, table.name);
  if (resolved === undefined) {
    return {
      drift: [driftOf(`table ${table.name} is not known to the profile ${profile.name}`, table.name)],
    };
  }
  if ('rule' in resolved)
    return { bound: { kind: 'excluded', name: table.name, rule: resolved.rule }, drift: [] };
  const { source, scope } = resolved;
  const order = profile.sources.indexOf(source);
  return {
    bound: { kind: 'mapped', name: table.name, source, order, scope },
    drift: table.columns === undefined ? [] : columnDrift(profile, source, table),
  };
}

function columnDrift(profile: Profile, source: SourceTable, table: Table): Finding[] {
  const findings: Finding[] = [];
  const present = new Map((table.columns ?? []).map((column) => [column.name, column]));
  for (const [name, column] of present) {
    const rule = source.columns[name];
    const place = `${table.name}.${name}`;
    if (rule === undefined) {
      findings.push(driftOf(`column ${place} is not known to the profile ${profile.name}`, place));
    } else if (rule.class !== 'dropped' && column.encoding !== 'text') {
      findings.push(driftOf(`column ${place} is binary, the profile ${profile.name} expects text`, place));
    }
  }
  for (const [name, rule] of Object.entries(source.columns)) {
    if (!present.has(name) && rule.optional !== true) {
      findings.push(driftOf(`column ${table.name}.${name} is missing`, `${table.name}.${name}`));
    }
  }
  return findings;
}

function driftOf(message: string, subject: string): Finding {
  return {
    code: 'schema-drift',
    message,
    subject,
    next: 'name it in the profile: mapped, folded, or dropped with a reason; or name the table as excluded by a rule',
  };
}

/** All drift at once, as the error that stops an import before it writes. */
export function driftError(findings: readonly Finding[]): CutoverError {
  const named = findings.slice(0, 5).map((finding) => finding.message);
  const more = findings.length > named.length ? ` and ${findings.length - named.length} more` : '';
  return new CutoverError(
    'schema-drift',
    `the source is not what the profile knows: ${named.join('; ')}${more}`,
    {
      next: findings[0]!.next!,
      data: { findings: findings.slice(0, 100) },
      exitCode: exitCodes.preflightFailed,
    },
  );
}

type Values = readonly (string | Uint8Array | null)[];

interface Place {
  readonly name: string;
  readonly at: number;
  readonly isPrivate: boolean;
  /** The rows in which the value is let through; absent: all. */
  readonly only?: { readonly at: number; readonly values: ReadonlySet<unknown> };
}

/** Rows of one INSERT as the profile's mapper takes them. */
export class RowBuilder {
  readonly #cells: Place[] = [];
  readonly #kept: readonly Place[];
  readonly #key: readonly number[];
  readonly #table: MappedTable;
  /** Columns whose values are private. */
  readonly privateColumns: readonly string[];
  #viewed: Values = [];
  #view: Row | undefined;

  /** `columns`: names in the order of the values. Throws CutoverError `columns-unknown` where the dump does not give them. */
  constructor(table: MappedTable, columns: readonly string[] | undefined) {
    if (columns === undefined) {
      throw new CutoverError('columns-unknown', `the dump says nowhere which columns ${table.name} has`, {
        next: 'dump again with CREATE TABLE statements (without --no-create-info) or with --complete-insert',
        exitCode: exitCodes.preflightFailed,
      });
    }
    this.#table = table;
    for (const [name, rule] of Object.entries(table.source.columns)) {
      if (rule.class === 'dropped') continue;
      const { only } = rule;
      this.#cells.push({
        name,
        at: columns.indexOf(name),
        isPrivate: rule.class === 'private',
        ...(only && { only: { at: columns.indexOf(only.column), values: new Set(only.values) } }),
      });
    }
    const { keep = [], indexes = {} } = table.source;
    const kept = new Set([...keep, ...Object.values(indexes).flat()]);
    this.#kept = this.#cells.filter(({ name, isPrivate }) => !isPrivate && kept.has(name));
    this.privateColumns = this.#cells.filter(({ isPrivate }) => isPrivate).map(({ name }) => name);
    this.#key = table.source.key.map((name) => columns.indexOf(name));
  }

  row(values: Values): Row {
    const row: Record<string, Cell | Private<Cell>> = {};
    for (const place of this.#cells) row[place.name] = fieldOf(place, values);
    return row;
  }

  /** The same for who looks at few columns: each is made when it is asked for. It is that row until the next call. */
  view(values: Values): Row {
    this.#viewed = values;
    return (this.#view ??= this.#makeView());
  }

  #makeView(): Row {
    const fields = this.#cells.map((place): [string, PropertyDescriptor] => [
      place.name,
      { enumerable: true, get: () => fieldOf(place, this.#viewed) },
    ]);
    return Object.defineProperties({}, Object.fromEntries(fields)) as Row;
  }

  /** The columns that lookups keep or find rows by, as plain cells; private ones are left out. */
  kept(values: Values): Record<string, Cell> {
    const row: Record<string, Cell> = {};
    for (const place of this.#kept) row[place.name] = cellOf(place, values);
    return row;
  }

  key(values: Values): SourceKey {
    const key: string[] = [];
    for (const at of this.#key) key.push(at === -1 ? '' : String(values[at] ?? ''));
    return { source: this.#table.source.source, scope: this.#table.scope, key };
  }
}

/** Rows come some hundreds at a time, mostly with the columns of those before: builders of tables are used again. */
export class RowBuilders {
  readonly #known = new Map<
    MappedTable,
    { readonly columns: readonly string[]; readonly builder: RowBuilder }
  >();

  /** See `RowBuilder`. */
  of(table: MappedTable, columns: readonly string[] | undefined): RowBuilder {
    const known = this.#known.get(table);
    if (known !== undefined && columns !== undefined && isSame(known.columns, columns)) return known.builder;
    const builder = new RowBuilder(table, columns);
    if (columns !== undefined) this.#known.set(table, { columns, builder });
    return builder;
  }
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, i) => name === b[i]));

function fieldOf(place: Place, values: Values): Cell | Private<Cell> {
  const value = cellOf(place, values);
  return place.isPrivate ? new Private(value) : value;
}

function cellOf({ at, only }: Place, values: Values): Cell {
  if (at === -1 || (only !== undefined && !only.values.has(values[only.at]))) return null;
  return (values[at] ?? null) as Cell;
}
