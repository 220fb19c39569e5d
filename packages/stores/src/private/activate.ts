import { CutoverError } from '@cutover/core';
import type { PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import { importedClaimsSheet } from './claims.ts';
import { ClosingDrafts } from './closing-drafts.ts';
import { importedName } from './imported.ts';
import { draftClaims, ImportedClaims } from './imported-claims.ts';
import { linesOf, parseLine } from './json-lines.ts';
import { mergeEach, readAhead, splitInto, wholeFile } from './groups.ts';
import type { GroupInput, GroupOutput } from './merge-group.ts';
import type { NamedBytes } from './shard-lines.ts';
import { GroupMergers, type MergeThreadsOptions } from './merge-threads.ts';
import { range, shardCount, shardFile, shardsOfGroup, sheetFiles } from './shards.ts';
import { addCounts, emptyCounts, type SheetActivation } from './sheet-activation.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';
import { bucketCount, removeStaged, StagedRows, stagedManifest } from './staged-import.ts';

export type ActivationResult = Readonly<Record<string, SheetActivation>>;

export interface Activation {
  readonly snapshots: Snapshots;
  readonly importId: string;
  readonly target: Target;
  readonly key: Buffer;
  /** A sheet of more records than this is split. */
  readonly shardAbove: number;
  /** Threads that merge besides this one. */
  readonly threads?: MergeThreadsOptions | undefined;
}

/**
 * States of a staged import:
 *   rows, no manifest   staging never ended: discard
 *   manifest            sealed: merge and commit, unless the store says that this import was the last one
 *   gone                done
 * Several may activate the same import at once: one commits, the others find that it is done. The commit takes all
 * files of all sheets or none. Where somebody changed a file while it was merged, the whole merge is made again on
 * what is there now. Throws CutoverError `import-not-staged`, `staged-rows-missing`, or `private-store-contended`
 * where it is changed faster than it can be merged.
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
    if (result === undefined) {
      // Who completes an import or discards it removes its manifest before its rows.
      const isSealed = (await stagedManifest(snapshots, importId)) !== undefined;
      if ((await snapshots.current()).lastImport === importId) continue;
      throw isSealed ? rowsMissing(importId) : notStaged();
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

function rowsMissing(importId: string): CutoverError {
  return new CutoverError(
    'staged-rows-missing',
    `some of the rows that import ${importId} staged are not there`,
    {
      next: `remove staged/${importId} from the private store and import the same dump again; where another version of Cutover staged it, let that version complete it`,
      data: { importId },
    },
  );
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
  readonly #claims = new ImportedClaims();
  readonly #closing = new ClosingDrafts(this.#files);
  #rowsSeen = 0;

  constructor(activation: Activation, base: Snapshot, rows: Readonly<Record<string, number>>) {
    this.#activation = activation;
    this.#base = base;
    this.#rows = rows;
  }

  /** Undefined where staged rows are missing. */
  async run(): Promise<ActivationResult | undefined> {
    const { snapshots, importId, target, key, threads } = this.#activation;
    const staged = await StagedRows.open(snapshots, importId);
    const mergers = new GroupMergers(target, { key, claimed: await this.#claimedIds() }, threads);
    const result: Record<string, SheetActivation> = {};
    try {
      for (const sheet of target.privateSheets) {
        result[sheet.name] = await this.#sheet(sheet, mergers, staged);
        if (this.#rowsSeen !== (this.#rows[sheet.name] ?? 0)) return undefined;
      }
      await this.#closing.settle();
      return (await this.#claim(staged, mergers)) ? result : undefined;
    } finally {
      await mergers.close();
    }
  }

  /** Claims what the records say, in the same commit; false where staged rows are missing. */
  async #claim(staged: StagedRows, mergers: GroupMergers): Promise<boolean> {
    const { snapshots, shardAbove } = this.#activation;
    const rows = this.#rows[importedClaimsSheet] ?? 0;
    const drafted = await draftClaims(this.#claims, {
      snapshots,
      base: this.#base,
      staged,
      mergers,
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
    // What is null is left away, so that most files need not be taken apart, nor most lines of the others.
    const named = `${JSON.stringify(claimed.field)}:`;
    for (const shard of sheetFiles(claimed.sheet, this.#base.shards))
      for (const { name, bytes } of await wholeFile(this.#activation.snapshots, this.#base, shard)) {
        if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(named)) continue;
        for (const [at, text] of linesOf(bytes).entries()) {
          if (!text.includes(named)) continue;
          const record = parseLine<PrivateRecord>(name, text, at + 1);
          if ((record[claimed.field] ?? null) !== null) ids.add(record.id);
        }
      }
    return ids;
  }

  /**
   * Merges a sheet group by group, several at a time: one group where the sheet is one file, else as many
   * as there are buckets of staged rows, each of which holds whole shards.
   */
  async #sheet(sheet: PrivateSheet, mergers: GroupMergers, staged: StagedRows): Promise<SheetActivation> {
    const { shardAbove } = this.#activation;
    const before = this.#base.shards[sheet.name] ?? 1;
    const after = before === 1 && (this.#rows[sheet.name] ?? 0) > shardAbove ? shardCount : before;
    const groups = after === 1 ? 1 : bucketCount;
    const countsOf: SheetActivation[] = [];
    this.#rowsSeen = 0;
    // A disk makes files durable while the next groups are merged.
    let writing = Promise.resolve();
    const read = await this.#reader(sheet.name, staged, { before, after, groups });
    const merge = (group: GroupInput) => mergers.merge(group, groups > 1);
    const take = async (merged: GroupOutput, at: number): Promise<void> => {
      this.#rowsSeen += merged.rows;
      countsOf[at] = merged.counts;
      this.#claims.add(merged.claims);
      writing = writing.then(() => this.#write(merged.files));
      await writing;
    };
    await mergeEach(readAhead(groups, read), mergers.atOnce, merge, take);
    const counts = emptyCounts();
    for (const more of countsOf) addCounts(counts, more);
    if (before !== after) {
      for (const name of [sheet.name, importedName(sheet.name)]) {
        this.#shards[name] = after;
        this.#files.set(shardFile(name, 0, 1), undefined);
      }
    }
    return counts;
  }

  async #write(files: readonly NamedBytes[]): Promise<void> {
    for (const { name, bytes } of files) {
      const draft = this.#activation.snapshots.draft(name);
      if (bytes.length > 0) await draft.write(bytes);
      await this.#closing.add(name, draft);
    }
  }

  /** What reads the groups of a sheet; a sheet that is one file, and shall be more, is read and split at once. */
  async #reader(
    sheet: string,
    rows: StagedRows,
    { before, after, groups }: { before: number; after: number; groups: number },
  ): Promise<(group: number) => Promise<GroupInput>> {
    const imported = importedName(sheet);
    const splits =
      before === after
        ? undefined
        : [
            splitInto(groups, await this.#file(sheet, 0, 1)),
            splitInto(groups, await this.#file(imported, 0, 1)),
          ];
    return async (group) => {
      const shards = shardsOfGroup(group, groups, after);
      const of = async (name: string): Promise<NamedBytes[]> =>
        (await Promise.all(shards.map((shard) => this.#file(name, shard, after)))).flat();
      const staged: NamedBytes[] = [];
      for (const bucket of groups === 1 ? range(0, bucketCount) : [group])
        staged.push(...(await rows.bytes(sheet, bucket)));
      return {
        ...{ sheet, of: after, shards, staged, always: before !== after },
        records: splits?.[0]![group] ?? (await of(sheet)),
        digests: splits?.[1]![group] ?? (await of(imported)),
      };
    };
  }

  #file(sheet: string, shard: number, of: number): Promise<NamedBytes[]> {
    return wholeFile(this.#activation.snapshots, this.#base, shardFile(sheet, shard, of));
  }
}
