import type { PrivateRecord } from '@cutover/records';
import type { BucketLines } from './claim-lines.ts';
import { importedClaimsSheet } from './claims.ts';
import { parseBatches } from './json-lines.ts';
import { ClosingDrafts } from './closing-drafts.ts';
import { range, shardCount, shardFile, shardOf, shardsOfGroup } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';
import { bucketCount, stagedRows } from './staged-import.ts';

/**
 * What the records of an activation say belongs to whom. Holds about 75 bytes a value until it is committed:
 * claims lie by their own names, not by the ids of the records that they are found in.
 */
export class ImportedClaims {
  readonly #buckets: string[][] = Array.from({ length: bucketCount }, () => []);
  count = 0;

  add(found: readonly BucketLines[]): void {
    for (const { bucket, text, lines } of found) {
      this.#buckets[bucket]!.push(text);
      this.count += lines;
    }
  }

  /**
   * The lines of one bucket, or of all where `bucket` is undefined, by name. A value that several people have
   * stays with who has it claimed, else goes to the lowest id; reconcile says that it is shared. NameIDs are
   * those that are there and those that are staged, and never lost.
   */
  merged(
    bucket: number | undefined,
    before: ReadonlyMap<string, string>,
    staged: readonly PrivateRecord[],
  ): Map<string, string> {
    const buckets = bucket === undefined ? this.#buckets : [this.#buckets[bucket]!];
    const found = buckets.flatMap((texts) => texts.splice(0).flatMap((text) => text.split('\n'))).sort();
    const owners = new Map<string, string>();
    for (const line of found) {
      const [id, owner] = line.split(' ') as [string, string];
      if (!owners.has(id) || before.get(id) === owner) owners.set(id, owner);
    }
    for (const { id, owner } of staged) owners.set(id, String(owner));
    for (const [id, owner] of before) if (id.startsWith('name-id/')) owners.set(id, owner);
    return new Map([...owners].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

interface Drafting {
  readonly snapshots: Snapshots;
  readonly base: Snapshot;
  readonly importId: string;
  /** NameIDs that the import staged. */
  readonly rows: number;
  readonly shardAbove: number;
}

/** Files of the sheet of imported claims as they shall be; undefined where staged rows are missing. */
export async function draftClaims(
  claims: ImportedClaims,
  drafting: Drafting,
): Promise<{ files: Map<string, Draft | undefined>; shards: number | undefined } | undefined> {
  const { snapshots, base, importId, rows, shardAbove } = drafting;
  const before = base.shards[importedClaimsSheet] ?? 1;
  const after = before === 1 && claims.count + rows > shardAbove ? shardCount : before;
  const groups = after === 1 ? 1 : bucketCount;
  const whole = before === 1 ? await loadShard(drafting, 0, 1) : undefined;
  const files = new Map<string, Draft | undefined>();
  const closing = new ClosingDrafts(files);
  let seen = 0;
  for (let group = 0; group < groups; group++) {
    const there = new Map<number, Map<string, string>>();
    const shards = shardsOfGroup(group, groups, after);
    for (const shard of shards)
      there.set(
        shard,
        whole === undefined ? await loadShard(drafting, shard, after) : within(whole, shard, after),
      );
    const staged: PrivateRecord[] = [];
    for (const bucket of groups === 1 ? range(0, bucketCount) : [group])
      staged.push(...(await stagedRows(snapshots, importId, importedClaimsSheet, bucket)));
    seen += staged.length;
    const all = new Map([...there.values()].flatMap((lines) => [...lines]));
    const merged = claims.merged(groups === 1 ? undefined : group, all, staged);
    for (const shard of shards) {
      const lines = after === 1 ? merged : within(merged, shard, after);
      if (before === after && isSame(lines, there.get(shard)!)) continue;
      const name = shardFile(importedClaimsSheet, shard, after);
      const draft = snapshots.draft(name);
      let text = '';
      for (const [id, owner] of lines) text += `${JSON.stringify({ id, owner })}\n`;
      if (text !== '') await draft.write(text);
      await closing.add(name, draft);
    }
  }
  await closing.settle();
  if (seen !== rows) return undefined;
  if (before === after) return { files, shards: undefined };
  files.set(shardFile(importedClaimsSheet, 0, 1), undefined);
  return { files, shards: after };
}

async function loadShard(
  { snapshots, base }: Drafting,
  shard: number,
  of: number,
): Promise<Map<string, string>> {
  const there = new Map<string, string>();
  const name = shardFile(importedClaimsSheet, shard, of);
  const batches = parseBatches<{ id: string; owner: string }>(name, snapshots.read(base, name));
  for await (const lines of batches) for (const { id, owner } of lines) there.set(id, owner);
  return there;
}

function within(lines: ReadonlyMap<string, string>, shard: number, of: number): Map<string, string> {
  return new Map([...lines].filter(([id]) => shardOf(id, of) === shard));
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([id, owner]) => b.get(id) === owner);
}
