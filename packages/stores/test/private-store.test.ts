import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Private, type PrivateRecord, type Target } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPrivateStore, type PrivateStore, withLock } from '../src/index.ts';

const target = {
  privateSheets: [
    { name: 'profiles', owners: { email: 'new-side-after-claim', newsletter: 'opt-out' }, of: 'people' },
    { name: 'passwords', owners: { hash: 'new-side-after-claim' }, of: 'people' },
  ],
  claimed: { sheet: 'profiles', field: 'signedInAt' },
} as unknown as Target;

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PrivateStore;
let imports = 0;
beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPrivateStore(pathToFileURL(join(scratch.dir, 'private')).href, { create: true });
});
afterEach(() => scratch.remove());

const id = (n: number) => `${n.toString(16).padStart(2, '0')}000000-0000-8000-8000-000000000000`;

async function importRows(rows: Record<string, Record<string, unknown>[]>) {
  const importId = `import-${++imports}`;
  const staged = await store.stage(importId);
  for (const [sheet, records] of Object.entries(rows)) {
    for (const record of records) {
      const fields = Object.fromEntries(
        Object.entries(record).map(([key, value]) => [key, key === 'id' ? value : new Private(value)]),
      );
      if (staged.put({ sheet, fields: fields as never })) await staged.flush();
    }
  }
  await staged.seal({ tree: 't', branch: 'b' });
  return store.activate(importId, target);
}

async function all(sheet: string): Promise<PrivateRecord[]> {
  const records: PrivateRecord[] = [];
  for await (const record of store.read(sheet)) records.push(record);
  return records;
}

describe('an import into the private store', () => {
  it('stores records sorted by id, without nulls, readable by the owner alone', async () => {
    const ids = [200, 3, 77, 255, 0];
    const result = await importRows({
      profiles: ids.map((n) => ({ id: id(n), email: `${n}@example.org`, phone: null })),
    });
    expect(result['profiles']).toMatchObject({ inserted: 5, conflictsTotal: 0 });
    const records = await all('profiles');
    expect(records.map((record) => record.id)).toEqual([0, 3, 77, 200, 255].map(id));
    expect(Object.keys(records[0]!)).toEqual(['id', 'email']);
    expect(statSync(join(scratch.dir, 'private', 'profiles.jsonl')).mode & 0o077).toBe(0);
  });

  it('writes nothing new the second time', async () => {
    const rows = { profiles: [{ id: id(1), email: 'a@example.org', phone: null }] };
    await importRows(rows);
    const before = readFileSync(join(scratch.dir, 'private', 'profiles.jsonl'), 'utf8');
    expect((await importRows(rows))['profiles']).toMatchObject({ inserted: 0, changed: 0, unchanged: 1 });
    expect(readFileSync(join(scratch.dir, 'private', 'profiles.jsonl'), 'utf8')).toBe(before);
  });

  it('follows legacy while nobody has touched the new side, also to empty', async () => {
    await importRows({ profiles: [{ id: id(1), email: 'a@example.org', location: 'here' }] });
    await importRows({ profiles: [{ id: id(1), email: 'b@example.org', location: null }] });
    expect(await all('profiles')).toEqual([{ id: id(1), email: 'b@example.org' }]);
  });

  it('leaves alone what a person did on the new side', async () => {
    const rows = {
      profiles: [{ id: id(1), email: 'a@example.org', newsletter: true, location: 'here' }],
      passwords: [{ id: id(1), hash: 'legacy' }],
    };
    await importRows(rows);
    await store.update('profiles', id(1), (now) => ({
      ...now!,
      email: 'new@example.org',
      newsletter: false,
      signedInAt: '2026-01-01T00:00:00Z',
    }));
    await store.update('passwords', id(1), (now) => ({ ...now!, hash: '$argon2id$new' }));
    const result = await importRows(rows);
    expect(await all('profiles')).toEqual([
      {
        id: id(1),
        email: 'new@example.org',
        newsletter: false,
        location: 'here',
        signedInAt: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(await all('passwords')).toEqual([{ id: id(1), hash: '$argon2id$new' }]);
    expect(result['profiles']).toMatchObject({ kept: { email: 1, newsletter: 1 }, conflictsTotal: 0 });
  });

  it('does not bring back a removed record, nor remove a claimed one that legacy lost', async () => {
    await importRows({
      passwords: [1, 2].map((n) => ({ id: id(n), hash: `h${n}` })),
      profiles: [{ id: id(2), email: 'x' }],
    });
    await store.update('passwords', id(1), () => undefined);
    await store.update('profiles', id(2), (now) => ({ ...now!, signedInAt: 'now' }));
    expect(
      (await importRows({ passwords: [{ id: id(1), hash: 'h1' }], profiles: [] }))['passwords'],
    ).toMatchObject({ leftAway: 1 });
    expect((await all('passwords')).map((record) => record.id)).toEqual([id(2)]);
    expect(await all('profiles')).toHaveLength(1);
  });

  it('removes what legacy removed and nobody touched', async () => {
    await importRows({ profiles: [1, 2].map((n) => ({ id: id(n), email: `${n}` })) });
    expect((await importRows({ profiles: [{ id: id(2), email: '2' }] }))['profiles']).toMatchObject({
      removed: 1,
    });
    expect((await all('profiles')).map((record) => record.id)).toEqual([id(2)]);
  });

  it('names a double change as a conflict and keeps the new value', async () => {
    await importRows({ profiles: [{ id: id(1), location: 'a' }] });
    await store.update('profiles', id(1), (now) => ({ ...now!, location: 'mine' }));
    const result = await importRows({ profiles: [{ id: id(1), location: 'theirs' }] });
    expect(result['profiles']).toMatchObject({
      conflictsTotal: 1,
      conflicts: [{ id: id(1), fields: ['location'] }],
    });
    expect(await all('profiles')).toEqual([{ id: id(1), location: 'mine' }]);
  });

  it('lets an opt-out win that legacy has seen since, and an opt-in of the new side stand otherwise', async () => {
    await importRows({
      profiles: [
        { id: id(1), newsletter: true },
        { id: id(2), newsletter: false },
      ],
    });
    await store.update('profiles', id(2), (now) => ({ ...now!, newsletter: true }));
    await importRows({
      profiles: [
        { id: id(1), newsletter: false },
        { id: id(2), newsletter: false },
      ],
    });
    expect((await all('profiles')).map((record) => record['newsletter'])).toEqual([false, true]);
  });

  it('keeps no plain value beside the records', async () => {
    await importRows({ profiles: [{ id: id(1), email: 'needle@example.org' }] });
    expect(readFileSync(join(scratch.dir, 'private', 'imported', 'profiles.jsonl'), 'utf8')).not.toContain(
      'needle',
    );
  });
});

describe('staging', () => {
  it('shows nothing before activation, lists what was left, and refuses what was not sealed', async () => {
    const staged = await store.stage('left');
    staged.put({ sheet: 'profiles', fields: { id: id(1), email: 'x' } });
    await staged.flush();
    expect(await all('profiles')).toEqual([]);
    expect(await store.listStaged()).toEqual([{ importId: 'left', manifest: undefined }]);
    await expect(store.activate('left', target)).rejects.toMatchObject({ code: 'import-not-staged' });
    await store.discard('left');
    expect(await store.listStaged()).toEqual([]);
  });
});

describe('changes to one record', () => {
  it('lose none when made at once', async () => {
    await Promise.all(
      [...Array(20).keys()].map((n) => store.update('profiles', id(n), () => ({ id: id(n), n }))),
    );
    await Promise.all(
      [...Array(20).keys()].map(() =>
        store.update('profiles', id(7), (now) => ({ ...now!, hits: Number(now?.['hits'] ?? 0) + 1 })),
      ),
    );
    expect(await all('profiles')).toHaveLength(20);
    expect((await all('profiles'))[7]).toMatchObject({ hits: 20 });
  });

  it('takes the lock of a process that is gone, and waits for one that is not', async () => {
    const lock = join(scratch.dir, 'private', '.lock');
    const { hostname } = await import('node:os');
    writeFileSync(lock, JSON.stringify({ token: 'x', pid: 2 ** 22 - 1, host: hostname() }));
    await store.update('profiles', id(1), () => ({ id: id(1) }));
    writeFileSync(lock, JSON.stringify({ token: 'x', pid: process.pid, host: hostname() }));
    await expect(withLock(lock, () => Promise.resolve(1), 100)).rejects.toMatchObject({
      code: 'private-store-locked',
    });
  });

  it('leaves the file as it was when the change throws', async () => {
    await store.update('profiles', id(1), () => ({ id: id(1) }));
    await expect(
      store.update('profiles', id(1), () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await all('profiles')).toHaveLength(1);
    expect(readdirSync(join(scratch.dir, 'private')).filter((name) => name.endsWith('.writing'))).toEqual([]);
  });
});

describe('bad input', () => {
  it('names file and line of a broken record, not its text', async () => {
    writeFileSync(
      join(scratch.dir, 'private', 'profiles.jsonl'),
      '{"id":"a"}\n{"email":"needle@example.org"\n',
    );
    await expect(all('profiles')).rejects.toMatchObject({ code: 'private-line-invalid', data: { line: 2 } });
    await expect(all('profiles')).rejects.not.toThrow(/needle/);
  });

  it('refuses a store whose lines are not sorted', async () => {
    writeFileSync(join(scratch.dir, 'private', 'profiles.jsonl'), `{"id":"${id(2)}"}\n{"id":"${id(1)}"}\n`);
    await expect(importRows({ profiles: [] })).rejects.toMatchObject({ code: 'private-store-unsorted' });
  });

  it('refuses an unknown kind of store and a missing one', async () => {
    await expect(openPrivateStore('ftp://host/x')).rejects.toMatchObject({ code: 'private-store-scheme' });
    await expect(openPrivateStore(join(scratch.dir, 'none'))).rejects.toMatchObject({
      code: 'private-store-missing',
    });
  });
});
