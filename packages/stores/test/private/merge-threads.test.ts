import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Private, type PrivateRecord } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ActivationResult,
  type MergeThreadsOptions,
  openPrivateStore,
  type PrivateStore,
} from '../../src/index.ts';
import { profile } from './merged-profile.ts';

const threads: MergeThreadsOptions = {
  profile: { module: new URL('./merged-profile.ts', import.meta.url).href, name: profile.name },
  count: 1,
};

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const idOf = (n: number): string => `${n.toString(16).padStart(8, '0')}-0000-8000-8000-000000000000`;

interface Row {
  readonly id: string;
  readonly email: string;
  readonly newsletter: boolean;
}

const rowsOf = (count: number, version = 1): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    id: idOf(n),
    email: n % 10 === 0 ? `p${n}v${version}@example.org` : `P${n % 900}@example.org`,
    newsletter: (n + version) % 3 === 0,
  }));

let opened = 0;
async function openStore(): Promise<{ dir: string; store: PrivateStore }> {
  const dir = join(scratch.dir, `store-${++opened}`);
  const store = await openPrivateStore(dir, { create: true, shardAbove: 100 });
  return { dir, store };
}

async function stage(store: PrivateStore, importId: string, rows: readonly Row[]): Promise<void> {
  const staged = await store.stage(importId);
  for (const { id, email, newsletter } of rows) {
    const fields = { id, email: new Private(email), newsletter: new Private(newsletter) };
    if (staged.put({ sheet: 'profiles', fields })) await staged.flush();
  }
  await staged.seal({ tree: importId, branch: 'b' });
}

async function read(store: PrivateStore): Promise<{ records: PrivateRecord[]; tokens: Set<unknown> }> {
  const [records, tokens] = [[] as PrivateRecord[], new Set<unknown>()];
  for await (const { token, ...record } of store.read('profiles')) {
    records.push(record as PrivateRecord);
    tokens.add(token);
  }
  return { records, tokens };
}

/** An import, what people do after it, and another that lacks some of the rows. */
async function twoImports(store: PrivateStore, how?: MergeThreadsOptions): Promise<ActivationResult[]> {
  await stage(store, 'one', rowsOf(3000));
  const first = await store.activate('one', profile.target, how);
  await store.edit(
    [3, 10, 20, 30].map((n) => ({
      sheet: 'profiles',
      id: idOf(n),
      change: (now) => ({ ...now!, email: 'mine', ...(n === 20 ? { signedInAt: 'then' } : {}) }),
    })),
    'people',
  );
  await stage(store, 'two', rowsOf(2900, 2));
  return [first, await store.activate('two', profile.target, how)];
}

const filesOf = (dir: string, folder: string): string[] =>
  readdirSync(join(dir, folder))
    .sort()
    .map((name) => readFileSync(join(dir, folder, name), 'utf8'));

describe('merging by threads', () => {
  it('gives what one thread gives: records, what is known of them, claims and counts', async () => {
    const [alone, together] = [await openStore(), await openStore()];
    const expected = await twoImports(alone.store);
    // Digests are keyed by the store.
    cpSync(join(alone.dir, 'digest-key'), join(together.dir, 'digest-key'), { recursive: true });
    const store = await openPrivateStore(together.dir, { create: true, shardAbove: 100 });
    expect(expected[0]!['profiles']).toMatchObject({ inserted: 3000 });
    expect(expected[1]!['profiles']).toMatchObject({ removed: 100, conflictsTotal: 2, kept: { email: 4 } });
    expect(await twoImports(store, threads)).toEqual(expected);
    const [one, other] = [await read(alone.store), await read(store)];
    expect(other.records).toEqual(one.records);
    expect(other.tokens.size).toBe(2900);
    for (const folder of ['imported/profiles', 'imported/claims'])
      expect(filesOf(together.dir, folder)).toEqual(filesOf(alone.dir, folder));
  });

  it('names the file that cannot be merged, changes nothing, and is completed once that is mended', async () => {
    const { dir, store } = await openStore();
    await stage(store, 'one', rowsOf(1000));
    await store.activate('one', profile.target, threads);
    await stage(store, 'two', rowsOf(1000, 2));
    const before = filesOf(dir, 'profiles');
    const first = join(dir, 'profiles', '00.jsonl');
    const [mine, theirs] = [before[0]!, before[200]!];
    const faults: [code: string, spoilt: string][] = [
      ['private-line-invalid', `${mine}{"id":"zz\n`],
      ['private-store-unsorted', `${mine}${mine.split('\n')[0]}\n`],
      ['private-store-unsorted', theirs],
    ];
    for (const [code, spoilt] of faults) {
      writeFileSync(first, spoilt);
      await expect(store.activate('two', profile.target, threads)).rejects.toMatchObject({
        code,
        message: expect.stringContaining('profiles/00.jsonl') as string,
      });
      expect(filesOf(dir, 'profiles').slice(1)).toEqual(before.slice(1));
    }
    writeFileSync(first, mine);
    const nowhere = { ...threads, profile: { module: 'file:///nowhere.ts', name: 'none' } };
    await expect(store.activate('two', profile.target, nowhere)).rejects.toMatchObject({
      code: 'profile-not-for-threads',
    });
    await store.activate('two', profile.target, threads);
    expect(await store.lastImport()).toBe('two');
    expect(existsSync(join(dir, 'staged', 'two'))).toBe(false);
  });

  it('ends where a thread ends, and is completed by the next', async () => {
    const { store } = await openStore();
    await stage(store, 'one', rowsOf(3000));
    const module = new URL('./ending-profile.ts', import.meta.url).href;
    const ending = { ...threads, profile: { module, name: 'ending' } };
    await expect(store.activate('one', profile.target, ending)).rejects.toThrow(
      'a merging thread ended with 3',
    );
    await store.activate('one', profile.target, threads);
    expect((await read(store)).records).toHaveLength(3000);
  });

  it('says at once that staged rows are gone, and changes nothing', async () => {
    const { dir, store } = await openStore();
    await stage(store, 'one', rowsOf(300));
    await store.activate('one', profile.target);
    await stage(store, 'two', rowsOf(300, 2));
    const before = filesOf(dir, 'profiles');
    rmSync(join(dir, 'staged', 'two', '000001.index'));
    await expect(store.activate('two', profile.target)).rejects.toMatchObject({
      code: 'staged-rows-missing',
      data: { importId: 'two' },
    });
    expect(filesOf(dir, 'profiles')).toEqual(before);
    expect(await store.lastImport()).toBe('one');
  });
});
