import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import {
  type MapContext,
  type Mapped,
  matchTable,
  type Profile,
  type RevisionTable,
  type Row,
  rowName,
  type SourceKey,
  type SourceTable,
} from '@cutover/records';
import { compareKeys } from '../keys.ts';
import type { MappedTable } from '../tables.ts';

/** A dump's table of earlier states. */
export interface BoundRevisions {
  readonly name: string;
  readonly scope: string;
  readonly of: RevisionTable;
  readonly source: SourceTable;
}

/** What the profile and the dump together say of tables with earlier states. */
export class KnownTables {
  readonly compareKeys = compareKeys;
  /** By the table's name. */
  readonly revisions: ReadonlyMap<string, BoundRevisions>;
  readonly #profile: Profile;
  readonly #sources: ReadonlyMap<string, SourceTable>;
  readonly #bound = new Map<string, MappedTable>();
  readonly #withPast = new Set<string>();

  constructor(profile: Profile, names: Iterable<string>) {
    this.#profile = profile;
    this.#sources = new Map(profile.sources.map((source) => [source.source, source]));
    const revisions = new Map<string, BoundRevisions>();
    for (const name of names) {
      for (const of of profile.history?.revisions ?? []) {
        const scope = matchTable(of.tables, name);
        if (scope !== undefined) revisions.set(name, { name, scope, of, source: this.#known(of.source) });
      }
    }
    this.revisions = revisions;
    for (const { of } of revisions.values()) {
      this.#withPast.add(of.source);
      if (of.partOf !== undefined) this.#withPast.add(of.partOf.source);
    }
  }

  /** Whether rows of a source have earlier states in this dump, or parts that have. */
  hasPast(source: string): boolean {
    return this.#withPast.has(source);
  }

  /** The source whose rows are parts of this one's, where their past is known. */
  partsOf(source: string): string | undefined {
    for (const { of } of this.revisions.values()) if (of.partOf?.source === source) return of.source;
    return undefined;
  }

  /** What the rows of a source are parts of. */
  partOf(source: string): RevisionTable['partOf'] {
    return this.revisionsOf(source)?.partOf;
  }

  revisionsOf(source: string): RevisionTable | undefined {
    return this.#profile.history?.revisions.find((table) => table.source === source);
  }

  sourceOf(row: SourceKey): SourceTable {
    return this.#known(row.source);
  }

  orderOf(source: SourceTable): number {
    return this.#profile.sources.indexOf(source);
  }

  /** A table of a source's rows, or of their earlier states, as row builders take it. */
  boundTo(source: SourceTable, name: string, scope: string): MappedTable {
    const bound = this.#bound.get(name);
    if (bound !== undefined) return bound;
    const made: MappedTable = { kind: 'mapped', name, source, order: this.orderOf(source), scope };
    this.#bound.set(name, made);
    return made;
  }

  asOfNow(source: SourceTable, row: Row, now: Row): Row {
    const columns = this.revisionsOf(source.source)?.asOfNow ?? [];
    if (columns.length === 0) return row;
    return { ...row, ...Object.fromEntries(columns.map((column) => [column, now[column] ?? null])) };
  }

  map(source: SourceTable, row: Row, context: MapContext, key: SourceKey): Mapped {
    try {
      return source.map(row, context);
    } catch (cause) {
      if (cause instanceof CutoverError) throw cause;
      throw new CutoverError(
        'mapper-failed',
        `the profile ${this.#profile.name} failed on an earlier state of ${rowName(key)}: ${messageOf(cause)}`,
        {
          next: 'this is a fault of the profile: mend its mapper, or import without --history',
          exitCode: exitCodes.bug,
          cause,
        },
      );
    }
  }

  #known(name: string): SourceTable {
    const source = this.#sources.get(name);
    if (source === undefined) throw new TypeError(`profile ${this.#profile.name} has no source ${name}`);
    return source;
  }
}
