import { cp, mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { directoryOf } from './directory-of.ts';
import { FileSnapshots } from './file/file-snapshots.ts';
import { openPrivateStore } from './private-store.ts';
import type { S3Snapshots as Bucket } from './s3/s3-snapshots.ts';
import type { S3Settings } from './s3/settings.ts';
import type { Draft, Enforcement, Snapshots } from './snapshots.ts';

/** Objects that are fetched at a time. */
const atOnce = 16;

/**
 * Copies a private store into a folder that is not there yet, to be tried on: the records as they are now, claims,
 * staged imports, the key of the digests and the ledger of the last import. From a bucket neither earlier versions
 * come along nor older ledgers, quarantines and audits; a prefix with nothing below it gives no folder. Nothing
 * that stays is written to what is copied from. Gives what its place enforces, which is tried before anything is
 * copied. Throws CutoverError `private-store-missing` or `private-store-unconditional`.
 */
export async function copyPrivateStore(url: string, dir: string, s3?: S3Settings): Promise<Enforcement> {
  if (!/^s3:/i.test(url)) {
    const enforcement = await (await openPrivateStore(url)).describe();
    await cp(directoryOf(url), dir, { recursive: true, filter: (path) => !path.endsWith('.lock') });
    return enforcement;
  }
  const { S3Snapshots } = await import('./s3/s3-snapshots.ts');
  const source = new S3Snapshots(url, { keepGenerations: 1, ...(s3 === undefined ? {} : { s3 }) });
  const isThere = await source.exists();
  const enforcement = await source.describe();
  if (isThere) await copyFromBucket(source, dir);
  return enforcement;
}

async function copyFromBucket(source: Bucket, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const target = new FileSnapshots(pathToFileURL(dir).href, dir, { keepGenerations: 1 });
  const snapshot = await source.current();
  const files = new Map<string, Draft>();
  for (const name of snapshot.names()) {
    const draft = target.draft(name);
    const decoder = new TextDecoder();
    for await (const chunk of source.read(snapshot, name))
      await draft.write(decoder.decode(chunk, { stream: true }));
    files.set(name, await draft.close());
  }
  await target.commit(await target.current(), {
    files,
    shards: snapshot.shards,
    why: `copy of ${source.url}`,
    ...(snapshot.lastImport === undefined ? {} : { lastImport: snapshot.lastImport }),
  });
  await copyObjects(source, target, ['claims/', 'staged/']);
  for (const key of ['digest-key', `ledger/${snapshot.lastImport}.ndjson.gz`])
    await copyObject(source, target, key);
}

async function copyObjects(source: Snapshots, target: Snapshots, prefixes: readonly string[]): Promise<void> {
  for (const prefix of prefixes) {
    const batch: Promise<void>[] = [];
    for await (const { key } of source.objects(prefix)) {
      batch.push(copyObject(source, target, key));
      if (batch.length === atOnce) await Promise.all(batch.splice(0));
    }
    await Promise.all(batch);
  }
}

async function copyObject(source: Snapshots, target: Snapshots, key: string): Promise<void> {
  const bytes = await source.object(key);
  if (bytes !== undefined) await target.create(key, bytes);
}
