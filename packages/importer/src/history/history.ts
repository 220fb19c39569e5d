import { mkdir } from 'node:fs/promises';
import {
  type Check,
  CutoverError,
  emptyAccount,
  exitCodes,
  type Listener,
  type TableAccount,
} from '@cutover/core';
import { Declassifier, type HistoryPart, type Profile, rowName } from '@cutover/records';
import { DraftChecker } from '../check-draft.ts';
import { ContextMaker } from '../context.ts';
import type { Uploads } from '../files/uploads.ts';
import type { LedgerRevisionLine } from '../ledger.ts';
import type { Lookup } from '../lookup/lookup.ts';
import type { FateSink } from '../map-pass.ts';
import { Provenance } from '../provenance.ts';
import { progressOf } from '../progress.ts';
import type { Source } from '../source.ts';
import { RowBuilder } from '../tables.ts';
import { KnownTables } from './known-tables.ts';
import {
  type ChangeLine,
  commitKey,
  type CurrentLine,
  groupOf,
  type PlacedFile,
  type RevisionLine,
} from './lines.ts';
import { PastSlugs } from './past-slugs.ts';
import { type RecordState, replay, type Replayed, type ReplayInput, type RevisionFate } from './replay.ts';
import { RowSorter } from './row-sorter.ts';
import { Sorter } from './sorter.ts';
import type { Group, Part } from './timeline.ts';

export interface HistoryInput {
  readonly profile: Profile;
  readonly instance: string;
  readonly source: Source;
  readonly lookup: Lookup;
  readonly moment: string | undefined;
  readonly tables: Iterable<string>;
  readonly uploads: Uploads | undefined;
  /** Private scratch folder: it holds earlier states that may have to stay private. */
  readonly dir: string;
  readonly onEvent: Listener | undefined;
}

export interface Accounted {
  readonly tables: Readonly<Record<string, TableAccount>>;
  /** Undefined where the profile has no private columns. */
  readonly provenance: Check | undefined;
  readonly declassified: Readonly<Record<string, number>>;
}

/**
 * The past of a legacy system, in three steps that each hold no more than one row's states in memory: rows and their
 * earlier states are sorted by row; each row's states are mapped as the import maps rows, with what may not be shown
 * left away by a named rule; the changes that they make are sorted by time, and become commits.
 */
export class History {
  readonly part: HistoryPart;
  readonly tables: KnownTables;
  readonly rows: RowSorter;
  readonly #input: HistoryInput;
  readonly #byRow: Sorter;
  readonly #byTime: Sorter;

  private constructor(input: HistoryInput, part: HistoryPart) {
    this.#input = input;
    this.part = part;
    this.tables = new KnownTables(input.profile, input.tables);
    this.#byRow = new Sorter(input.dir, 'rows');
    this.#byTime = new Sorter(input.dir, 'changes');
    this.rows = new RowSorter(part, this.tables, this.#byRow, this.#byTime);
  }

  /** Throws CutoverError `history-unknown` where the profile knows of no past. */
  static async open(input: HistoryInput): Promise<History> {
    await mkdir(input.dir, { recursive: true, mode: 0o700 });
    return new History(input, historyPartOf(input.profile));
  }

  /** A sink that takes every row before it goes on to `next`. */
  tee(next: FateSink): FateSink {
    return (fate) => {
      this.rows.takeCurrent(fate);
      return next(fate);
    };
  }

  /** Reads the tables of earlier states and decides about each; gives every one to `enter`. */
  async account(enter: (line: LedgerRevisionLine) => Promise<void>): Promise<Accounted> {
    await this.#readRevisions();
    const { profile, uploads, lookup } = this.#input;
    const declassifier = new Declassifier();
    const slugs = new PastSlugs(lookup);
    const provenance = new Provenance();
    const input: ReplayInput = {
      tables: this.tables,
      contexts: new ContextMaker({ ...this.#input, declassifier }),
      checker: new DraftChecker(profile.target),
      slugs,
      privateTexts: this.rows.privateTexts,
      provenance,
      uploads,
    };
    for await (const group of this.#groups()) this.#want(group, slugs);
    slugs.settle();
    const tables: Record<string, TableAccount> = {};
    for (const name of this.tables.revisions.keys()) tables[name] = emptyAccount();
    for await (const group of this.#groups()) {
      const replayed = replay(group, input);
      if (replayed.undated) this.rows.addUndated(group.current!.records);
      for (const { line, fate } of replayed.fates) {
        count(tables[line.table]!, fate);
        await enter(ledgerLineOf(line, fate));
      }
      this.#addChanges(group, replayed);
    }
    this.#byRow.remove();
    return {
      tables,
      declassified: declassifier.list(),
      provenance: historyProvenance(provenance, profile),
    };
  }

  /** All changes in the order of their commits. */
  changes(): Iterable<readonly [key: string, change: ChangeLine]> {
    return parsed(this.#byTime.sorted());
  }

  remove(): void {
    this.#byRow.remove();
    this.#byTime.remove();
  }

  async #readRevisions(): Promise<void> {
    const { source, onEvent } = this.#input;
    const { revisions } = this.tables;
    if (revisions.size === 0) return;
    const only = { tables: (name: string) => revisions.has(name) };
    for await (const event of source.read({ ...progressOf('history', onEvent), ...only })) {
      if (event.kind !== 'rows') continue;
      const table = revisions.get(event.table.name);
      if (table === undefined) continue;
      if (event.columns?.includes(table.of.revision) !== true)
        throw columnMissing(table.name, table.of.revision);
      for (const values of event.rows) this.rows.takeRevision(table, event.columns, values);
    }
  }

  /** Everything known of one row at a time. */
  async *#groups(): AsyncGenerator<Group> {
    let group: Group | undefined;
    for (const [key, text] of this.#byRow.sorted()) {
      const name = groupOf(key);
      if (group !== undefined && group.name !== name) {
        yield group;
        group = undefined;
      }
      group ??= { name, revisions: [], parts: new Map() };
      addTo(group, JSON.parse(text) as CurrentLine | RevisionLine);
    }
    if (group !== undefined) yield group;
  }

  /** What the row was called in its earlier states is claimed before any of them is mapped. */
  #want({ current, revisions }: Group, slugs: PastSlugs): void {
    if (current?.outcome !== 'imported' || revisions.length === 0) return;
    const source = this.tables.sourceOf(current.row);
    const scope = current.row.scope ?? '';
    const build = (line: CurrentLine | RevisionLine) =>
      new RowBuilder(this.tables.boundTo(source, line.table, scope), line.columns).row(line.values);
    const now = build(current);
    for (const line of revisions) {
      const state = this.tables.asOfNow(source, build(line), now);
      slugs.want(source, this.tables.orderOf(source), current.row, state);
    }
  }

  #addChanges({ name, current }: Group, { states }: Replayed): void {
    const known = new Map<string, RecordState>();
    let last = { at: -1, round: 0 };
    for (const { at, by = '', records } of states) {
      last = { at, round: at === last.at ? last.round + 1 : 0 };
      for (const [i, record] of records.entries()) {
        const { id, path, content } = record;
        const before = known.get(id);
        if (before?.path === path && before.content === content) continue;
        const now = current?.records.find((one) => one.id === id && one.content === content);
        const change: ChangeLine = {
          path,
          is: before === undefined ? 'created' : 'changed',
          ...(before === undefined || before.path === path ? {} : { from: before.path }),
          ...(now === undefined ? { content } : { oid: now.oid }),
          ...fileChange(before?.file, record.file),
        };
        this.#byTime.add(`${commitKey(at, last.round, by)}\u0001${name}\u0001${i}`, change);
        known.set(id, record);
      }
    }
  }
}

/** How the upload beside a record goes with it. */
function fileChange(before: PlacedFile | undefined, now: PlacedFile | undefined): Pick<ChangeLine, 'file'> {
  if (before?.path === now?.path) return {};
  return {
    file: {
      ...(now === undefined ? {} : { written: now }),
      ...(before === undefined ? {} : { removed: before.path }),
    },
  };
}

export function historyPartOf(profile: Profile): HistoryPart {
  if (profile.history !== undefined) return profile.history;
  throw new CutoverError('history-unknown', `the profile ${profile.name} knows of no earlier states`, {
    next: 'import without --history, or name the tables of revisions in the profile',
    exitCode: exitCodes.usage,
  });
}

function addTo(group: Group, line: CurrentLine | RevisionLine): void {
  if (line.kind === 'row' || line.kind === 'revision') {
    if ('number' in line) group.revisions.push(line);
    else group.current = line;
  } else {
    const name = rowName(line.row);
    const part: Part = group.parts.get(name) ?? { revisions: [] };
    if ('number' in line) part.revisions.push(line);
    else part.current = line;
    group.parts.set(name, part);
  }
}

function count(account: TableAccount, fate: RevisionFate): void {
  account.rows++;
  if (fate.outcome === 'excluded') account.excluded[fate.rule] = (account.excluded[fate.rule] ?? 0) + 1;
  else account[fate.outcome]++;
}

function ledgerLineOf({ table, number, digest }: RevisionLine, fate: RevisionFate): LedgerRevisionLine {
  return {
    table,
    revision: rowName({ source: table, key: [number] }),
    rows: 1,
    digest: digest.slice(0, 16),
    outcome: fate.outcome,
    ...(fate.outcome === 'imported' ? { paths: fate.paths } : {}),
    ...(fate.outcome === 'folded' ? { into: rowName(fate.into) } : {}),
    ...(fate.outcome === 'excluded' ? { rule: fate.rule } : {}),
    ...(fate.outcome === 'excluded' && fate.message !== undefined ? { message: fate.message } : {}),
  };
}

function historyProvenance(provenance: Provenance, profile: Profile): Check | undefined {
  const check = provenance.conclude(
    profile.sources.some(({ columns }) => Object.values(columns).some((rule) => rule.class === 'private')),
  );
  // Nothing to compare is no fault here: there may be no earlier state of a row with private columns.
  if (check === undefined || check.looked === 0) return undefined;
  return {
    ...check,
    id: 'history-provenance',
    title: 'No earlier state contains a private value of the row it was made from',
  };
}

function columnMissing(table: string, column: string): CutoverError {
  return new CutoverError(
    'history-column-missing',
    `${table} has no column ${column}, which orders its rows`,
    {
      next: 'name the column in the profile, or import without --history',
      exitCode: exitCodes.preflightFailed,
    },
  );
}

function* parsed(
  lines: Iterable<readonly [string, string]>,
): Generator<readonly [key: string, change: ChangeLine]> {
  for (const [key, text] of lines) yield [key, JSON.parse(text) as ChangeLine];
}
