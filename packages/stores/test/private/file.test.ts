import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { PrivateRecord, Target } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPrivateStore, type PrivateStore, withLock } from '../../src/index.ts';
import { conformance } from './conformance.ts';
import { filePlaces } from './places.ts';

conformance('in a folder', filePlaces);

const target = { privateSheets: [{ name: 'profiles', owners: {}, of: 'people' }] } as unknown as Target;

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let dir: string;
let store: PrivateStore;
beforeEach(async () => {
  scratch = await scratchDir();
  dir = join(scratch.dir, 'private');
  store = await openPrivateStore(dir, { create: true });
});
afterEach(() => scratch.remove());

async function all(sheet = 'profiles'): Promise<PrivateRecord[]> {
  const records: PrivateRecord[] = [];
  for await (const record of store.read(sheet)) records.push(record);
  return records;
}

async function activateNothing() {
  const staged = await store.stage('nothing');
  await staged.seal({ tree: 't', branch: 'b' });
  return store.activate('nothing', target);
}

describe('files', () => {
  it('are called what their sheet is, and are readable by the owner alone', async () => {
    await store.update('profiles', 'a', () => ({ id: 'a' }));
    expect(readFileSync(join(dir, 'profiles.jsonl'), 'utf8')).toBe('{"id":"a"}\n');
    expect(statSync(join(dir, 'profiles.jsonl')).mode & 0o077).toBe(0);
    expect(readdirSync(join(dir, 'drafts'))).toEqual([]);
  });

  it('may be edited by hand, and a write that read them before is made again', async () => {
    await store.update('profiles', 'a', () => ({ id: 'a', n: 1 }));
    let calls = 0;
    await store.update('profiles', 'a', (now) => {
      if (++calls === 1) writeFileSync(join(dir, 'profiles.jsonl'), '{"id":"a","n":41}\n');
      return { ...now!, n: Number(now!['n']) + 1 };
    });
    expect(await all()).toEqual([{ id: 'a', n: 42 }]);
    expect(store.refusedWrites).toBe(1);
  });
});

it('removes what is left of an import that was killed while it began, once it is a day old', async () => {
  await store.stage('under-way');
  for (const [name, file] of [
    ['killed', 'began.1b2c.writing'],
    ['killed-lately', 'began.3d4e.writing'],
    ['empty', undefined],
  ] as const) {
    mkdirSync(join(dir, 'staged', name));
    if (file !== undefined) writeFileSync(join(dir, 'staged', name, file), '{');
  }
  const yesterday = Date.now() / 1000 - 25 * 3600;
  for (const name of ['killed', 'empty', 'under-way'])
    utimesSync(join(dir, 'staged', name), yesterday, yesterday);
  expect((await store.listStaged()).map(({ importId }) => importId)).toEqual(['under-way']);
  await openPrivateStore(dir, { create: true });
  expect(readdirSync(join(dir, 'staged'))).toEqual(['killed-lately', 'under-way']);
});

describe('the lock', () => {
  it('of a process that is gone is taken, and one that is held is waited for', async () => {
    const lock = join(dir, '.lock');
    writeFileSync(lock, JSON.stringify({ token: 'x', pid: 2 ** 22 - 1, host: hostname() }));
    await store.update('profiles', 'a', () => ({ id: 'a' }));
    writeFileSync(lock, JSON.stringify({ token: 'x', pid: process.pid, host: hostname() }));
    await expect(withLock(lock, () => Promise.resolve(1), 100)).rejects.toMatchObject({
      code: 'private-store-locked',
    });
  });
});

describe('a commit that is cut off', () => {
  const steps = ['before-intent', 'after-intent', 'moved', 'before-done'];
  it.each(steps)('at %s is made whole or never was, by whoever comes next', async (at) => {
    const both = (n: number) =>
      ['profiles', 'passwords'].map((sheet) => ({ sheet, id: 'a', change: () => ({ id: 'a', n }) }));
    await store.edit(both(1), 'one');
    const cut = await openPrivateStore(dir, {
      onStep: (step) => {
        if (step === at) throw new Error('killed');
      },
    });
    await expect(cut.edit(both(2), 'two')).rejects.toThrow('killed');
    const records = [...(await all('profiles')), ...(await all('passwords'))];
    expect(records.map(({ n }) => n)).toEqual(at === 'before-intent' ? [1, 1] : [2, 2]);
    await store.edit(both(3), 'three');
    expect([...(await all('profiles')), ...(await all('passwords'))].map(({ n }) => n)).toEqual([3, 3]);
    const listed = [];
    for await (const { why } of store.history()) listed.push(why);
    expect(listed).toEqual(at === 'before-intent' ? ['three', 'one'] : ['three', 'two', 'one']);
    await store.restore({ generation: 1, sheets: ['profiles', 'passwords'], without: new Set() });
    expect([...(await all('profiles')), ...(await all('passwords'))].map(({ n }) => n)).toEqual([1, 1]);
  });
});

describe('bad input', () => {
  it('names file and line of a broken record, not its text', async () => {
    writeFileSync(join(dir, 'profiles.jsonl'), '{"id":"a"}\n{"email":"needle@example.org"\n');
    await expect(all()).rejects.toMatchObject({ code: 'private-line-invalid', data: { line: 2 } });
    await expect(all()).rejects.not.toThrow(/needle/);
  });

  it('refuses a store whose lines are not sorted', async () => {
    writeFileSync(join(dir, 'profiles.jsonl'), `{"id":"b"}\n{"id":"a"}\n`);
    await expect(activateNothing()).rejects.toMatchObject({ code: 'private-store-unsorted' });
  });

  it('refuses an unknown kind of store and a missing one', async () => {
    await expect(openPrivateStore('ftp://host/x')).rejects.toMatchObject({ code: 'private-store-scheme' });
    await expect(openPrivateStore(join(scratch.dir, 'none'))).rejects.toMatchObject({
      code: 'private-store-missing',
    });
  });

  it.each([true, false])('says that a file is no store, where one is made: %s', async (create) => {
    const file = join(scratch.dir, 'file');
    writeFileSync(file, 'kept');
    await expect(openPrivateStore(file, { create })).rejects.toMatchObject({
      ...{ code: 'private-store-url', exitCode: 64 },
      message: expect.stringContaining('is a file') as unknown,
    });
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });
});
