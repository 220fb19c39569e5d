import { hash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { dumpSource, importDump } from '@cutover/importer';
import { laddr, smallSampleDump } from '@cutover/laddr';
import { type PrivateRecord, recordId, type StoredRecord } from '@cutover/records';
import {
  openPrivateStore,
  openPublicStore,
  parseRecord,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { certificateOf, erase, type EraseInput, type EraseResult } from '../../src/index.ts';

export const personId = (number: number): string =>
  recordId('laddr', 'laddr', { source: 'people', key: [String(number)] });

export interface Site {
  readonly dir: string;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** Imports the sample again, or another dump. */
  again(dump?: string): Promise<void>;
}

/** The small sample, imported as what the new site serves. */
export async function importSample(dir: string): Promise<Site> {
  const site = await openSite(dir);
  await site.again();
  return site;
}

/** Stores without anything in them; the private one may be elsewhere. */
export const emptySite = (dir: string, privateStore?: PrivateStore): Promise<Site> =>
  openSite(dir, privateStore);

/** The sample with some of its text replaced, which has to be in it; gives the path of the dump. */
export async function sampleWith(
  dir: string,
  ...changes: readonly [from: string, to: string][]
): Promise<string> {
  let text = await readFile(smallSampleDump, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new TypeError(`the sample does not hold ${from}`);
    text = text.replace(from, () => to);
  }
  const path = join(dir, `sample-${hash('sha256', text, 'hex').slice(0, 8)}.sql`);
  await writeFile(path, text);
  return path;
}

/** The same in another folder, sooner than importing it again. */
export async function copyOf({ dir }: Site, to: string): Promise<Site> {
  for (const name of ['public.git', 'private'])
    await cp(join(dir, name), join(to, name), { recursive: true, preserveTimestamps: true });
  return openSite(to);
}

async function openSite(dir: string, elsewhere?: PrivateStore): Promise<Site> {
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = elsewhere ?? (await openPrivateStore(join(dir, 'private'), { create: true }));
  const again = async (dump = fileURLToPath(smallSampleDump)): Promise<void> => {
    await importDump({
      profile: laddr,
      source: dumpSource([dump], { lenient: false }),
      publicStore,
      privateStore,
      branch: 'main',
      toolVersion: 'test',
      workDir: dir,
      onEvent: () => undefined,
    });
  };
  return { dir, publicStore, privateStore, again };
}

/** Erases somebody from a site of laddr. */
export const eraseFrom = (
  { publicStore, privateStore }: Site,
  id: string,
  more: Partial<EraseInput> = {},
): Promise<EraseResult> =>
  erase({
    target: laddr.target,
    identity: laddr.identity,
    profile: 'laddr',
    instance: 'laddr',
    sources: laddr.sources,
    publicStore,
    privateStore,
    branches: ['main'],
    sheet: 'people',
    ids: new Set([id]),
    run: `erase-${Math.random()}`,
    by: 'test',
    dryRun: false,
    ...more,
  });

/** The certificate of an erasure of one person; nothing was found elsewhere. */
export const certified = (id: string, result: EraseResult): ReturnType<typeof certificateOf> =>
  certificateOf({ ids: new Set([id]), run: 'r', by: 'test', at: new Date(0), result, filesFound: 0 });

export async function all(store: PrivateStore, sheet: string): Promise<PrivateRecord[]> {
  const records: PrivateRecord[] = [];
  for await (const record of store.read(sheet)) records.push(record);
  return records;
}

export async function people({ publicStore }: Site): Promise<StoredRecord[]> {
  const head = await publicStore.head('main');
  const records: StoredRecord[] = [];
  for await (const { sheet, path, bytes } of publicStore.readRecords(head!.commit))
    if (sheet === 'people') records.push(parseRecord(path, bytes));
  return records;
}

/** All bytes below the private store, what is compressed also as it reads. */
export async function privateBytes({ dir }: Site): Promise<string> {
  const root = join(dir, 'private');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const texts: string[] = [];
  for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(parentPath, name));
    texts.push((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'));
  }
  return texts.join('\n');
}
