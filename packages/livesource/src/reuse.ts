import { createHash } from 'node:crypto';
import { assertArchive, type Manifest, readManifest } from './manifest.ts';
import type { BinlogPosition, ServerFacts } from './server.ts';
import type { TableWork } from './table-work.ts';

/**
 * Takes over the tables of an earlier archive whose definition is as it was; each has still to be held
 * against the server. Gives the earlier position in the binary log, where it is of the same server and
 * database: while the server stands there, nothing has changed. Throws as `readManifest` and `assertArchive`.
 */
export async function reuseEarlier(
  since: string | undefined,
  server: ServerFacts,
  database: string,
  works: readonly TableWork[],
): Promise<BinlogPosition | undefined> {
  if (since === undefined) return undefined;
  const manifest = await readManifest(since);
  await assertArchive(since, manifest);
  const earlier = new Map(manifest.tables.map((table) => [table.name, table]));
  for (const work of works) {
    const found = earlier.get(work.table.name);
    if (
      found === undefined ||
      found.createSha256 !== createHash('sha256').update(work.table.create).digest('hex')
    )
      continue;
    const { offset, bytes, plainBytes, sha256, rows, sum, chunks, longestStatement } = found;
    work.reuse({ path: since, offset, bytes, plainBytes, sha256 }, { rows, sum }, chunks, longestStatement);
  }
  return sameServer(manifest, server, database) ? manifest.snapshot.binlog : undefined;
}

/** Whether the two positions can be compared, and what happened in between is all in the log. */
function sameServer(manifest: Manifest, server: ServerFacts, database: string): boolean {
  return (
    server.binaryLogWhole &&
    manifest.server.binaryLogWhole &&
    manifest.server.identity === server.identity &&
    manifest.database === database
  );
}

/** How the tables differ between two archives, by digest. */
export interface Delta {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/** What changed from one archive to the next. */
export function deltaBetween(before: Manifest, after: Manifest): Delta {
  const old = new Map(before.tables.map((table) => [table.name, table]));
  const now = new Set(after.tables.map(({ name }) => name));
  const same = ({ name, rows, sum, createSha256 }: Manifest['tables'][number]): boolean => {
    const one = old.get(name);
    return one?.rows === rows && one.sum === sum && one.createSha256 === createSha256;
  };
  const known = after.tables.filter(({ name }) => old.has(name));
  return {
    changed: known.filter((table) => !same(table)).map(({ name }) => name),
    added: after.tables.filter(({ name }) => !old.has(name)).map(({ name }) => name),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    unchanged: known.filter(same).map(({ name }) => name),
  };
}
