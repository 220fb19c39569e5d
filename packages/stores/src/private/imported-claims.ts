import type { BucketLines } from './claim-lines.ts';
import { importedClaimsSheet } from './claims.ts';
import { parseBatches } from './json-lines.ts';
import { ClosingDrafts } from './closing-drafts.ts';
import { range, shardCount, shardFile, shardOf, shardsOfGroup } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';
import { bucketCount, type StagedRows } from './staged-import.ts';

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
   * Who has what of one bucket, or of all where `bucket` is undefined, by name. A value that several people have
   * stays with who has it claimed, else goes to the lowest id; reconcile says that it is shared. NameIDs are
   * those that are there and those that are staged, and never lost.
   */
  merged(
    bucket: number | undefined,
    before: ReadonlyMap<string, string>,
    staged: ReadonlyMap<string, string>,
  ): Map<string, string> {
    const buckets = bucket === undefined ? this.#buckets : [this.#buckets[bucket]!];
    const found = buckets.flatMap((texts) => texts.splice(0).flatMap((text) => text.split('\n'))).sort();
    const owners = new Map<string, string>();
    for (const line of found) {
      const space = line.indexOf(' ');
      const [id, owner] = [line.slice(0, space), line.slice(space + 1)];
      if (!owners.has(id) || before.get(id) === owner) owners.set(id, owner);
    }
    for (const [id, owner] of staged) owners.set(id, owner);
    for (const [id, owner] of before) if (id.startsWith('name-id/')) owners.set(id, owner);
    return new Map([...owners.keys()].sort().map((id) => [id, owners.get(id)!]));
  }
}

interface Drafting {
  readonly snapshots: Snapshots;
  readonly base: Snapshot;
  readonly staged: StagedRows;
  /** NameIDs that the import staged. */
  readonly rows: number;
  readonly shardAbove: number;
}

/** Files of the sheet of imported claims as they shall be; undefined where staged rows are missing. */
export async function draftClaims(
  claims: ImportedClaims,
  drafting: Drafting,
): Promise<{ files: Map<string, Draft | undefined>; shards: number | undefined } | undefined> {
  const { snapshots, base, rows, shardAbove } = drafting;
  const before = base.shards[importedClaimsSheet] ?? 1;
  const after = before === 1 && claims.count + rows > shardAbove ? shardCount : before;
  const groups = after === 1 ? 1 : bucketCount;
  const whole =
    before === after ? undefined : byShard(await loadShard(drafting, 0, 1), range(0, groups), groups);
  const files = new Map<string, Draft | undefined>();
  const closing = new ClosingDrafts(files);
  let seen = 0;
  for (let group = 0; group < groups; group++) {
    const shards = shardsOfGroup(group, groups, after);
    const there =
      before === after
        ? (await Promise.all(shards.map((shard) => loadShard(drafting, shard, after)))).flatMap((of) => [
            ...of,
          ])
        : whole!.get(group)!;
    const buckets = groups === 1 ? range(0, bucketCount) : [group];
    const staged = await stagedNames(drafting.staged, buckets);
    seen += staged.rows;
    const merged = claims.merged(groups === 1 ? undefined : group, new Map(there), staged.owners);
    const [now, then] = [byShard(merged, shards, after), byShard(there, shards, after)];
    for (const shard of shards) {
      const lines = now.get(shard)!;
      if (before === after && isSame(lines, then.get(shard)!)) continue;
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

/** NameIDs that an import staged, and how many rows; where two people have one it is the lowest id's. */
async function stagedNames(
  staged: StagedRows,
  buckets: readonly number[],
): Promise<{ rows: number; owners: Map<string, string> }> {
  const owners = new Map<string, string>();
  let rows = 0;
  for (const bucket of buckets) {
    for (const row of await staged.records(importedClaimsSheet, bucket)) {
      rows++;
      const [owner, held] = [String(row['owner']), owners.get(row.id)];
      if (held === undefined || owner < held) owners.set(row.id, owner);
    }
  }
  return { rows, owners };
}

type Lines = readonly (readonly [id: string, owner: string])[];

/** Lines by the shard that they belong to, in their order. */
function byShard(
  lines: Iterable<readonly [string, string]>,
  shards: readonly number[],
  of: number,
): Map<number, (readonly [string, string])[]> {
  const found = new Map(shards.map((shard) => [shard, [] as (readonly [string, string])[]]));
  for (const line of lines) found.get(shardOf(line[0], of))?.push(line);
  return found;
}

/** Both by name. */
const isSame = (a: Lines, b: Lines): boolean =>
  a.length === b.length && a.every(([id, owner], at) => b[at]![0] === id && b[at]![1] === owner);
