import { CutoverError } from '@cutover/core';
import type { PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import { type DigestLine, fieldDigest, importedName, rowDigest } from './imported.ts';
import { parseLines } from './json-lines.ts';
import { importedClaimsSheet, type NameClaim } from './claims.ts';
import { ClosingDrafts } from './closing-drafts.ts';
import { randomToken } from './random-token.ts';
import { draftClaims, ImportedClaims } from './imported-claims.ts';
import { mergeImported } from './merge-imported.ts';
import { range, shardCount, shardFile, shardOf, shardsOfGroup, sheetFiles } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';
import { bucketCount, removeStaged, stagedManifest, stagedRows } from './staged-import.ts';

/** What activating an import did to one private sheet. Fields are named, values never. */
export interface SheetActivation {
  inserted: number;
  changed: number;
  unchanged: number;
  /** Removed because legacy no longer has them and nobody has touched them here. */
  removed: number;
  /** Left away because they were removed on the new side. */
  leftAway: number;
  /** Values of the new side that the import left alone, by field. */
  kept: Record<string, number>;
  conflicts: { readonly id: string; readonly fields: readonly string[] }[];
  conflictsTotal: number;
}

export type ActivationResult = Readonly<Record<string, SheetActivation>>;

export interface Activation {
  readonly snapshots: Snapshots;
  readonly importId: string;
  readonly target: Target;
  readonly key: Buffer;
  /** Names claims; see `Claims`. */
  readonly nameClaim: NameClaim;
  /** A sheet of more records than this is split. */
  readonly shardAbove: number;
}

/**
 * States of a staged import:
 *   rows, no manifest   staging never ended: discard
 *   manifest            sealed: merge and commit, unless the store says that this import was the last one
 *   gone                done
 * Several may activate the same import at once: one commits, the others find that it is done. The commit takes all files of all sheets or none. Where somebody changed a file while it was merged, the
 * whole merge is made again on what is there now. Throws CutoverError `import-not-staged`, or
 * `private-store-contended` where it is changed faster than it can be merged.
 */
export async function activate(activation: Activation): Promise<ActivationResult> {
  const { snapshots, importId } = activation;
  const manifest = await stagedManifest(snapshots, importId);
  if (manifest === undefined) {
    throw notStaged();
  }
  for (let attempt = 1; attempt <= 20; attempt++) {
    const base = await snapshots.current();
    const merge = new Merge(activation, base, manifest.rows);
    const result = base.lastImport === importId ? nothingDone(activation.target) : await merge.run();
    // Rows are missing only where another process has completed the import, or discarded it, meanwhile.
    if (result === undefined) {
      if (
        (await stagedManifest(snapshots, importId)) === undefined &&
        (await snapshots.current()).lastImport !== importId
      )
        throw notStaged();
      continue;
    }
    if (base.lastImport !== importId && (await merge.commit()) === 'refused') continue;
    await removeStaged(snapshots, importId);
    return result;
  }
  throw new CutoverError('private-store-contended', 'the private store was changed throughout the import', {
    next: 'stop what changes it, then run the import again: the rows are staged and will be completed',
  });
}

function notStaged(): CutoverError {
  return new CutoverError('import-not-staged', 'the import was not staged completely', {
    next: 'run the import again',
  });
}

function nothingDone(target: Target): ActivationResult {
  return Object.fromEntries(target.privateSheets.map(({ name }) => [name, emptyCounts()]));
}

/** One merge of all sheets on top of one snapshot. */
class Merge {
  readonly #activation: Activation;
  readonly #base: Snapshot;
  readonly #rows: Readonly<Record<string, number>>;
  readonly #files = new Map<string, Draft | undefined>();
  readonly #shards: Record<string, number> = {};
  readonly #claims: ImportedClaims;
  readonly #closing = new ClosingDrafts(this.#files);
  #rowsSeen = 0;

  constructor(activation: Activation, base: Snapshot, rows: Readonly<Record<string, number>>) {
    this.#activation = activation;
    this.#base = base;
    this.#rows = rows;
    this.#claims = new ImportedClaims(activation.target, activation.nameClaim);
  }

  /** Undefined where staged rows are missing. */
  async run(): Promise<ActivationResult | undefined> {
    const claimed = await this.#claimedIds();
    const result: Record<string, SheetActivation> = {};
    for (const sheet of this.#activation.target.privateSheets) {
      result[sheet.name] = await this.#sheet(sheet, claimed);
      if (this.#rowsSeen !== (this.#rows[sheet.name] ?? 0)) return undefined;
    }
    await this.#closing.settle();
    return (await this.#claim()) ? result : undefined;
  }

  /** Claims what the records say, in the same commit; false where staged rows are missing. */
  async #claim(): Promise<boolean> {
    const { snapshots, importId, shardAbove } = this.#activation;
    const rows = this.#rows[importedClaimsSheet] ?? 0;
    const drafted = await draftClaims(this.#claims, {
      snapshots,
      base: this.#base,
      importId,
      rows,
      shardAbove,
    });
    if (drafted === undefined) return false;
    for (const [name, draft] of drafted.files) this.#files.set(name, draft);
    if (drafted.shards !== undefined) this.#shards[importedClaimsSheet] = drafted.shards;
    return true;
  }

  commit(): Promise<'done' | 'refused'> {
    const { snapshots, importId } = this.#activation;
    return snapshots.commit(this.#base, {
      files: this.#files,
      shards: this.#shards,
      why: `import ${importId}`,
      lastImport: importId,
    });
  }

  /** Ids of people who have taken over their account: few enough to be held until the flip is long past. */
  async #claimedIds(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    const { claimed } = this.#activation.target;
    if (claimed === undefined) return ids;
    for (const name of sheetFiles(claimed.sheet, this.#base.shards)) {
      const lines = parseLines<PrivateRecord>(name, this.#activation.snapshots.read(this.#base, name));
      for await (const record of lines) if ((record[claimed.field] ?? null) !== null) ids.add(record.id);
    }
    return ids;
  }

  /**
   * Merges a sheet group by group, each held in memory: one group where the sheet is one file, else as many
   * as there are buckets of staged rows, each of which holds whole shards.
   */
  async #sheet(sheet: PrivateSheet, claimed: ReadonlySet<string>): Promise<SheetActivation> {
    const { snapshots, importId, shardAbove } = this.#activation;
    const before = this.#base.shards[sheet.name] ?? 1;
    const after = before === 1 && (this.#rows[sheet.name] ?? 0) > shardAbove ? shardCount : before;
    const groups = after === 1 ? 1 : bucketCount;
    const counts = emptyCounts();
    this.#rowsSeen = 0;
    const whole = before === 1 ? await this.#load(sheet.name, [0], 1) : undefined;
    const parts = whole === undefined ? undefined : splitInto(groups, whole);
    const read = async (group: number): Promise<Group> => {
      const shards = shardsOfGroup(group, groups, after);
      const stored = parts?.[group] ?? (await this.#load(sheet.name, shards, after));
      const rows: PrivateRecord[] = [];
      for (const bucket of groups === 1 ? range(0, bucketCount) : [group])
        for (const row of await stagedRows(snapshots, importId, sheet.name, bucket)) rows.push(row);
      return { shards, stored, rows };
    };
    for await (const { shards, stored, rows } of readAhead(groups, read)) {
      this.#rowsSeen += rows.length;
      const merged = this.#mergeGroup(sheet, rows, stored, claimed, counts);
      for (const shard of shards) await this.#write(sheet.name, shard, after, merged, before !== after);
    }
    if (before !== after) {
      for (const name of [sheet.name, importedName(sheet.name)]) {
        this.#shards[name] = after;
        this.#files.set(shardFile(name, 0, 1), undefined);
      }
    }
    return counts;
  }

  async #load(sheet: string, shards: readonly number[], of: number): Promise<Stored> {
    const stored: Stored = { records: new Map(), digests: new Map() };
    for (const shard of shards) {
      for await (const record of this.#sorted<PrivateRecord>(shardFile(sheet, shard, of)))
        stored.records.set(record.id, record);
      for await (const line of this.#sorted<DigestLine>(shardFile(importedName(sheet), shard, of)))
        stored.digests.set(line.id, line);
    }
    return stored;
  }

  async *#sorted<T extends { readonly id: string }>(name: string): AsyncGenerator<T> {
    let before: string | undefined;
    for await (const line of parseLines<T>(name, this.#activation.snapshots.read(this.#base, name))) {
      if (before !== undefined && line.id <= before) throw unsorted(name);
      before = line.id;
      yield line;
    }
  }

  #mergeGroup(
    sheet: PrivateSheet,
    rows: readonly PrivateRecord[],
    { records, digests }: Stored,
    claimed: ReadonlySet<string>,
    counts: SheetActivation,
  ): Merged[] {
    const incoming = new Map(rows.map((row) => [row.id, row]));
    const ids = [...new Set([...incoming.keys(), ...records.keys(), ...digests.keys()])].sort();
    return ids.map((id) => {
      const [current, last] = [records.get(id), digests.get(id)];
      const one = { id, incoming: incoming.get(id), current, last };
      const { record, line } = mergeOne(sheet, one, claimed.has(id), this.#activation.key, counts);
      if (record !== undefined) this.#claims.see(sheet.name, record);
      return {
        id,
        record,
        line,
        recordChanged: isOther(record, current),
        digestsChanged: isOther(line, last),
      };
    });
  }

  /** Drafts the files of one shard; a file that would be what it was is left alone. */
  async #write(
    sheet: string,
    shard: number,
    of: number,
    merged: readonly Merged[],
    always: boolean,
  ): Promise<void> {
    const own = of === 1 ? merged : merged.filter(({ id }) => shardOf(id, of) === shard);
    if (always || own.some(({ recordChanged }) => recordChanged)) {
      await this.#draft(shardFile(sheet, shard, of), own, ({ record }) => record);
    }
    if (always || own.some(({ digestsChanged }) => digestsChanged)) {
      await this.#draft(shardFile(importedName(sheet), shard, of), own, ({ line }) => line);
    }
  }

  async #draft(name: string, merged: readonly Merged[], lineOf: (one: Merged) => unknown): Promise<void> {
    const draft = this.#activation.snapshots.draft(name);
    let text = '';
    for (const one of merged) {
      const line = lineOf(one);
      if (line === undefined) continue;
      text += `${JSON.stringify(line)}\n`;
      if (text.length < writtenAtOnce) continue;
      await draft.write(text);
      text = '';
    }
    if (text !== '') await draft.write(text);
    await this.#closing.add(name, draft);
  }
}

/** Shards that are merged together: what is there and what the import brings. */
interface Group {
  readonly shards: readonly number[];
  readonly stored: Stored;
  readonly rows: readonly PrivateRecord[];
}

/** Reads group after group, the next one while one is worked on. */
async function* readAhead<T>(groups: number, read: (group: number) => Promise<T>): AsyncGenerator<T> {
  let next = read(0);
  for (let group = 0; group < groups; group++) {
    const here = await next;
    if (group + 1 < groups) {
      next = read(group + 1);
      next.catch(() => undefined);
    }
    yield here;
  }
}

/** Characters that are handed to a draft at once. */
const writtenAtOnce = 1 << 16;

function isOther(now: object | undefined, before: object | undefined): boolean {
  if (now === before) return false;
  if (now === undefined || before === undefined) return now !== before;
  return JSON.stringify(now) !== JSON.stringify(before);
}

interface Stored {
  readonly records: Map<string, PrivateRecord>;
  readonly digests: Map<string, DigestLine>;
}

interface Merged {
  readonly id: string;
  readonly record: PrivateRecord | undefined;
  readonly line: DigestLine | undefined;
  readonly recordChanged: boolean;
  readonly digestsChanged: boolean;
}

function splitInto(groups: number, { records, digests }: Stored): Stored[] {
  const parts = range(0, groups).map((): Stored => ({ records: new Map(), digests: new Map() }));
  for (const [id, record] of records) parts[shardOf(id, groups)]!.records.set(id, record);
  for (const [id, last] of digests) parts[shardOf(id, groups)]!.digests.set(id, last);
  return parts;
}

function unsorted(name: string): CutoverError {
  return new CutoverError('private-store-unsorted', `${name} is not sorted by id, or has an id twice`, {
    next: 'restore the file from an earlier version, or sort its lines by id',
    data: { path: name },
  });
}

function emptyCounts(): SheetActivation {
  return {
    inserted: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    leftAway: 0,
    kept: {},
    conflicts: [],
    conflictsTotal: 0,
  };
}

interface One {
  readonly id: string;
  readonly incoming: PrivateRecord | undefined;
  readonly current: PrivateRecord | undefined;
  readonly last: DigestLine | undefined;
}

/** A record as it shall be, and what the next import will know of this one. */
interface After {
  readonly record: PrivateRecord | undefined;
  readonly line: DigestLine | undefined;
}

function mergeOne(
  sheet: PrivateSheet,
  { id, incoming, current, last }: One,
  claimed: boolean,
  key: Buffer,
  counts: SheetActivation,
): After {
  // Of most records several fields have the same value: none.
  const known = new Map<string | number | boolean | null, string>();
  const digest = (value: string | number | boolean | null): string => {
    let made = known.get(value);
    if (made === undefined) known.set(value, (made = fieldDigest(key, sheet.name, id, value)));
    return made;
  };
  if (incoming === undefined) return keepOrRemove(current, last, claimed, digest, counts);
  const row = rowDigest(key, sheet.name, incoming);
  const isAsBefore = last?.row === row;
  const { digests } = last ?? {};
  const merged = mergeImported({
    ...{ incoming, current, digests, isAsBefore, claimed, owners: sheet.owners, digest },
  });
  for (const field of merged.kept) counts.kept[field] = (counts.kept[field] ?? 0) + 1;
  if (merged.conflicts.length > 0) {
    counts.conflictsTotal++;
    if (counts.conflicts.length < 100) counts.conflicts.push({ id, fields: merged.conflicts });
  }
  let record = merged.record;
  if (record === undefined) counts.leftAway++;
  else if (current === undefined) {
    counts.inserted++;
    record = sheet.onInsert?.(record, randomToken) ?? record;
  } else if (isOther(record, current)) counts.changed++;
  else counts.unchanged++;
  const isKnown = last !== undefined && (isAsBefore || record === undefined);
  return { record, line: isKnown ? last : { id, row, digests: merged.digests } };
}

/** A record that legacy no longer has (or never had): kept where it is the new side's, removed where it is only an import. */
function keepOrRemove(
  current: PrivateRecord | undefined,
  last: DigestLine | undefined,
  claimed: boolean,
  digest: (value: string | number | boolean | null) => string,
  counts: SheetActivation,
): After {
  if (current === undefined || last === undefined) return { record: current, line: last };
  const fields = Object.entries(last.digests);
  const untouched = fields.every(([field, left]) => digest(current[field] ?? null) === left);
  if (claimed || !untouched) return { record: current, line: last };
  counts.removed++;
  return { record: undefined, line: undefined };
}
