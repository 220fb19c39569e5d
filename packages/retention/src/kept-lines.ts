import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LinesWriter } from '@cutover/importer';
import type { KeptKind, PrivateStore } from '@cutover/stores';

export interface Rewritten {
  readonly files: number;
  readonly lines: number;
}

export type Line = Readonly<Record<string, unknown>>;

/** The line as it shall be, the very same one where nothing is to be done, or undefined to drop it. */
export type ChangeLine = (line: Line) => Line | undefined;

/** Lines of the store's files of one kind, streamed. */
export async function* readKept(store: PrivateStore, kind: KeptKind): AsyncGenerator<Line> {
  for (const name of await namesOf(store, kind)) yield* readOne(store, kind, name);
}

/**
 * Rewrites the store's files of one kind line by line; of what they were no version stays. Files without a
 * change are left alone. With `dryRun` it only counts.
 */
export async function rewriteKept(
  store: PrivateStore,
  kind: KeptKind,
  change: ChangeLine,
  dryRun: boolean,
): Promise<Rewritten> {
  let files = 0;
  let lines = 0;
  for (const name of await namesOf(store, kind)) {
    const changed = await rewriteOne(store, kind, name, change, dryRun);
    lines += changed;
    if (changed > 0) files++;
  }
  return { files, lines };
}

async function namesOf(store: PrivateStore, kind: KeptKind): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.keptFiles(kind)) if (name.endsWith('.ndjson.gz')) names.push(name);
  return names;
}

async function* readOne(store: PrivateStore, kind: KeptKind, name: string): AsyncGenerator<Line> {
  const bytes = await store.keptFile(kind, name);
  if (bytes === undefined) return;
  const input = Readable.from([bytes]).pipe(createGunzip());
  for await (const text of createInterface({ input, crlfDelay: Infinity })) yield JSON.parse(text) as Line;
}

async function rewriteOne(
  store: PrivateStore,
  kind: KeptKind,
  name: string,
  change: ChangeLine,
  dryRun: boolean,
): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'cutover-rewrite-'));
  try {
    const path = join(dir, 'lines');
    const writer = new LinesWriter(path);
    let changed = 0;
    for await (const line of readOne(store, kind, name)) {
      const next = change(line);
      if (next !== line) changed++;
      if (next !== undefined) await writer.write(next);
    }
    await writer.close();
    if (changed > 0 && !dryRun) await store.keepFile(kind, name, path);
    return changed;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
