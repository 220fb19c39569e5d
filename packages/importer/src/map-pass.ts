import {
  type Check,
  CutoverError,
  emptyAccount,
  exitCodes,
  type Listener,
  messageOf,
  type TableAccount,
} from '@cutover/core';
import {
  Declassifier,
  type ImpliedUrl,
  type MapContext,
  type Mapped,
  type NamedRow,
  namedRows,
  type PrivateDraft,
  type Profile,
  type RecordDraft,
  type Row,
  rowName,
  type SourceKey,
  type ValueOf,
} from '@cutover/records';
import { DraftChecker, type FittedRecord, isMisfit } from './check-draft.ts';
import { ContextMaker } from './context.ts';
import type { Uploads, UploadsSeen, UploadTally } from './files/uploads.ts';
import { Fingerprints } from './fingerprints.ts';
import type { SourceFacts } from './index-pass.ts';
import type { Lookup, Withheld } from './lookup/lookup.ts';
import { piecesOf } from './parallel/pieces.ts';
import type { SharedPass } from './parallel/shared-pass.ts';
import type { Stretch } from './parallel/stretches.ts';
import { prunedRule } from './pruned.ts';
import { Provenance, type ProvenanceSeen } from './provenance.ts';
import type { Source } from './source.ts';
import { sourceChanged } from './source-changed.ts';
import type { LedgerTableLine } from './ledger.ts';
import { rowDigest, TableSum } from './row-digest.ts';
import { type ExcludedTable, type MappedTable, type RowBuilder, RowBuilders } from './tables.ts';

/** What became of one row, in full. */
export interface Fate {
  readonly table: string;
  readonly row: SourceKey;
  /** See `rowDigest`. */
  readonly digest: string;
  readonly outcome: 'imported' | 'folded' | 'excluded' | 'quarantined';
  readonly records?: readonly FittedRecord[];
  readonly privates?: readonly PrivateDraft[];
  readonly into?: SourceKey;
  readonly rule?: string;
  readonly message?: string | undefined;
  /** Legacy URLs that an imported row implies. */
  readonly urls?: readonly ImpliedUrl[] | undefined;
  /** Legacy value of the identity column, where the row carries one. */
  readonly identity?: string | null | undefined;
  /** Verbatim values and their column names, for the quarantine; private. */
  readonly verbatim: {
    readonly columns: readonly string[];
    readonly values: readonly (string | Uint8Array | null)[];
  };
}

type FateBase = Pick<Fate, 'table' | 'row' | 'digest' | 'verbatim'>;

/**
 * Where the rows go that one thread maps, stretch by stretch, each in source order; a returned promise is awaited before
 * the next row. Not called any more once the pass is known to have to be made again.
 */
export type FateSink = (fate: Fate) => void | Promise<void>;

export interface MapInput {
  readonly profile: Profile;
  readonly instance: string;
  readonly source: Source;
  readonly onEvent?: Listener | undefined;
  readonly facts: Pick<SourceFacts, 'tables' | 'rowsTotal'>;
  readonly lookup: Lookup;
  readonly isPruned?: ((row: SourceKey) => boolean) | undefined;
  readonly moment: string | undefined;
  /** Rows of each table to map at most. */
  readonly limit?: number | undefined;
  readonly sink: FateSink;
  /** The row as the source has it, where it was mended. */
  readonly originalOf?: ((values: Values) => Values) | undefined;
  readonly wantUrls: boolean;
  /** Uploads that were found; absent: records are made without their files. */
  readonly uploads?: Uploads | undefined;
  /** What threads share that map together. */
  readonly pass?: SharedPass | undefined;
  /** How the source is cut for them; absent: each reads all of it. */
  readonly stretches?: readonly Stretch[] | undefined;
  /** This is one of the threads that were started for it. */
  readonly isThread?: boolean;
  readonly trial?: Trial | undefined;
  /**
   * Of rows that make one path all but the first are set aside; absent: they ask for another pass. For a pass in which
   * no further row is found unfit, as else the first might be one that does not fit itself.
   */
  readonly setsAsideTaken?: boolean;
}

/** Only these rows are mapped, and only in order to find those that do not fit: the sink gets nothing. */
export interface Trial {
  readonly tables: ReadonlySet<string>;
  /** All rows of these tables, or those that were looked up before. */
  readonly rows: 'all' | 'looked-up';
}

/** What one thread found of the rows that it mapped, as it is told to another. */
export interface SharedResult {
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly excluded: readonly {
    readonly table: string;
    readonly rule: string;
    rows: number;
    digest: string;
  }[];
  readonly declassified: Readonly<Record<string, number>>;
  readonly provenance: ProvenanceSeen;
  /** Undefined where no uploads are taken over. */
  readonly uploads: UploadsSeen | undefined;
  readonly newlyWithheld: number;
  readonly withheld: ReadonlyMap<number, Withheld>;
  readonly records: number;
}

export interface MapResult {
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly declassified: Readonly<Record<string, number>>;
  /** Rows that were quarantined after other rows had looked them up: the pass has to be made again without them. */
  readonly newlyWithheld: number;
  /** Several rows made one path: the pass has to be made again, by one thread that sets aside all but the first. */
  readonly hasConflict: boolean;
  readonly records: number;
  readonly provenance: Check | undefined;
  /** Rows of the tables that are excluded as a whole. */
  readonly excludedTables: readonly LedgerTableLine[];
  readonly uploads: UploadTally | undefined;
}

type Values = readonly (string | Uint8Array | null)[];

/**
 * What is asked for of a row: only whether it fits; all that comes of it; or that only where it looked for no unfit
 * row, for then it has to be tried beside them first.
 */
type Wanted = 'reason' | 'all' | 'unless-missed';

/** Unfit rows of which a row is tried beside any selection: the number of trials doubles with each. */
const missedAtMost = 4;

/** Whether a row does not fit, or no longer since somebody was pruned. */
const isUnfit = ({ outcome, rule }: Fate): boolean => outcome === 'quarantined' || rule === prunedRule;

/**
 * Second pass over the source: every row gets its outcome. Whether a row fits can change what rows
 * that refer to it become, so a quarantined row is taken out of the lookups; where another row has looked it up
 * before, `newlyWithheld` asks for another pass.
 */
export async function mapSource(input: MapInput): Promise<MapResult> {
  const state = new MapState(input);
  await mapShare(input, state);
  return state.result();
}

/** Maps rows: by default those that are this thread's by `input.pass`, all where there is none. */
export async function mapShare(input: MapInput, state: MapState, pieces = piecesOf(input)): Promise<void> {
  const builders = new RowBuilders();
  for await (const { event, from, to } of pieces) {
    const bound = input.facts.tables.get(event.table.name);
    if (bound === undefined) throw sourceChanged(`there was no table ${event.table.name}`);
    if (input.trial?.tables.has(event.table.name) === false) continue;
    const account = state.accountOf(event.table.name);
    const end = Math.min(to, from + Math.max(0, (input.limit ?? Infinity) - account.rows));
    if (bound.kind === 'excluded') {
      if (from < end) state.passOver(bound, event.columns ?? [], event.rows, from, end);
      continue;
    }
    const builder = builders.of(bound, event.columns);
    for (let i = from; i < end; i++) {
      account.rows++;
      const fate = state.next(bound, builder, event.rows[i]!, event.columns ?? []);
      if (fate === undefined) continue;
      count(account, fate);
      const pending = input.sink(fate);
      if (pending !== undefined) await pending;
    }
  }
}

function addAccount(account: TableAccount, more: TableAccount): void {
  account.rows += more.rows;
  account.imported += more.imported;
  account.folded += more.folded;
  account.quarantined += more.quarantined;
  for (const [rule, rows] of Object.entries(more.excluded))
    account.excluded[rule] = (account.excluded[rule] ?? 0) + rows;
}

function count(account: TableAccount, fate: Fate): void {
  if (fate.outcome === 'excluded') account.excluded[fate.rule!] = (account.excluded[fate.rule!] ?? 0) + 1;
  else account[fate.outcome]++;
}

/** What one thread knows of the rows that it maps. */
export class MapState {
  readonly #input: MapInput;
  readonly #declassifier = new Declassifier();
  readonly #context: ContextMaker;
  readonly #checker: DraftChecker;
  readonly #uploads: UploadTally | undefined;
  readonly #paths = new Fingerprints();
  readonly #provenance = new Provenance();
  readonly #tables: Record<string, TableAccount> = {};
  readonly #excluded = new Map<string, { readonly rule: string; readonly sum: TableSum }>();
  #newlyWithheld = 0;
  #madeConflict = false;
  #records = 0;

  constructor(input: MapInput) {
    this.#input = input;
    if (input.isThread !== true && input.trial?.rows !== 'looked-up') input.lookup.beginPass();
    this.#context = new ContextMaker({ ...input, declassifier: this.#declassifier });
    this.#checker = new DraftChecker(input.profile.target);
    this.#uploads = input.uploads?.tally();
    for (const name of input.facts.tables.keys()) this.accountOf(name);
  }

  accountOf(table: string): TableAccount {
    return (this.#tables[table] ??= emptyAccount());
  }

  /** Rows of a table that is excluded as a whole: they leave no more than their sum. */
  passOver(
    { name, rule }: ExcludedTable,
    columns: readonly string[],
    rows: readonly Values[],
    from: number,
    to: number,
  ): void {
    const account = this.accountOf(name);
    account.rows += to - from;
    account.excluded[rule] = (account.excluded[rule] ?? 0) + to - from;
    if (this.#isTrial) return;
    const sum = this.#sumOf(name, rule);
    for (let i = from; i < to; i++) sum.add(rowDigest(columns, rows[i]!));
  }

  /**
   * What becomes of the next row; undefined where the pass has to be made again: what it writes is thrown away, and
   * the rest of it only looks for unfit rows, among those that others refer to.
   */
  next(
    table: MappedTable,
    builder: RowBuilder,
    values: Values,
    columns: readonly string[],
  ): Fate | undefined {
    if (!this.#isTrial) return this.fateOf(table, builder, values, columns);
    const { trial, lookup } = this.#input;
    if (trial?.rows === 'all' || this.#hasConflict || lookup.isLookedUp(builder.key(values)))
      this.fateOf(table, builder, values, columns);
    return undefined;
  }

  get #isTrial(): boolean {
    const { trial, pass } = this.#input;
    return trial !== undefined || this.#newlyWithheld > 0 || this.#madeConflict || pass?.isLate === true;
  }

  get #hasConflict(): boolean {
    return this.#madeConflict || this.#input.pass?.hasConflict === true;
  }

  /** Two rows made one path. Which of them keeps it is asked once it is known which rows fit, so all are looked at. */
  tellConflict(): void {
    this.#madeConflict = true;
    this.#input.pass?.tellConflict();
  }

  #sumOf(table: string, rule: string): TableSum {
    const known = this.#excluded.get(table) ?? { rule, sum: new TableSum() };
    this.#excluded.set(table, known);
    return known.sum;
  }

  /** What this thread found, for the one that puts all together. */
  share(): SharedResult {
    return {
      tables: this.#tables,
      excluded: [...this.#excluded].map(([table, { rule, sum }]) => ({
        ...{ table, rule, rows: sum.rows, digest: sum.digest },
      })),
      declassified: this.#declassifier.list(),
      provenance: this.#provenance.seen,
      uploads: this.#uploads?.seen,
      newlyWithheld: this.#newlyWithheld,
      withheld: this.#input.lookup.withheldRows,
      records: this.#records,
    };
  }

  /** Adds what another thread found. */
  add(other: SharedResult): void {
    for (const [table, account] of Object.entries(other.tables)) addAccount(this.accountOf(table), account);
    for (const { table, rule, rows, digest } of other.excluded) this.#sumOf(table, rule).addSum(rows, digest);
    this.#declassifier.add(other.declassified);
    this.#provenance.addSeen(other.provenance);
    if (other.uploads !== undefined) this.#uploads!.addSeen(other.uploads);
    this.#newlyWithheld += other.newlyWithheld;
    this.#input.lookup.addWithheld(other.withheld);
    this.#records += other.records;
  }

  /** Takes the paths of records that another thread made. */
  takePaths(paths: readonly string[]): void {
    for (const path of paths) if (!this.#paths.add(path)) this.tellConflict();
  }

  result(): MapResult {
    return {
      tables: this.#tables,
      declassified: this.#declassifier.list(),
      newlyWithheld: this.#newlyWithheld,
      hasConflict: this.#hasConflict,
      records: this.#records,
      excludedTables: [...this.#excluded].map(([table, { rule, sum }]) => ({
        table,
        outcome: 'excluded',
        rule,
        rows: sum.rows,
        digest: sum.digest,
      })),
      uploads: this.#uploads,
      provenance: this.#provenance.conclude(
        this.#input.profile.sources.some(({ columns }) =>
          Object.values(columns).some((column) => column.class === 'private'),
        ),
      ),
    };
  }

  fateOf(table: MappedTable, builder: RowBuilder, values: Values, columns: readonly string[]): Fate {
    const fate = this.#settle(table, builder, values, columns);
    return fate.outcome === 'quarantined' ? this.#withoutPruned(fate) : fate;
  }

  #settle(table: MappedTable, builder: RowBuilder, values: Values, columns: readonly string[]): Fate {
    const key = builder.key(values);
    const digest = this.#isTrial ? '' : rowDigest(columns, this.#input.originalOf?.(values) ?? values);
    const base = { table: table.name, row: key, digest, verbatim: { columns, values } };
    const withheld = this.#input.lookup.withheldBy(key);
    if (withheld?.rule === prunedRule || this.#input.isPruned?.(key) === true)
      return { ...base, outcome: 'excluded', rule: prunedRule };
    const row = builder.row(values);
    const isTrial = withheld !== undefined || this.#input.trial !== undefined;
    const first = this.#fateOf(table, builder, row, base, isTrial ? 'reason' : 'unless-missed');
    if (isUnfit(first)) return first;
    if (this.#input.lookup.missed.length > 0) {
      const unfit = this.#unfitBeside(table, builder, row, base);
      if (unfit !== undefined) return unfit;
      if (!isTrial) return this.#fateOf(table, builder, row, base, 'all');
    }
    if (isTrial) this.#context.takeBack();
    // What was unfit in a pass before stays so; its reason is what is wrong with it now that all unfit rows are known.
    return withheld === undefined ? first : { ...base, outcome: 'quarantined', ...withheld };
  }

  /**
   * Which rows are unfit must not hang on the order in which they are found. So a row that fits without the unfit rows
   * that it looked for has to fit beside them too, any of them: these are tried one by one up to a few, else all at
   * once. Who is unfit then only grows with who is, and ends at the same rows in any order.
   */
  #unfitBeside(table: MappedTable, builder: RowBuilder, row: Row, base: FateBase): Fate | undefined {
    const { lookup } = this.#input;
    const missed = new Set(lookup.missed);
    const fateBeside = (shown: readonly number[]): Fate | undefined => {
      this.#context.takeBack();
      const fate = this.#fateOf(table, builder, row, base, 'reason', shown);
      for (const number of lookup.missed) missed.add(number);
      return isUnfit(fate) ? fate : undefined;
    };
    for (let shown = 1; shown < 1 << Math.min(missed.size, missedAtMost); shown++) {
      const few = [...missed].slice(0, missedAtMost);
      const unfit = fateBeside(few.filter((_, bit) => ((shown >> bit) & 1) === 1));
      if (unfit !== undefined) return unfit;
    }
    for (let tried = missedAtMost; tried < missed.size;) {
      tried = missed.size;
      const unfit = fateBeside([...missed]);
      if (unfit !== undefined) return unfit;
    }
    this.#context.takeBack();
    return undefined;
  }

  /** What becomes of a row that sees these of the unfit rows. */
  #fateOf(
    table: MappedTable,
    builder: RowBuilder,
    row: Row,
    base: FateBase,
    wanted: Wanted,
    shown?: readonly number[],
  ): Fate {
    const context = this.#context.forRow(table.source.source, table.scope, base.row.key);
    if (shown !== undefined) this.#input.lookup.reveal(shown);
    const mapped = this.#map(table, row, context);
    switch (mapped.outcome) {
      case 'imported':
        return this.#imported(table, builder, row, context, mapped, base, wanted);
      case 'folded':
        if (!this.#input.lookup.foldInto(mapped.into)) {
          if (this.#input.lookup.isPruned(mapped.into)) return this.#pruned(base);
          return this.#quarantined(base, 'folds-into-nothing', `its ${mapped.into.source} row is not there`);
        }
        return { ...base, outcome: 'folded', into: mapped.into };
      case 'excluded':
        this.#assertRule(table, mapped.rule);
        if (table.source.keep !== undefined && this.#isAll(wanted)) this.#input.lookup.exclude(base.row);
        return { ...base, outcome: 'excluded', rule: mapped.rule };
      default:
        this.#assertRule(table, mapped.rule);
        // It does not fit because somebody was pruned: that was decided, and is no fault of the row.
        if (this.#context.missedPruned) return this.#pruned(base);
        return this.#quarantined(
          base,
          mapped.rule,
          mapped.column === undefined ? undefined : `column ${mapped.column}`,
        );
    }
  }

  #isAll(wanted: Wanted): boolean {
    return wanted === 'all' || (wanted === 'unless-missed' && this.#input.lookup.missed.length === 0);
  }

  #imported(
    table: MappedTable,
    { privateColumns }: RowBuilder,
    row: Row,
    context: MapContext,
    mapped: Mapped & { outcome: 'imported' },
    base: FateBase,
    wanted: Wanted,
  ): Fate {
    const records: FittedRecord[] = [];
    const { uploads } = this.#input;
    for (const given of mapped.records) {
      const { draft, file } = uploads?.complete(given, this.#checker.sheet(given.sheet)) ?? { draft: given };
      const fitted = this.#checker.fit(draft, file);
      if (isMisfit(fitted)) return this.#quarantined(base, fitted.rule, fitted.message);
      records.push(fitted);
    }
    const privates = mapped.privates ?? [];
    for (const draft of privates) {
      const misfit = this.#checker.misfitOf(draft);
      if (misfit !== undefined) return this.#quarantined(base, misfit.rule, misfit.message);
    }
    if (!this.#isAll(wanted)) return { ...base, outcome: 'imported' };
    const taken = this.#input.isThread === true ? undefined : this.#take(records);
    if (taken !== undefined) {
      if (this.#input.setsAsideTaken === true)
        return this.#quarantined(base, 'path-taken', `another row made ${taken}`);
      this.tellConflict();
    }
    this.#records += records.length;
    const missingFiles = uploads === undefined ? [] : this.#tally(base.row, mapped.records, records, uploads);
    if (!this.#isTrial) this.#provenance.see(base.row, row, records, this.#context, privateColumns);
    const { identity } = this.#input.profile;
    // Field by field: copies of a spread are what takes time here.
    return {
      table: base.table,
      row: base.row,
      digest: base.digest,
      verbatim: base.verbatim,
      outcome: 'imported',
      records,
      privates,
      message: missingFiles.length === 0 ? undefined : missingFiles.join('; '),
      urls: this.#input.wantUrls ? [...(table.source.urls?.(row, context) ?? [])] : undefined,
      identity:
        identity?.source === table.source.source ? (row[identity.column] as string | null) : undefined,
    };
  }

  /** Takes the paths of a row's records, all or none; gives one that is taken already. */
  #take(records: readonly FittedRecord[]): string | undefined {
    if (records.length > 1 && new Set(records.map(({ path }) => path)).size < records.length)
      return records[0]!.path;
    const taken = records.length > 1 ? records.find(({ path }) => this.#paths.has(path)) : undefined;
    if (taken !== undefined) return taken.path;
    for (const { path } of records) if (!this.#paths.add(path)) return path;
    return undefined;
  }

  /** Counts the row's files; says which are not there. */
  #tally(
    row: SourceKey,
    drafts: readonly RecordDraft[],
    records: readonly FittedRecord[],
    uploads: Uploads,
  ): string[] {
    return drafts.flatMap((draft, i) => {
      const missing = uploads.missing(draft);
      this.#uploads!.add(row, records[i]!.file, missing);
      return missing === undefined ? [] : [`no file: ${missing}`];
    });
  }

  #tellLate(): void {
    this.#newlyWithheld++;
    if (this.#input.trial === undefined) this.#input.pass?.tellLate();
  }

  /** Excluded with who was pruned, and not to be found by others either. */
  #pruned(base: FateBase): Fate {
    this.#context.takeBack();
    if (this.#input.lookup.quarantine(base.row, { rule: prunedRule })) this.#tellLate();
    return { ...base, outcome: 'excluded', rule: prunedRule };
  }

  #quarantined(base: FateBase, rule: string, message: string | undefined): Fate {
    // It was somebody's who was pruned: nothing of theirs is kept, and no row that does not fit is imported without.
    if (this.#prunedOf(base).some(({ goesWith }) => goesWith)) return this.#pruned(base);
    this.#context.takeBack();
    if (this.#input.lookup.quarantine(base.row, { rule, ...(message === undefined ? {} : { message }) }))
      this.#tellLate();
    return { ...base, outcome: 'quarantined', rule, ...(message === undefined ? {} : { message }) };
  }

  /** Pruned rows that a row names by columns of which the profile says so. The prune list alone is asked: it is the same in every pass. */
  #prunedOf({ table, row, verbatim }: FateBase): NamedRow[] {
    const { isPruned, facts } = this.#input;
    const bound = facts.tables.get(table);
    if (isPruned === undefined || bound?.kind !== 'mapped') return [];
    const valueOf: ValueOf = (column) => verbatim.values[verbatim.columns.indexOf(column)];
    return namedRows(bound.source, row.scope ?? '', valueOf).filter((named) => isPruned(named.row));
  }

  /** The row as the quarantine keeps it. */
  #withoutPruned(fate: Fate): Fate {
    const named = new Set(this.#prunedOf(fate).map(({ column }) => column));
    if (named.size === 0) return fate;
    const { columns } = fate.verbatim;
    const values = fate.verbatim.values.map((value, i) => (named.has(columns[i]!) ? null : value));
    return { ...fate, verbatim: { columns, values } };
  }

  #map(table: MappedTable, row: Row, context: MapContext): Mapped {
    try {
      return table.source.map(row, context);
    } catch (cause) {
      if (cause instanceof CutoverError) throw cause;
      const name = rowName({ source: table.source.source, scope: table.scope, key: context.key });
      throw new CutoverError(
        'mapper-failed',
        `the profile ${this.#input.profile.name} failed on ${name}: ${messageOf(cause)}`,
        {
          next: 'this is a fault of the profile: mend its mapper, nothing was written',
          data: { table: table.name, key: context.key },
          exitCode: exitCodes.bug,
          cause,
        },
      );
    }
  }

  #assertRule(table: MappedTable, rule: string): void {
    if (Object.hasOwn(this.#input.profile.rules, rule)) return;
    throw new CutoverError(
      'rule-unnamed',
      `the profile ${this.#input.profile.name} uses rule ${rule} for ${table.name} and does not explain it`,
      {
        next: 'add the rule with its reason to the profile',
        exitCode: exitCodes.bug,
      },
    );
  }
}
