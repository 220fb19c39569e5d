import {
  type Cell,
  type KeptRow,
  type Mapped,
  type Row,
  rowName,
  type SourceKey,
  type SourceTable,
} from '@cutover/records';
import type { ContextMaker } from '../context.ts';
import { type DraftChecker, type FittedRecord, isMisfit } from '../check-draft.ts';
import type { Uploads } from '../files/uploads.ts';
import type { Provenance } from '../provenance.ts';
import { RowBuilder } from '../tables.ts';
import type { PrivateTexts } from './contacts.ts';
import type { CurrentLine, PlacedFile, RevisionLine } from './lines.ts';
import type { PastSlugs } from './past-slugs.ts';
import { PastContext } from './past-context.ts';
import type { KnownTables } from './known-tables.ts';
import { historyRules, type HistoryRule } from './rules.ts';
import { type Entry, type Group, mergeTimelines, timelineOf } from './timeline.ts';

/** What became of an earlier state. */
export type RevisionFate =
  | { readonly outcome: 'imported'; readonly paths: readonly string[] }
  | { readonly outcome: 'folded'; readonly into: SourceKey }
  | { readonly outcome: 'excluded'; readonly rule: string; readonly message?: string };

/** A state that becomes a commit: records as they were, or as they are. */
export interface State {
  readonly at: number;
  readonly by: string | undefined;
  readonly records: readonly RecordState[];
}

/** A record at some time, with its upload where that is beside it. */
export interface RecordState {
  readonly id: string;
  readonly path: string;
  readonly content: string;
  readonly file?: PlacedFile | undefined;
}

export interface Replayed {
  readonly states: readonly State[];
  readonly fates: readonly { readonly line: RevisionLine; readonly fate: RevisionFate }[];
  /** The row has no date at all, so that only its last state is known. */
  readonly undated: boolean;
}

export interface ReplayInput {
  readonly tables: KnownTables;
  readonly contexts: ContextMaker;
  readonly checker: DraftChecker;
  readonly slugs: PastSlugs;
  readonly privateTexts: PrivateTexts;
  readonly provenance: Provenance;
  readonly uploads: Uploads | undefined;
}

const withheld = (rule: HistoryRule, message?: string): RevisionFate => ({
  outcome: 'excluded',
  rule: historyRules[rule],
  ...(message === undefined ? {} : { message }),
});

/**
 * Goes through the past of one row. A state is shown where the row is public now and was public then, fits the sheet,
 * and says nothing private that the record does not say any more; what is left away has its rule.
 */
export function replay(group: Group, input: ReplayInput): Replayed {
  const fates: { line: RevisionLine; fate: RevisionFate }[] = [];
  const all = (lines: readonly RevisionLine[], fate: RevisionFate): void => {
    for (const line of lines) fates.push({ line, fate });
  };
  const { current } = group;
  const why = whyKeptBack(current);
  const parts = [...group.parts.values()];
  if (why !== undefined || current === undefined) {
    all([...group.revisions, ...parts.flatMap(({ revisions }) => revisions)], why!);
    const isThere = current?.outcome === 'imported';
    const states = isThere && current.at !== undefined ? [stateOf(current, current.at, current.by)] : [];
    return { states, fates, undated: isThere && states.length === 0 };
  }
  const own = timelineOf(group.revisions, current);
  if (own.length === 0) {
    all([...group.revisions, ...parts.flatMap(({ revisions }) => revisions)], withheld('undated'));
    return { states: [], fates, undated: true };
  }
  const partTimelines: (readonly Entry[])[] = [];
  for (const part of parts) {
    const isPublic = part.current?.outcome === 'folded';
    if (!isPublic) {
      all(part.revisions, withheld(part.current === undefined ? 'gone' : 'not-public-now'));
      continue;
    }
    const timeline = timelineOf(part.revisions, part.current);
    if (timeline.length === 0) all(part.revisions, withheld('undated'));
    // A part cannot have been there before the row that it is a part of.
    partTimelines.push(timeline.map((entry) => ({ ...entry, at: Math.max(entry.at, own[0]!.at) })));
  }
  const run = new Run(current, own[0]!.line, input);
  const entries = mergeTimelines([...partTimelines, own]);
  for (const [i, entry] of entries.entries()) {
    // How it ended is what was imported: that is not mapped again.
    if (i === entries.length - 1 && !('number' in entry.line)) continue;
    const fate = run.step(entry);
    if ('number' in entry.line) fates.push({ line: entry.line, fate });
  }
  run.end(entries);
  return { states: run.states, fates, undated: false };
}

/** The row as it is. */
const stateOf = ({ records }: CurrentLine, at: number, by: string | undefined): State => ({
  at,
  by,
  records: records.map(({ id, path, content, file }) => ({ id, path, content: content!, file })),
});

/** Undefined where the row may show its past. */
function whyKeptBack(current: CurrentLine | undefined): RevisionFate | undefined {
  if (current === undefined) return withheld('gone');
  if (current.outcome !== 'imported') return withheld('not-public-now');
  return current.withheld === true ? withheld('withheld') : undefined;
}

class Run {
  readonly states: State[] = [];
  readonly #current: CurrentLine;
  readonly #input: ReplayInput;
  readonly #source: SourceTable;
  readonly #nowRow: Row;
  readonly #parts = new Map<string, { source: string; kept: KeptRow; cells: Row }>();
  /** The row as it was last, by the states that were kept. */
  #line: CurrentLine | RevisionLine;

  constructor(current: CurrentLine, first: CurrentLine | RevisionLine, input: ReplayInput) {
    this.#current = current;
    this.#input = input;
    this.#line = first;
    this.#source = input.tables.sourceOf(current.row);
    this.#nowRow = this.#rowOf(current);
  }

  step(entry: Entry): RevisionFate {
    const isPart = entry.line.kind === 'part' || entry.line.kind === 'part-revision';
    if (isPart) this.#setPart(entry.line);
    else this.#line = entry.line;
    const made = this.#map(entry);
    if ('outcome' in made) return made;
    const paths = made.map(({ path }) => path);
    if (same(made, this.states.at(-1)?.records ?? [])) return { outcome: 'folded', into: this.#current.row };
    this.states.push({ at: entry.at, by: entry.by, records: made });
    return { outcome: 'imported', paths };
  }

  /** The last state is the import's, whatever was replayed. */
  end(entries: readonly Entry[]): void {
    const last = entries.findLast(({ line }) => line.kind === 'row' || line.kind === 'part')!;
    const state = stateOf(this.#current, Math.max(last.at, this.states.at(-1)?.at ?? 0), last.by);
    if (!same(state.records, this.states.at(-1)?.records ?? [])) this.states.push(state);
  }

  #map(entry: Entry): readonly RecordState[] | RevisionFate {
    const { contexts, slugs, tables } = this.#input;
    const { row: key } = this.#current;
    const row = this.#shown(this.#line);
    const now = contexts.forRow(key.source, key.scope ?? '', key.key);
    const partSource = tables.partsOf(key.source);
    const context = new PastContext(now, key.source, {
      moment: new Date(entry.at * 1000).toISOString().replace('.000Z', 'Z'),
      slug: slugs.slugOf(this.#source, key, row),
      kept: keptOf(this.#source, key, row),
      ...(partSource === undefined
        ? {}
        : { parts: { source: partSource, rows: (index, values) => this.#partsWith(index, values) } }),
    });
    const mapped = tables.map(this.#source, row, context, key);
    if (mapped.outcome === 'quarantined')
      return withheld(
        'unfit',
        mapped.column === undefined ? mapped.rule : `${mapped.rule}: ${mapped.column}`,
      );
    if (mapped.outcome === 'excluded') return withheld('not-public-then', mapped.rule);
    if (mapped.outcome === 'folded') return withheld('unfit', `part of ${rowName(mapped.into)}`);
    return this.#fit(mapped, row);
  }

  #fit(mapped: Mapped & { outcome: 'imported' }, row: Row): readonly RecordState[] | RevisionFate {
    const { checker, uploads, provenance, contexts, privateTexts } = this.#input;
    const fitted: FittedRecord[] = [];
    const states: RecordState[] = [];
    for (const given of mapped.records) {
      const now = this.#current.records.find(({ id }) => id === given.fields.id);
      if (now === undefined) continue;
      const { draft, file } = uploads?.complete(given, checker.sheet(given.sheet)) ?? { draft: given };
      const record = checker.fit(draft);
      if (isMisfit(record)) return withheld('unfit', record.message);
      if (privateTexts.tellsMore(record.content, now.content!)) return withheld('private-value');
      // What the upload was then nobody has kept: it is the one that is there now, where the record was.
      const placed = file && now.file && { path: file.at, oid: now.file.oid };
      const { id, path, content } = record;
      fitted.push(record);
      states.push({ id, path, content, file: placed });
    }
    if (fitted.length === 0) return withheld('not-public-now');
    provenance.see(this.#current.row, row, fitted, contexts);
    return states;
  }

  /** The state with those columns as they are now of which the past is nobody's business. */
  #shown(line: CurrentLine | RevisionLine): Row {
    const row = this.#rowOf(line);
    return 'number' in line ? this.#input.tables.asOfNow(this.#source, row, this.#nowRow) : row;
  }

  #rowOf(line: CurrentLine | RevisionLine): Row {
    const source = this.#input.tables.sourceOf(line.row);
    const table = this.#input.tables.boundTo(source, line.table, line.row.scope ?? '');
    return new RowBuilder(table, line.columns).row(line.values);
  }

  #setPart(line: CurrentLine | RevisionLine): void {
    const source = this.#input.tables.sourceOf(line.row);
    const cells = this.#rowOf(line);
    this.#parts.set(rowName(line.row), {
      source: source.source,
      kept: keptOf(source, line.row, cells),
      cells,
    });
  }

  #partsWith(index: string, values: readonly string[]): KeptRow[] {
    return [...this.#parts.values()]
      .filter(({ source, cells }) => {
        const columns = this.#input.tables.sourceOf({ source, key: [] }).indexes?.[index];
        return columns?.every((column, i) => (cells[column] ?? '') === values[i]);
      })
      .map(({ kept }) => kept)
      .sort((a, b) => this.#input.tables.compareKeys(a.$key, b.$key));
  }
}

function keptOf(source: SourceTable, row: SourceKey, cells: Row): KeptRow {
  const kept: Record<string, Cell | readonly string[]> = { $key: row.key };
  for (const column of source.keep ?? []) kept[column] = (cells[column] ?? null) as Cell;
  return kept as KeptRow;
}

function same(
  a: readonly { readonly path: string; readonly content: string }[],
  b: readonly { readonly path: string; readonly content: string }[],
): boolean {
  return (
    a.length === b.length &&
    a.every(({ path, content }, i) => path === b[i]!.path && content === b[i]!.content)
  );
}
