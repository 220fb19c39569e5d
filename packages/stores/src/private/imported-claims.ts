import { type BucketLines, textOf } from './claim-lines.ts';
import { importedClaimsSheet } from './claims.ts';
import { ClosingDrafts } from './closing-drafts.ts';
import { mergeEach, readAhead, splitInto, wholeFile } from './groups.ts';
import type { ClaimsInput, ClaimsOutput } from './merge-claims.ts';
import type { NamedBytes } from './shard-lines.ts';
import type { GroupMergers } from './merge-threads.ts';
import { range, shardCount, shardFile, shardsOfGroup } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';
import { bucketCount, type StagedRows } from './staged-import.ts';

/**
 * What the records of an activation say belongs to whom. Holds about 45 bytes a value until it is committed:
 * claims lie by their own names, not by the ids of the records that they are found in.
 */
export class ImportedClaims {
  readonly #buckets: BucketLines[][] = Array.from({ length: bucketCount }, () => []);
  count = 0;

  add(found: readonly BucketLines[]): void {
    for (const of of found) {
      this.#buckets[of.bucket]!.push(of);
      this.count += of.lines;
    }
  }

  /** Lines of these buckets, which are let go of. */
  take(buckets: readonly number[]): string {
    return buckets.flatMap((bucket) => this.#buckets[bucket]!.splice(0).map(textOf)).join('\n');
  }
}

interface Drafting {
  readonly snapshots: Snapshots;
  readonly base: Snapshot;
  readonly staged: StagedRows;
  readonly mergers: GroupMergers;
  /** NameIDs that the import staged. */
  readonly rows: number;
  readonly shardAbove: number;
}

/** Files of the sheet of imported claims as they shall be; undefined where staged rows are missing. */
export async function draftClaims(
  claims: ImportedClaims,
  drafting: Drafting,
): Promise<{ files: Map<string, Draft | undefined>; shards: number | undefined } | undefined> {
  const { snapshots, base, staged, mergers, rows, shardAbove } = drafting;
  const before = base.shards[importedClaimsSheet] ?? 1;
  const after = before === 1 && claims.count + rows > shardAbove ? shardCount : before;
  const groups = after === 1 ? 1 : bucketCount;
  const fileOf = (shard: number, of: number): Promise<NamedBytes[]> =>
    wholeFile(snapshots, base, shardFile(importedClaimsSheet, shard, of));
  const whole = before === after ? undefined : splitInto(groups, await fileOf(0, 1));
  const read = async (group: number): Promise<ClaimsInput> => {
    const shards = shardsOfGroup(group, groups, after);
    const buckets = groups === 1 ? range(0, bucketCount) : [group];
    const rowsOf = await Promise.all(buckets.map((bucket) => staged.bytes(importedClaimsSheet, bucket)));
    return {
      ...{ of: after, shards, staged: rowsOf.flat(), found: claims.take(buckets), always: before !== after },
      there: whole?.[group] ?? (await Promise.all(shards.map((shard) => fileOf(shard, after)))).flat(),
    };
  };
  const files = new Map<string, Draft | undefined>();
  const closing = new ClosingDrafts(files);
  let seen = 0;
  const merge = (input: ClaimsInput) => mergers.mergeClaims(input, groups > 1);
  let writing = Promise.resolve();
  const write = async ({ files: merged }: ClaimsOutput): Promise<void> => {
    for (const { name, bytes } of merged) {
      const draft = snapshots.draft(name);
      if (bytes.length > 0) await draft.write(bytes);
      await closing.add(name, draft);
    }
  };
  await mergeEach(readAhead(groups, read), mergers.atOnce, merge, async (merged) => {
    seen += merged.rows;
    writing = writing.then(() => write(merged));
    await writing;
  });
  await closing.settle();
  if (seen !== rows) return undefined;
  if (before === after) return { files, shards: undefined };
  files.set(shardFile(importedClaimsSheet, 0, 1), undefined);
  return { files, shards: after };
}
