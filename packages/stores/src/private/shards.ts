/** A sheet of more records than this is split when it is next imported. */
export const shardAbove = 50_000;
/** Into how many files a large sheet is split; a change rewrites one of them. */
export const shardCount = 256;

/**
 * Which shard a record is in: the first byte of an FNV-1a hash of its id. Not the id's own first byte, as
 * ids of the new site begin with the time and would all fall into one shard.
 */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return ((hash >>> 24) * shards) >>> 8;
}

/** `profiles.jsonl`, or `profiles/3f.jsonl` where the sheet is split. */
export function shardFile(sheet: string, shard: number, shards: number): string {
  return shards === 1 ? `${sheet}.jsonl` : `${sheet}/${shard.toString(16).padStart(2, '0')}.jsonl`;
}

/** All files of a sheet in shard order. */
export function sheetFiles(sheet: string, shards: Readonly<Record<string, number>>): string[] {
  const count = shards[sheet] ?? 1;
  return Array.from({ length: count }, (_, shard) => shardFile(sheet, shard, count));
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** The shards whose records fall into one of `groups` groups, of which each holds whole shards. */
export function shardsOfGroup(group: number, groups: number, shards: number): number[] {
  const each = shards / groups;
  return range(group * each, (group + 1) * each);
}
