import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Private, type PrivateRecord, type Target } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  importedClaimsSheet,
  openPrivateStore,
  type OpenPrivateStoreOptions,
  type PrivateStore,
} from '../../src/index.ts';
import type { Places } from './places.ts';

const target = {
  privateSheets: [
    { name: 'profiles', owners: { email: 'new-side-after-claim', newsletter: 'opt-out' }, of: 'people' },
    { name: 'passwords', owners: { hash: 'new-side-after-claim' }, of: 'people' },
  ],
  claimed: { sheet: 'profiles', field: 'signedInAt' },
} as unknown as Target;

export interface Abilities {
  /** Whether an object that is there can be changed conditionally. */
  readonly canSwap?: boolean;
  /** Whether earlier versions are the store's own to forget. */
  readonly keepsGenerations?: boolean;
}

/** What every private store has to do, wherever it keeps its files. */
export function conformance(
  title: string,
  open: () => Promise<Places>,
  { canSwap = true, keepsGenerations = true }: Abilities = {},
): void {
  describe(`a private store ${title}`, () => {
    let places: Places;
    let store: PrivateStore;
    let url: string;
    let imports = 0;
    beforeAll(async () => {
      places = await open();
    });
    afterAll(() => places.close());
    const reopen = (more: OpenPrivateStoreOptions = {}) =>
      openPrivateStore(url, { create: true, ...(places.s3 === undefined ? {} : { s3: places.s3 }), ...more });
    beforeEach(async () => {
      url = await places.url();
      store = await reopen();
    });

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

    async function text(sheet: string): Promise<string> {
      let joined = '';
      for (const part of await store.readParts(sheet)) {
        for await (const chunk of part.chunks()) joined += chunk.toString();
      }
      return joined;
    }

    async function all(sheet: string): Promise<PrivateRecord[]> {
      const records: PrivateRecord[] = [];
      for await (const record of store.read(sheet)) records.push(record);
      return records;
    }

    describe('forgetting what was before', () => {
      it('leaves no byte of earlier versions, keeps what is now, and goes on from there', async () => {
        await importRows({ passwords: [1, 2].map((n) => ({ id: id(n), hash: `needle-${n}` })) });
        await store.update('passwords', id(1), () => undefined);
        await store.update('passwords', id(2), (current) => ({ ...current!, hash: 'now' }));
        await store.keepText('audit', 'a.json', 'kept');
        const before = (await history()).length;
        expect([before >= 3, await places.contents(url)]).toEqual([
          true,
          expect.stringMatching(/needle-1[\s\S]*needle-2|needle-2[\s\S]*needle-1/),
        ]);
        const { generations, left } = await store.forgetHistory();
        expect([generations >= before - 1, left]).toEqual([true, 0]);
        expect(await places.contents(url)).not.toContain('needle');
        expect(await all('passwords')).toEqual([{ id: id(2), hash: 'now' }]);
        expect(String(await store.keptFile('audit', 'a.json'))).toBe('kept');
        const [now] = await history();
        await expect(
          store.restore({
            generation: (now?.generation ?? 2) - 2,
            sheets: ['passwords'],
            without: new Set(),
          }),
        ).rejects.toMatchObject({ code: 'generation-unknown' });
        // What was removed stays away, though the import brings it again.
        await importRows({ passwords: [{ id: id(1), hash: 'needle-1' }] });
        expect(await all('passwords')).toEqual([{ id: id(2), hash: 'now' }]);
        expect(await store.forgetHistory()).toMatchObject({ left: 0 });
      });

      it('is nothing where nothing was before', async () => {
        expect(await store.forgetHistory()).toEqual({ generations: 0, left: 0 });
      });

      async function history() {
        const generations = [];
        for await (const each of store.history()) generations.push(each);
        return generations;
      }
    });

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
      });

      it('writes nothing new the second time', async () => {
        const rows = { profiles: [{ id: id(1), email: 'a@example.org', phone: null }] };
        await importRows(rows);
        const before = await text('profiles');
        expect((await importRows(rows))['profiles']).toMatchObject({ inserted: 0, changed: 0, unchanged: 1 });
        expect(await text('profiles')).toBe(before);
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
        expect(await text('imported/profiles')).not.toContain('needle');
        expect(await text('imported/profiles')).toContain('digests');
      });
    });

    describe('staging', () => {
      it('shows nothing before activation, lists what was left, and refuses what was not sealed', async () => {
        const staged = await store.stage('left');
        staged.put({ sheet: 'profiles', fields: { id: id(1), email: 'x' } });
        await staged.flush();
        expect(await all('profiles')).toEqual([]);
        expect(await store.listStaged()).toEqual([
          {
            importId: 'left',
            manifest: undefined,
            owner: { at: expect.any(String) as string, host: os.hostname(), pid: process.pid },
          },
        ]);
        await expect(store.activate('left', target)).rejects.toMatchObject({ code: 'import-not-staged' });
        await store.discard('left');
        expect(await store.listStaged()).toEqual([]);
      });

      it('leaves nothing of what was being written when it is discarded, and takes nothing after', async () => {
        const staged = await store.stage('failed');
        const writing = [...Array(20).keys()].map((n) => {
          staged.put({ sheet: 'profiles', fields: { id: id(n), email: 'x'.repeat(10_000) } });
          return staged.flush();
        });
        await staged.discard();
        expect(await store.listStaged()).toEqual([]);
        await Promise.all(writing);
        expect(await store.listStaged()).toEqual([]);
        staged.put({ sheet: 'profiles', fields: { id: id(1), email: 'x' } });
        await expect(staged.flush()).rejects.toThrow('were discarded');
        await expect(store.activate('failed', target)).rejects.toMatchObject({ code: 'import-not-staged' });
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

      it('leaves the file as it was when the change throws', async () => {
        await store.update('profiles', id(1), () => ({ id: id(1) }));
        await expect(
          store.update('profiles', id(1), () => {
            throw new Error('no');
          }),
        ).rejects.toThrow('no');
        expect(await all('profiles')).toHaveLength(1);
      });
    });

    describe('a large sheet', () => {
      const many = (n: number, more: Record<string, unknown> = {}) =>
        Array.from({ length: n }, (_, i) => ({
          id: createHash('sha256').update(String(i)).digest('hex').slice(0, 32),
          email: `${i}@example.org`,
          ...more,
        }));

      it('is split when it is imported, keeps every record, and one change rewrites one shard', async () => {
        store = await reopen({ shardAbove: 500 });
        await importRows({ profiles: many(400) });
        expect(await store.readParts('profiles')).toHaveLength(1);
        await store.update('profiles', many(400)[7]!.id, (now) => ({ ...now!, email: 'mine' }));
        const result = await importRows({ profiles: many(2000) });
        expect(result['profiles']).toMatchObject({ inserted: 1600, unchanged: 400, kept: { email: 1 } });
        expect(await store.readParts('profiles')).toHaveLength(256);
        const stored = await all('profiles');
        expect(new Map(stored.map((record) => [record.id, record['email']]))).toEqual(
          new Map(many(2000).map((row, i) => [row.id, i === 7 ? 'mine' : row.email])),
        );
        await store.update('profiles', many(2000)[9]!.id, (now) => ({ ...now!, email: 'one' }));
        const [latest] = await take(store.history(), 1);
        expect(latest!.changed).toHaveLength(1);
        expect((await all('profiles')).filter((record) => record['email'] === 'one')).toHaveLength(1);
        expect((await importRows({ profiles: many(2000) }))['profiles']).toMatchObject({
          inserted: 0,
          changed: 0,
          unchanged: 2000,
        });
      });
    });

    describe('changes to several records', () => {
      it('are made all or none, and nothing is written where nothing changes', async () => {
        await store.edit(
          [
            { sheet: 'profiles', id: id(1), change: () => ({ id: id(1), email: 'a' }) },
            { sheet: 'passwords', id: id(1), change: () => ({ id: id(1), hash: 'h' }) },
          ],
          'both',
        );
        const generations = (await take(store.history(), 10)).length;
        await store.update('profiles', id(1), (now) => now);
        await expect(
          store.edit(
            [
              { sheet: 'profiles', id: id(1), change: () => undefined },
              {
                sheet: 'passwords',
                id: id(1),
                change: () => {
                  throw new Error('no');
                },
              },
            ],
            'half',
          ),
        ).rejects.toThrow('no');
        expect(await all('profiles')).toEqual([{ id: id(1), email: 'a' }]);
        expect(await take(store.history(), 10)).toHaveLength(generations);
      });
    });

    describe('history', () => {
      it('lists what changed, newest first, and restores what was, without who must not come back', async () => {
        await importRows({ profiles: [1, 2, 3].map((n) => ({ id: id(n), email: `${n}` })) });
        const [first] = await take(store.history(), 1);
        await store.update('profiles', id(1), () => undefined);
        await store.edit(
          [{ sheet: 'profiles', id: id(2), change: (now) => ({ ...now!, email: 'new' }) }],
          'why not',
        );
        const listed = await take(store.history(), 10);
        expect(listed.map(({ generation }) => generation)).toEqual(
          [2, 1, 0].map((n) => first!.generation + n).slice(0, listed.length),
        );
        expect(listed[0]).toMatchObject({ why: 'why not', changed: ['profiles.jsonl'] });
        const input = { generation: first!.generation, sheets: ['profiles'], without: new Set([id(3)]) };
        expect(await store.restore({ ...input, dryRun: true })).toEqual({ restored: 2, leftOut: 1 });
        expect(await all('profiles')).toHaveLength(2);
        expect(await store.restore(input)).toEqual({ restored: 2, leftOut: 1 });
        expect(await all('profiles')).toEqual([
          { id: id(1), email: '1' },
          { id: id(2), email: '2' },
        ]);
        await store.restore({ ...input, generation: listed[0]!.generation, without: new Set() });
        expect(await all('profiles')).toEqual([
          { id: id(2), email: 'new' },
          { id: id(3), email: '3' },
        ]);
      });

      it.runIf(keepsGenerations)(
        'keeps as many generations as it is told, and a restored one survives those that are forgotten',
        async () => {
          store = await reopen({ keepGenerations: 3 });
          await store.update('profiles', id(1), () => ({ id: id(1), n: 0 }));
          for (let n = 1; n <= 2; n++) await store.update('profiles', id(1), () => ({ id: id(1), n }));
          const [latest] = await take(store.history(), 1);
          await store.restore({
            generation: latest!.generation - 1,
            sheets: ['profiles'],
            without: new Set(),
          });
          for (let n = 0; n < 5; n++) await store.update('other', id(1), () => ({ id: id(1), n }));
          expect(await all('profiles')).toEqual([{ id: id(1), n: 1 }]);
          expect((await take(store.history(), 20)).length).toBeLessThanOrEqual(4);
          await expect(
            store.restore({ generation: 1, sheets: ['profiles'], without: new Set() }),
          ).rejects.toMatchObject({ code: 'generation-unknown' });
        },
      );
    });

    describe('claims', () => {
      it('are won by one of many, by address without regard to case', async () => {
        const others = await Promise.all(Array.from({ length: 8 }, () => reopen()));
        const tries = await Promise.all(
          others.map((other, n) =>
            other.claims.claim('email', n % 2 === 0 ? 'A@example.org' : ' a@EXAMPLE.org', `p${n}`),
          ),
        );
        expect(tries.filter(({ won }) => won)).toHaveLength(1);
        const winner = tries.find(({ won }) => won)!.owner;
        expect(new Set(tries.map(({ owner }) => owner))).toEqual(new Set([winner]));
        expect(await store.claims.ownerOf('email', 'a@example.org')).toBe(winner);
        expect(await store.claims.claim('email', 'a@example.org', winner)).toEqual({
          won: true,
          owner: winner,
        });
      });

      it.runIf(canSwap)('are given back by their owner alone, and a NameID never', async () => {
        await store.claims.claim('github-id', '42', 'ann');
        expect(await store.claims.release('github-id', '42', 'ben')).toBe(false);
        expect(await store.claims.release('github-id', '42', 'ann')).toBe(true);
        expect(await store.claims.ownerOf('github-id', '42')).toBeUndefined();
        expect(await store.claims.claim('github-id', '42', 'ben')).toEqual({ won: true, owner: 'ben' });
        await store.claims.claim('name-id', 'Ann', 'ann');
        await expect(store.claims.release('name-id' as 'email', 'Ann', 'ann')).rejects.toThrow(TypeError);
        expect(await store.claims.claim('name-id', 'Ann', 'ben')).toEqual({ won: false, owner: 'ann' });
      });
    });

    describe('claims of an import', () => {
      const accounts = { loginPrivate: { sheet: 'profiles', field: 'email' } };
      const signIn = { ...target, accounts } as never;
      const importPeople = async (
        importId: string,
        people: Record<string, string | undefined>,
        nameIds: Record<string, string> = {},
      ) => {
        const staged = await store.stage(importId);
        const name = await store.claims.naming();
        for (const [who, email] of Object.entries(people))
          staged.put({ sheet: 'profiles', fields: { id: who, ...(email === undefined ? {} : { email }) } });
        for (const [value, owner] of Object.entries(nameIds))
          staged.put({ sheet: importedClaimsSheet, fields: { id: name('name-id', value), owner } });
        await staged.seal({ tree: importId, branch: 'b' });
        await store.activate(importId, signIn);
      };
      const owners = async (kind: 'email' | 'name-id', ...values: string[]) =>
        Promise.all(values.map((value) => store.claims.ownerOf(kind, value)));

      it('come with its rows, follow them, and keep others from the value', async () => {
        await importPeople('one', { ann: 'Ann@x.org', ben: 'ben@x.org', cid: 'BEN@x.org' }, { Ann: 'ann' });
        expect(await owners('email', 'ann@x.org', 'ben@x.org', 'none@x.org')).toEqual([
          'ann',
          'ben',
          undefined,
        ]);
        expect(await store.claims.claim('email', 'ANN@x.org', 'ben')).toEqual({ won: false, owner: 'ann' });
        expect(await store.claims.claim('email', 'ann@x.org', 'ann')).toEqual({ won: true, owner: 'ann' });
        await importPeople('two', { ann: 'new@x.org', cid: 'ben@x.org' }, { Ben: 'ben' });
        expect(await owners('email', 'new@x.org', 'ben@x.org')).toEqual(['ann', 'cid']);
        expect(await owners('name-id', 'Ann', 'Ben')).toEqual(['ann', 'ben']);
        await importPeople('three', { ann: 'new@x.org' }, { Ann: 'cid' });
        expect(await owners('name-id', 'Ann', 'Ben')).toEqual(['ann', 'ben']);
      });

      it.runIf(canSwap)(
        'are given back by their owner alone, and what the site gave somebody goes before them',
        async () => {
          await importPeople('one', { ann: 'ann@x.org' });
          expect(await store.claims.release('email', 'ann@x.org', 'ben')).toBe(false);
          expect(await store.claims.release('email', 'Ann@x.org', 'ann')).toBe(true);
          expect(await store.claims.claim('email', 'ann@x.org', 'ben')).toEqual({ won: true, owner: 'ben' });
          await importPeople('two', { ann: 'ann@x.org' });
          expect(await owners('email', 'ann@x.org')).toEqual(['ben']);
          const held = [];
          for await (const { owner, by } of store.claims.held('email')) held.push([by, owner]);
          expect(held).toEqual([
            ['import', 'ann'],
            ['site', 'ben'],
          ]);
        },
      );

      it.runIf(canSwap)(
        'of two who take a value at once, an import and the site, one has it and both are told the same',
        async () => {
          for (let n = 0; n < 6; n++) {
            const other = await reopen();
            const staged = await store.stage(`race-${n}`);
            staged.put({ sheet: 'profiles', fields: { id: 'ann', email: `race${n}@x.org` } });
            await staged.seal({ tree: 't', branch: 'b' });
            const [{ won, owner }] = await Promise.all([
              other.claims.claim('email', `race${n}@x.org`, 'ben'),
              store.activate(`race-${n}`, signIn),
            ]);
            expect(await owners('email', `race${n}@x.org`)).toEqual([owner]);
            expect(owner).toBe(won ? 'ben' : 'ann');
          }
        },
      );

      it('are split with the sheet when they are many', async () => {
        store = await reopen({ shardAbove: 20 });
        const people = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}`, `p${n}@x.org`]));
        await importPeople('many', people, { Ann: 'p1' });
        await importPeople('again', { ...people, p7: 'seven@x.org' }, { Ben: 'p2' });
        const parts = await store.readParts(importedClaimsSheet);
        expect(parts).toHaveLength(256);
        let lines = 0;
        for (const part of parts) for await (const _line of part.read()) lines++;
        expect(lines).toBe(62);
        expect(await owners('email', 'p3@x.org', 'seven@x.org', 'p7@x.org')).toEqual(['p3', 'p7', undefined]);
        expect(await owners('name-id', 'Ann', 'Ben')).toEqual(['p1', 'p2']);
      });
    });

    describe.runIf(canSwap)('the lease', () => {
      const lease = async (ttlMs = 60_000) => (await reopen()).lease(ttlMs);
      const held = { code: 'lease-held', exitCode: 5 };
      const gone = { code: 'lease-lost', exitCode: 5 };
      /** As if the holder were a process of another machine. */
      const elsewhere = () => vi.spyOn(os, 'hostname').mockReturnValue('elsewhere');
      afterEach(() => void vi.restoreAllMocks());

      it("is one run's at a time, with a token that grows", async () => {
        const [one, two] = [await lease(), await lease()];
        expect(await one.acquire('run 1')).toBe(1);
        expect(await store.leaseHolder()).toMatch(/^run 1 \(process \d+ on /);
        await expect(two.acquire('run 2')).rejects.toMatchObject(held);
        await one.renew();
        await one.assertHeld();
        await one.release();
        expect(await store.leaseHolder()).toBeUndefined();
        expect(await two.acquire('run 2')).toBe(2);
        await expect(one.assertHeld()).rejects.toMatchObject(gone);
        await one.release();
        await two.assertHeld();
      });

      it('goes to one of many who ask at once', async () => {
        const asked = await Promise.allSettled(
          Array.from({ length: 5 }, async (_, n) => (await lease()).acquire(`run ${n}`)),
        );
        expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      });

      it('of a holder on another machine that is dead runs out, and of one that is alive does not', async () => {
        const away = elsewhere();
        const one = await lease(800);
        await one.acquire('run 1');
        away.mockRestore();
        const two = await lease(800);
        await expect(two.acquire('run 2')).rejects.toMatchObject(held);
        await sleep(850);
        // Alive, though the clock says that it has run out: a wrong clock takes nothing.
        const renewing = sleep(150).then(() => one.renew());
        await expect(two.acquire('run 2')).rejects.toMatchObject(held);
        await renewing;
        await sleep(850);
        expect(await two.acquire('run 2')).toBe(2);
        await expect(one.assertHeld()).rejects.toMatchObject(gone);
        await expect(one.renew()).rejects.toMatchObject(gone);
        await two.assertHeld();
      });

      it('of a process of this machine that is gone is there at once', async () => {
        const one = await lease();
        const pid = vi.spyOn(process, 'pid', 'get').mockReturnValue(4_194_303);
        await one.acquire('run 1');
        pid.mockRestore();
        expect(await (await lease()).acquire('run 2')).toBe(2);
      });
    });

    describe('files of the engine', () => {
      it('keeps public objects, which are never replaced, gives any part of them, and refuses names that lead elsewhere', async () => {
        const { dir, remove } = await scratchDir();
        try {
          const bytes = Buffer.alloc(700_000, 'abcdefg');
          writeFileSync(join(dir, 'x'), bytes);
          const name = `${id(1)}/${createHash('sha256').update(bytes).digest('hex')}.jpg`;
          expect(await store.publicObject(name)).toBeUndefined();
          expect(await store.keepPublic(name, join(dir, 'x'))).toBe(true);
          expect(await store.keepPublic(name, join(dir, 'x'))).toBe(false);
          const object = (await store.publicObject(name))!;
          expect(object.sizeBytes).toBe(bytes.length);
          const part: Buffer[] = [];
          for await (const chunk of await object.stream(699_995, 699_999)) part.push(chunk as Buffer);
          expect(Buffer.concat(part)).toEqual(bytes.subarray(699_995));
          for (const bad of ['../digest-key', `${id(1)}/../../digest-key`, 'digest-key'])
            await expect(store.publicObject(bad)).rejects.toMatchObject({ code: 'public-name-invalid' });
          await store.removePublic(id(2));
          expect(await store.publicObject(name)).toBeDefined();
          await store.removePublic(id(1));
          expect(await store.publicObject(name)).toBeUndefined();
        } finally {
          await remove();
        }
      });

      it('are kept, listed and read back, and a name is taken once', async () => {
        expect(await store.keepText('audit', 'one.jsonl', 'a\n')).toBe(true);
        expect(await store.keepText('audit', 'one.jsonl', 'b\n')).toBe(false);
        expect((await store.keptFile('audit', 'one.jsonl'))?.toString()).toBe('a\n');
        const { dir, remove } = await scratchDir();
        writeFileSync(join(dir, 'x'), 'ledger');
        await store.keepFile('ledger', 'x.gz', join(dir, 'x'));
        await remove();
        expect(await take(store.keptFiles('ledger'), 5)).toEqual([{ name: 'x.gz', sizeBytes: 6 }]);
        expect((await store.keptFile('ledger', 'x.gz'))?.toString()).toBe('ledger');
        expect(await store.keptFile('ledger', 'none')).toBeUndefined();
        await store.removeFile('ledger', 'x.gz');
        await store.removeFile('ledger', 'none');
        expect(await take(store.keptFiles('ledger'), 5)).toEqual([]);
        expect(await store.keptFile('audit', 'one.jsonl')).toBeDefined();
      });
    });

    describe('an import that is interrupted', () => {
      it('is completed from its staged rows, once, whoever opens the store', async () => {
        const staged = await store.stage('left');
        for (let n = 0; n < 200; n++) {
          staged.put({ sheet: 'profiles', fields: { id: id(n), email: `${n}` } });
          if (n % 60 === 0) await staged.flush();
        }
        await staged.seal({ tree: 't', branch: 'b' });
        const other = await reopen();
        expect((await other.listStaged())[0]).toMatchObject({
          importId: 'left',
          manifest: { tree: 't', branch: 'b', rows: { profiles: 200 } },
        });
        const [a, b] = await Promise.allSettled([
          other.activate('left', target),
          store.activate('left', target),
        ]);
        expect([a.status, b.status]).toContain('fulfilled');
        expect(await all('profiles')).toHaveLength(200);
        expect(await store.listStaged()).toEqual([]);
        expect(await store.lastImport()).toBe('left');
      });

      it('takes in what a member changes meanwhile', async () => {
        await importRows({
          profiles: [
            { id: id(1), email: 'a' },
            { id: id(2), email: 'b' },
          ],
        });
        const staged = await store.stage('slow');
        staged.put({ sheet: 'profiles', fields: { id: id(1), email: 'legacy' } });
        staged.put({ sheet: 'profiles', fields: { id: id(2), email: 'legacy' } });
        await staged.seal({ tree: 't', branch: 'b' });
        const other = await reopen();
        await Promise.all([
          store.activate('slow', target),
          other.update('profiles', id(1), (now) => ({ ...now!, email: 'mine', signedInAt: 'now' })),
        ]);
        expect(await all('profiles')).toEqual([
          { id: id(1), email: 'mine', signedInAt: 'now' },
          { id: id(2), email: 'legacy' },
        ]);
      });
    });
  });
}

async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}
