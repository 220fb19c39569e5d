import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dumpSource, importDump } from '@cutover/importer';
import { laddr } from '@cutover/laddr';
import { parseToml, type Profile, type StoredRecord, writeToml } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { parseScrubKey, scrub, type ScrubInput, type ScrubResult } from '../../src/index.ts';

export const firstKey = parseScrubKey(
  '3f1c'.repeat(3) + '9b27d04e58a6c1f37e0b46d895a2cc8113fe6a70d9b54821e7c3',
);
export const otherKey = parseScrubKey(
  'a7e2'.repeat(3) + '0d4f81b62c9e53f7148a6be0d3975c2fa861e4907bd35c18f2e6',
);

const sample = fileURLToPath(new URL('../../../laddr/sample/laddr.sql', import.meta.url));

export interface Site {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
}

/** The bundled sample, imported. */
export async function importSample(dir: string): Promise<Site> {
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  await importDump({
    profile: laddr,
    source: dumpSource([sample], { lenient: false }),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    toolVersion: 'test',
    workDir: dir,
    onEvent: () => undefined,
  });
  return { publicStore, privateStore, branch: 'legacy-import' };
}

export async function scrubInto(
  dir: string,
  site: Site,
  options: Partial<ScrubInput> = {},
): Promise<ScrubResult & { readonly snapshot: PublicStore }> {
  const snapshot = await openPublicStore(dir, { create: true });
  const result = await scrub({ profile: laddr, key: firstKey, ...site, snapshot, ...options });
  return { ...result, snapshot };
}

/** All records of a tree by path. */
export async function recordsOf(store: PublicStore, treeish: string): Promise<Map<string, StoredRecord>> {
  const records = new Map<string, StoredRecord>();
  for await (const { path, bytes } of store.readRecords(treeish)) {
    records.set(path, parseToml(bytes.toString()) as StoredRecord);
  }
  return records;
}

/** Writes records by path as a whole new commit of a branch. */
export async function commitRecords(
  store: PublicStore,
  branch: string,
  records: ReadonlyMap<string, StoredRecord>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const writer = await store.writeTree();
  for (const [path, record] of records) {
    if (writer.put(path, writeToml(record))) await writer.drained();
  }
  for (const [path, content] of Object.entries(files)) writer.put(path, content);
  const tree = await writer.finish();
  await store.commit(branch, { tree, message: 'Scrubbed snapshot\n', expected: await store.head(branch) });
}

export const profile: Profile = laddr;
