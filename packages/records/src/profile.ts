import type { CarryBackPart } from './carry-back.ts';
import type { Cell, Columns, RowOf } from './columns.ts';
import type { FileDraft, FilesPart } from './files.ts';
import type { HistoryPart } from './history.ts';
import type { SourceKey } from './id.ts';
import type { Private } from './private.ts';
import type { ColumnReference } from './references.ts';
import type { SamlPart } from './saml.ts';
import type { ScrubRules } from './scrub.ts';
import type { Target } from './target.ts';
import type { PublicFields } from './toml.ts';
import type { ImpliedUrl, UrlRules } from './urls.ts';

/** A record that a mapper makes; the engine adds nothing and checks it against the sheet's schema. */
export interface RecordDraft {
  readonly sheet: string;
  readonly fields: PublicFields & { readonly id: string };
  /** The upload that the record describes, where it describes one. */
  readonly file?: FileDraft;
}

/** A private record that a mapper makes. Values may be `Private`; they are opened by the private store only. */
export interface PrivateDraft {
  readonly sheet: string;
  readonly fields: Readonly<
    Record<string, string | number | boolean | null | Private<string | number | boolean | null>>
  > & {
    readonly id: string;
  };
}

/** What becomes of one source row. */
export type Mapped =
  | {
      readonly outcome: 'imported';
      readonly records: readonly RecordDraft[];
      readonly privates?: readonly PrivateDraft[];
    }
  | { readonly outcome: 'folded'; readonly into: SourceKey }
  | { readonly outcome: 'excluded'; readonly rule: string }
  | { readonly outcome: 'quarantined'; readonly rule: string; readonly column?: string };

/** Columns of a row that were kept for lookups. Private columns cannot be kept. */
export type KeptRow = Readonly<Record<string, Cell>> & { readonly $key: readonly string[] };

/** The engine's side of a mapper: joins between tables, ids and settled slugs, all on disk. */
export interface MapContext {
  /** Scope of the table the row came from, '' where the profile has none. */
  readonly scope: string;
  /** Primary key of the row, as texts. */
  readonly key: readonly string[];
  /** The moment the dump was taken, ISO 8601 UTC: what is scheduled for later is not public yet. */
  readonly moment: string;
  /** Id of the record made from a row of `source` (same scope unless given); by default of this row. */
  id(source?: string, key?: readonly string[], scope?: string): string;
  /** Slug settled for a row among all that wanted it; by default of this row. Undefined where the row wants none or is not there. */
  slug(source?: string, key?: readonly string[], scope?: string): string | undefined;
  /** Kept columns of a row by primary key; undefined where there is no such row or it was quarantined. */
  row(source: string, key: readonly string[], scope?: string): KeptRow | undefined;
  /** Kept columns of the rows whose `index` columns have these values, in primary-key order. */
  rows(source: string, index: string, values: readonly string[], scope?: string): Iterable<KeptRow>;
  /** The one bridge from private to public; the reason stands in the report. */
  declassify<T>(value: Private<T>, reason: string): T;
}

/** A table, or the tables of one kind, whose rows are mapped. Made by `defineSource`. */
export interface SourceTable {
  readonly source: string;
  /** Names in dumps. A RegExp's named group `scope` separates tables that number their rows by themselves. */
  readonly tables: readonly (string | RegExp)[];
  /** `required`: a dump without the table stops the import. `optional`: its absence is said in the report. */
  readonly presence: 'required' | 'optional';
  readonly key: readonly string[];
  readonly columns: Columns;
  /** Columns kept on disk for lookups by other rows; absent: rows of this source are not looked up. */
  readonly keep?: readonly string[];
  /**
   * Columns that hold the key of another row, dropped ones too: by them it is known what rows that do not fit have to
   * do with a record that was pruned. Absent: it is not known.
   */
  readonly references?: Readonly<Record<string, ColumnReference>>;
  /** Secondary indexes over the kept rows: name to columns. */
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
  /**
   * The slug that a row wants in its sheet; the lowest key gets it, others append their key. A sheet has one
   * set of slugs: where scopes must not compete, the profile makes the scope part of the slug. The engine always
   * gives the scope. The row is that row for the time of the call, and is not to be kept.
   */
  wantsSlug?(row: Row, scope?: string): { readonly sheet: string; readonly slug: string } | undefined;
  /**
   * Must hang on nothing but its arguments: it is asked several times for one row. A row that fits only without unfit
   * rows that it looked for is tried beside them as well, and set aside where it does not fit there.
   */
  map(row: Row, context: MapContext): Mapped;
  /** Legacy URLs that an imported row implies. */
  urls?(row: Row, context: MapContext): Iterable<ImpliedUrl>;
}

export type Row = Readonly<Record<string, Cell | Private<Cell>>>;

type Typed<C extends Columns> = Omit<
  SourceTable,
  'columns' | 'key' | 'keep' | 'references' | 'indexes' | 'wantsSlug' | 'map' | 'urls'
> & {
  readonly columns: C;
  readonly references?: Readonly<Partial<Record<keyof C & string, ColumnReference>>>;
  readonly key: readonly (keyof C & string)[];
  readonly keep?: readonly (keyof RowOf<C> & string)[];
  readonly indexes?: Readonly<Record<string, readonly (keyof C & string)[]>>;
  wantsSlug?(row: RowOf<C>, scope: string): { readonly sheet: string; readonly slug: string } | undefined;
  map(row: RowOf<C>, context: MapContext): Mapped;
  urls?(row: RowOf<C>, context: MapContext): Iterable<ImpliedUrl>;
};

/**
 * Declares a source table with rows typed by its columns. Throws a TypeError where a private column is kept for
 * lookups, or where a column of the key refers to a row without which this one is to stay.
 */
export function defineSource<const C extends Columns>(definition: Typed<C>): SourceTable {
  for (const column of definition.keep ?? []) {
    if (definition.columns[column]?.class === 'private') {
      throw new TypeError(`${definition.source}.${column} is private and cannot be kept for lookups`);
    }
  }
  for (const column of definition.key) {
    if (definition.references?.[column]?.goesWith === false) {
      throw new TypeError(`${definition.source}.${column} is of the key and cannot be taken out of a row`);
    }
  }
  return definition as unknown as SourceTable;
}

/** Tables that are not imported, as a whole, by a named rule. */
export interface ExcludedTables {
  readonly tables: readonly (string | RegExp)[];
  readonly rule: string;
}

/** Which public field must equal which source column, byte for byte, for everybody. */
export interface IdentityRule {
  readonly source: string;
  readonly column: string;
  readonly sheet: string;
  readonly field: string;
}

/** Values that may appear nowhere in the public tree, e.g. password hashes. */
export interface SecretColumn {
  /** Name in dumps, of excluded tables too; `*` stands for any characters. */
  readonly table: string;
  readonly column: string;
  /** Only in rows where the text of this column matches, for tables of keys and values. */
  readonly where?: { readonly column: string; readonly matches: RegExp };
}

/** How a field that both sides have changed since the last merge is settled. */
export interface MergeRule {
  /** Absent: in every sheet. */
  readonly sheet?: string;
  readonly field: string;
  /** `greater`: the value that sorts later as text, e.g. the newer timestamp. */
  readonly take: 'legacy' | 'main' | 'greater';
  readonly reason: string;
}

/** What is known of one legacy system. Stateless: everything it needs between rows comes from the context. */
export interface Profile {
  readonly name: string;
  /** Goes up with every change that can change a tree. */
  readonly version: number;
  readonly target: Target;
  readonly sources: readonly SourceTable[];
  readonly excluded: readonly ExcludedTables[];
  /** Every rule by which rows are excluded or quarantined, with the reason that the report prints. */
  readonly rules: Readonly<Record<string, string>>;
  readonly identity?: IdentityRule;
  /** What a service is told about people who sign in to it through this site; needs `identity`. */
  readonly saml?: SamlPart;
  readonly urls: UrlRules;
  /** Fields whose double changes need nobody's decision; any other is a conflict. */
  readonly mergeRules?: readonly MergeRule[];
  /** Columns whose values may appear nowhere in the public tree: hashes and tokens. */
  readonly secrets: readonly SecretColumn[];
  /** Accounts of public fixtures, whose passwords are known: tried for the sign-in check where the source has them. */
  readonly knownAccounts?: readonly { readonly login: string; readonly password: string }[];
  /** Uploads that rows refer to; absent: there are none. */
  readonly files?: FilesPart;
  /** Earlier states of rows, and who made them; absent: the legacy system kept none. */
  readonly history?: HistoryPart;
  /** How a snapshot is made of which nobody can be found; absent: there is none. */
  readonly scrub?: ScrubRules;
  /** How changes of the new side are taken back to legacy; absent: none can be. */
  readonly carryBack?: CarryBackPart;
}

/** The source table that a dump's table belongs to, with its scope; the rule where it is excluded; undefined: schema drift. */
export function resolveTable(
  profile: Profile,
  table: string,
): { readonly source: SourceTable; readonly scope: string } | { readonly rule: string } | undefined {
  for (const source of profile.sources) {
    const scope = matchTable(source.tables, table);
    if (scope !== undefined) return { source, scope };
  }
  const excluded = profile.excluded.find(({ tables }) => matchTable(tables, table) !== undefined);
  return excluded === undefined ? undefined : { rule: excluded.rule };
}

/** The scope that a table of this name has by one of the patterns, empty where it has none; undefined: none fits. */
export function matchTable(patterns: readonly (string | RegExp)[], table: string): string | undefined {
  for (const pattern of patterns) {
    if (typeof pattern === 'string') {
      if (pattern === table) return '';
      continue;
    }
    const match = pattern.exec(table);
    if (match !== null) return match.groups?.['scope'] ?? '';
  }
  return undefined;
}
