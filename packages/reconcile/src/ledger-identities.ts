import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { PrivateStore } from '@cutover/stores';
import { splitLines } from '@cutover/stores';

/** What the ledger of the last import says that people were called in legacy; undefined where it does not say. */
export async function legacyIdentities(
  store: PrivateStore,
): Promise<AsyncIterable<{ id: string; value: string | null }> | undefined> {
  const importId = await store.lastImport();
  const bytes = importId === undefined ? undefined : await store.keptFile('ledger', `${importId}.ndjson.gz`);
  if (bytes === undefined) return undefined;
  return identitiesIn(bytes);
}

async function* identitiesIn(bytes: Buffer): AsyncGenerator<{ id: string; value: string | null }> {
  const lines = splitLines(Readable.from([bytes]).pipe(createGunzip()) as AsyncIterable<Buffer>);
  for await (const line of lines) {
    if (!line.includes('"identity":')) continue;
    const { identity } = JSON.parse(line) as { identity?: { id: string; value: string | null } };
    if (identity !== undefined) yield identity;
  }
}
