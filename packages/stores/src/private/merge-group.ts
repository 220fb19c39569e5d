import type { PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import { type BucketLines, ClaimLines } from './claim-lines.ts';
import { namingBy } from './claims.ts';
import { type DigestLine, digestLineOf, importedName, RecordDigests, rowOfDigestLine } from './imported.ts';
import { keptOf, mergeImported, withoutNulls } from './merge-imported.ts';
import { randomToken } from './random-token.ts';
import { addConflict, addKept, emptyCounts, type SheetActivation } from './sheet-activation.ts';
import { isOther, Line, LinesAfter, LinesByShard, type NamedBytes, ShardFiles } from './shard-lines.ts';
import { shardFile } from './shards.ts';

/** Shards of a sheet that are merged together, as bytes, so that any thread can do it. */
export interface GroupInput {
  readonly sheet: string;
  /** Into how many shards the sheet shall be split, and which of them these are. */
  readonly of: number;
  readonly shards: readonly number[];
  /** What is there, sorted by id within each file, and what the import before left of it. */
  readonly records: readonly NamedBytes[];
  readonly digests: readonly NamedBytes[];
  /** What the import brings, in any order. */
  readonly staged: readonly NamedBytes[];
  /** Whether files that would be what they were are written, too. */
  readonly always: boolean;
}

export interface GroupOutput {
  /** Staged rows that were there. */
  readonly rows: number;
  readonly counts: SheetActivation;
  /** New content of files. */
  readonly files: readonly NamedBytes[];
  readonly claims: readonly BucketLines[];
}

/** What all groups of a merge have in common. */
export interface MergeBasis {
  readonly key: Buffer;
  /** Ids of people who have taken over their account. */
  readonly claimed: ReadonlySet<string>;
}

/** Merges groups of shards, one after the other. Shards are parsed one at a time, so that memory is that of one. */
export class GroupMerger {
  readonly #target: Target;
  readonly #basis: MergeBasis;
  readonly #claims: ClaimLines;
  readonly #after = { records: new LinesAfter(), digests: new LinesAfter() };

  constructor(target: Target, basis: MergeBasis) {
    this.#target = target;
    this.#basis = basis;
    this.#claims = new ClaimLines(target, namingBy(basis.key));
  }

  /** Throws CutoverError `private-store-unsorted` or `private-line-invalid`. */
  merge(input: GroupInput): GroupOutput {
    const { of, shards, always } = input;
    const sheet = this.#target.privateSheets.find(({ name }) => name === input.sheet)!;
    const staged = new LinesByShard(input, input.staged, false);
    const there = (name: string, lines: readonly NamedBytes[]): LinesByShard | ShardFiles =>
      lines.every((file) => shards.some((shard) => file.name === shardFile(name, shard, of)))
        ? new ShardFiles(name, of, lines)
        : new LinesByShard(input, lines, true);
    const records = there(sheet.name, input.records);
    const digests = there(importedName(sheet.name), input.digests);
    const counts = emptyCounts();
    const files: NamedBytes[] = [];
    for (const shard of shards) {
      const after = this.#mergeShard(
        sheet,
        staged.take<PrivateRecord>(shard),
        records.take<PrivateRecord>(shard),
        digests.take<DigestLine>(shard),
        counts,
      );
      for (const [name, lines] of [
        [sheet.name, after.records],
        [importedName(sheet.name), after.digests],
      ] as const)
        if (always || lines.isOther) files.push({ name: shardFile(name, shard, of), bytes: lines.toBytes() });
    }
    return { rows: staged.lines, counts, files, claims: this.#claims.take() };
  }

  #mergeShard(
    sheet: PrivateSheet,
    incoming: readonly Line<PrivateRecord>[],
    records: readonly Line<PrivateRecord>[],
    lasts: readonly Line<DigestLine>[],
    counts: SheetActivation,
  ): { records: LinesAfter; digests: LinesAfter } {
    const { key, claimed } = this.#basis;
    const digests = new RecordDigests(key, sheet.name);
    const after = this.#after;
    after.records.begin();
    after.digests.begin();
    for (let i = 0, r = 0, l = 0; i < incoming.length || r < records.length || l < lasts.length;) {
      const id = lowest(incoming[i]?.id, lowest(records[r]?.id, lasts[l]?.id))!;
      const current = records[r]?.id === id ? records[r++] : undefined;
      const last = lasts[l]?.id === id ? lasts[l++] : undefined;
      const one = { id, incoming: incoming[i]?.id === id ? incoming[i++] : undefined, current, last };
      const { record, line } = mergeOne(sheet, one, claimed.has(id), digests.begin(id), counts);
      if (record !== undefined && this.#claims.sees(sheet.name)) this.#claims.see(sheet.name, record.value);
      after.records.add(record, current);
      after.digests.add(line, last);
    }
    return after;
  }
}

function lowest(a: string | undefined, b: string | undefined): string | undefined {
  return b === undefined || (a !== undefined && a < b) ? a : b;
}

interface One {
  readonly id: string;
  readonly incoming: Line<PrivateRecord> | undefined;
  readonly current: Line<PrivateRecord> | undefined;
  readonly last: Line<DigestLine> | undefined;
}

/** A record as it shall be, and what the next import will know of this one. */
interface After {
  readonly record: Line<PrivateRecord> | undefined;
  readonly line: Line<DigestLine> | undefined;
}

function mergeOne(
  sheet: PrivateSheet,
  { id, incoming, current, last }: One,
  claimed: boolean,
  digests: RecordDigests,
  counts: SheetActivation,
): After {
  if (incoming === undefined) return keepOrRemove(current, last, claimed, digests.of, counts);
  const row = digests.of(incoming.text);
  if (current === undefined && last === undefined) {
    counts.inserted++;
    return insert(sheet, incoming, row, digests.of);
  }
  const isAsBefore = last !== undefined && (rowOfDigestLine(last.text) ?? last.value.row) === row;
  if (isAsBefore && current !== undefined) {
    if (incoming.text !== current.text)
      for (const field of keptOf(incoming.value, current.value)) addKept(counts, field);
    counts.unchanged++;
    return { record: current, line: last };
  }
  const merged = mergeImported({
    ...{ incoming: incoming.value, current: current?.value, digests: last?.value.digests },
    ...{ claimed, owners: sheet.owners, digest: digests.of },
  });
  for (const field of merged.kept) addKept(counts, field);
  if (merged.conflicts.length > 0) addConflict(counts, id, merged.conflicts);
  const { record } = merged;
  const line =
    last !== undefined && (isAsBefore || record === undefined)
      ? last
      : Line.of<DigestLine>(id, { id, row, digests: merged.digests });
  if (record === undefined || current === undefined) {
    counts.leftAway++;
    return { record: undefined, line };
  }
  const made = Line.of(id, record);
  if (!isOther(made, current)) {
    counts.unchanged++;
    return { record: current, line };
  }
  counts.changed++;
  return { record: made, line };
}

type Digest = (value: string | number | boolean | null) => string;

/** A record that is neither there nor was. */
function insert(sheet: PrivateSheet, incoming: Line<PrivateRecord>, row: string, digest: Digest): After {
  const { id, value } = incoming;
  const stored = withoutNulls(value);
  const record = sheet.onInsert?.(stored, randomToken) ?? stored;
  return {
    record: record === value ? incoming : Line.of(id, record),
    line: new Line<DigestLine>(id, digestLineOf(value, row, digest)),
  };
}

/** A record that legacy no longer has (or never had): kept where it is the new side's, removed where it is only an import. */
function keepOrRemove(
  current: Line<PrivateRecord> | undefined,
  last: Line<DigestLine> | undefined,
  claimed: boolean,
  digest: Digest,
  counts: SheetActivation,
): After {
  if (current === undefined || last === undefined) return { record: current, line: last };
  const fields = Object.entries(last.value.digests);
  const untouched = fields.every(([field, left]) => digest(current.value[field] ?? null) === left);
  if (claimed || !untouched) return { record: current, line: last };
  counts.removed++;
  return { record: undefined, line: undefined };
}
