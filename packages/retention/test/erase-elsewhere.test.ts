import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressDigest, suppressionsSheet } from '@cutover/mailout';
import { prunedSheet } from '@cutover/reconcile';
import { writeToml } from '@cutover/records';
import { editTree, git, type TreeEdit } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EraseInput } from '../src/index.ts';
import {
  all,
  certified,
  copyOf,
  emptySite,
  eraseFrom,
  importSample,
  people,
  personId,
  privateBytes,
  sampleWith,
  type Site,
} from './support/site.ts';

const id = personId(1010);
const handle = 'Elowen_Birchwell10';
const address = 'elowen.birchwell.10@example.org';
const before = `'Elowen','Birchwell',NULL,NULL,NULL,NULL,'${address}'`;
/** Takes the row out of what fits. */
const broken: [string, string] = [before, before.replace(",NULL,'", ",'19xx-01-01','")];

let origin: Awaited<ReturnType<typeof scratchDir>>;
let sample: Site;
let scratch: Awaited<ReturnType<typeof scratchDir>>;
let site: Site;

beforeAll(async () => {
  origin = await scratchDir();
  sample = await importSample(origin.dir);
});
afterAll(() => origin.remove());
beforeEach(async () => {
  scratch = await scratchDir();
  site = await copyOf(sample, scratch.dir);
});
afterEach(() => scratch.remove());

const run = (more: Partial<EraseInput> = {}) => eraseFrom(site, id, more);

const prunedIds = async () => (await all(site.privateStore, prunedSheet)).map((record) => record.id);

const signed = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'test'],
    [`GIT_${who}_EMAIL`, 'test@example.org'],
  ]),
);

async function commit(edits: readonly TreeEdit[]): Promise<void> {
  const head = (await site.publicStore.head('main'))!;
  const tree = await editTree(site.publicStore.dir, head.commit, edits);
  await site.publicStore.commit('main', { tree, message: 'x', expected: head });
}

describe('somebody who is not in the stores', () => {
  it('whose row never fitted is erased, and an import in which it fits does not bring them back', async () => {
    site = await emptySite(join(scratch.dir, 'fresh'));
    await site.again(await sampleWith(scratch.dir, broken));
    expect((await people(site)).map((record) => record.id)).not.toContain(id);
    expect(await privateBytes(site)).toContain(address);
    const result = await run();
    expect(result).toMatchObject({ stillThere: [], left: 0, pruned: { people: 1, unknown: [] } });
    expect(certified(id, result).removed['quarantined rows']).toBeGreaterThan(0);
    expect(await privateBytes(site)).not.toContain(address);
    expect(await prunedIds()).toContain(id);
    await site.again();
    expect((await people(site)).map((record) => record.id)).not.toContain(id);
    expect((await all(site.privateStore, 'profiles')).map((record) => record.id)).not.toContain(id);
  });

  it('whose row no longer fits is erased with what earlier commits and versions hold', async () => {
    await site.privateStore.update(suppressionsSheet, addressDigest(address), () => ({
      id: addressDigest(address),
      reason: 'bounced',
    }));
    await site.again(await sampleWith(scratch.dir, broken));
    const dry = await run({ dryRun: true });
    const result = await run();
    expect(result).toMatchObject({ stillThere: [], left: 0, otherRecords: 1, pruned: { people: 1 } });
    expect(result.history.paths).toEqual(dry.history.paths);
    expect(result.history.paths.some((path) => /^people\/.*\.toml$/.test(path))).toBe(true);
    expect(result.pruned.past).toBeGreaterThan(1);
    const bytes = await privateBytes(site);
    for (const told of [address, addressDigest(address), handle]) expect(bytes).not.toContain(told);
    await site.again();
    expect((await people(site)).map((record) => record.id)).not.toContain(id);
    expect(await site.privateStore.claims.claim('name-id', handle, 'x')).toMatchObject({ won: false });
  });

  it('whose private record is in an earlier version alone is erased', async () => {
    const other = personId(424242);
    const email = 'earlier@example.org';
    await site.privateStore.update('profiles', other, () => ({ id: other, email }));
    await site.privateStore.update('profiles', other, () => undefined);
    const result = await run({ ids: new Set([other]) });
    expect([...result.traces.emails.values()].map((each) => [...each])).toEqual([[email]]);
    expect(await prunedIds()).toContain(other);
    expect(await privateBytes(site)).not.toContain(email);
    await expect(run({ ids: new Set([personId(424243)]) })).rejects.toMatchObject({
      code: 'nobody-to-erase',
    });
  });

  it('who is at the head of another branch is said to be there, and is not where it is made anew', async () => {
    const { dir } = site.publicStore;
    await git(dir, ['branch', 'legacy-history', 'main']);
    expect((await run({ dryRun: true })).history.otherBranches).toEqual(['legacy-history']);
    const result = await run();
    expect(result).toMatchObject({ stillThere: [], history: { otherBranches: ['legacy-history'] } });
    expect(certified(id, result).remains.join()).toContain('at the head of the branch legacy-history');
    await git(dir, ['branch', '-f', 'legacy-history', 'main']);
    expect((await run({ dryRun: true })).history.otherBranches).toEqual([]);
  });

  it('an identifier that is somebody else’s now stays theirs', async () => {
    const content = (slackSamlNameId: string, own: string) =>
      writeToml({ id: own, slug: 'x', slackSamlNameId });
    await commit([{ path: 'people/planted-1.toml', content: content('once', personId(424242)) }]);
    await commit([
      { path: 'people/planted-1.toml', content: null },
      { path: 'people/planted-2.toml', content: content('once', personId(424244)) },
    ]);
    const result = await run({ ids: new Set([personId(424242)]) });
    expect(result.pruned).toMatchObject({ people: 1, tombstones: 0 });
    expect(result.history.paths).toEqual(['people/planted-1.toml']);
  });
});

describe('what legacy removed before', () => {
  const attachment = '00000000-0000-8000-8000-0000000000a1';
  const path = 'attachments/00/of-theirs';
  const object = (text: string) => `${attachment}/${createHash('sha256').update(text).digest('hex')}.jpg`;
  const record = (more: Record<string, string | number>, personOf = id) =>
    writeToml({ id: attachment, slug: 'of-theirs', mimeType: 'image/jpeg', personId: personOf, ...more });
  const inBucket = (text: string) => ({
    ...{ file: object(text), fileIn: 'bucket', fileBytes: text.length },
    fileSha256: createHash('sha256').update(text).digest('hex'),
  });
  const inGit = {
    file: `${path}/original.jpg`,
    fileIn: 'repository',
    fileBytes: 1,
    fileSha256: '0'.repeat(64),
  };

  async function keep(text: string): Promise<void> {
    const file = join(scratch.dir, 'upload');
    writeFileSync(file, text);
    await site.privateStore.keepPublic(object(text), file);
  }
  const there = async (text: string) => (await site.privateStore.publicObject(object(text))) !== undefined;

  it('goes from history and from the public bucket', async () => {
    await keep('large');
    await commit([
      { path: `${path}.toml`, content: record(inBucket('large')) },
      { path: `${path}/thumb.jpg`, content: 'small' },
    ]);
    await commit([
      { path: `${path}.toml`, content: null },
      { path: `${path}/thumb.jpg`, content: null },
    ]);
    const dry = await run({ dryRun: true });
    expect(await there('large')).toBe(true);
    const { history, pruned, stillThere } = await run();
    expect(history.paths.filter((one) => one.startsWith(path))).toEqual([
      `${path}.toml`,
      `${path}/thumb.jpg`,
    ]);
    expect([dry.history.paths, dry.pruned.past]).toEqual([history.paths, pruned.past]);
    expect([await there('large'), stillThere]).toEqual([false, []]);
    expect(await prunedIds()).toContain(attachment);
  });

  it('goes from history where a merge alone had it there', async () => {
    const { dir } = site.publicStore;
    const { commit: parent } = (await site.publicStore.head('main'))!;
    const tree = await editTree(dir, parent, [{ path: `${path}.toml`, content: record({}) }]);
    const other = await git(dir, ['commit-tree', `${parent}^{tree}`, '-p', parent, '-m', 'y'], {
      env: signed,
    });
    const parents = ['-p', parent, '-p', other.trim()];
    const merge = await git(dir, ['commit-tree', tree, ...parents, '-m', 'x'], { env: signed });
    await git(dir, ['update-ref', 'refs/heads/main', merge.trim()]);
    const after = await git(
      dir,
      ['commit-tree', `${parent}^{tree}`, '-p', merge.trim(), '-p', parent, '-m', 'z'],
      {
        env: signed,
      },
    );
    await git(dir, ['update-ref', 'refs/heads/main', after.trim()]);
    expect((await run()).history.paths).toContain(`${path}.toml`);
  });

  it('an object of before goes with a record whose file is in git now', async () => {
    await keep('large');
    await commit([{ path: `${path}.toml`, content: record(inBucket('large')) }]);
    await commit([
      { path: `${path}.toml`, content: record(inGit) },
      { path: `${path}/original.jpg`, content: 'x' },
    ]);
    const { pruned } = await run();
    expect(pruned.removed).toMatchObject({ attachments: 2 });
    expect(await there('large')).toBe(false);
  });

  it('a record that is another person’s now stays with its files', async () => {
    await keep('large');
    await commit([{ path: `${path}.toml`, content: record(inBucket('large')) }]);
    await commit([{ path: `${path}.toml`, content: record(inBucket('large'), personId(1476)) }]);
    const { history, stillThere } = await run();
    expect(history.paths.filter((one) => one.startsWith(path))).toEqual([]);
    expect([await there('large'), stillThere]).toEqual([true, []]);
    expect(await prunedIds()).not.toContain(attachment);
  });

  it('an object that could not be removed is said, and so is what is no record', async () => {
    await keep('large');
    await commit([{ path: `${path}.toml`, content: record(inBucket('large')) }]);
    await commit([
      { path: `${path}.toml`, content: null },
      { path: 'people/broken.toml', content: `id = ${id}` },
    ]);
    await commit([{ path: 'people/broken.toml', content: null }]);
    const deaf = new Proxy(site.privateStore, {
      get(store, name) {
        if (name === 'removePublic') return () => Promise.resolve();
        const value: unknown = Reflect.get(store, name);
        return typeof value === 'function' ? (value.bind(store) as unknown) : value;
      },
    });
    const result = await run({ privateStore: deaf });
    expect(result).toMatchObject({ stillThere: ['a file of theirs in the public bucket'], unreadable: 1 });
    const { checks, remains } = certified(id, result);
    expect(checks['nothing of them is found in the stores']).toBe(false);
    expect(remains).toContainEqual(expect.stringContaining('1 files of earlier commits'));
  });
});
