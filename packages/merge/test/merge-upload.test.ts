import { join } from 'node:path';
import { filePlaceOf, parseToml, type StoredRecord, writeToml } from '@cutover/records';
import { git, openPublicStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Choice, conflictKey, mergeImport, type MergeResult } from '../src/index.ts';
import { commitSite, medium, readSite, type Medium, type Site, small } from './small.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PublicStore;
beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  await legacy({ media: [medium('a', 'A'), medium('b', 'B')] });
  await merge();
});
afterEach(() => scratch.remove());

const legacy = (site: Site) => commitSite(store, 'legacy-import', site);
const main = (site: Site) => commitSite(store, 'main', site);
const merge = (choices = new Map<string, Choice>()): Promise<MergeResult> =>
  mergeImport({
    profile: small,
    publicStore: store,
    from: 'legacy-import',
    into: 'main',
    choices,
    toolVersion: '0',
  });

/** Merges with one answer to all that is asked. */
async function mergeTaking(take: 'legacy' | 'main'): Promise<MergeResult> {
  const { conflicts } = await merge();
  expect(conflicts).toHaveLength(1);
  return merge(new Map(conflicts.map((conflict) => [conflictKey(conflict), { take }])));
}

/** What is on main: the bytes of each record's file by the record's path, and files that are no record's. */
async function onMain(): Promise<{ records: Record<string, string | undefined>; others: string[] }> {
  const names = (await git(store.dir, ['ls-tree', '-r', '--name-only', 'main'])).trim().split('\n');
  const records: Record<string, string | undefined> = {};
  const used = new Set<string>();
  for (const [path, text] of Object.entries(await readSite(store, 'main'))) {
    const place = filePlaceOf(parseToml(text) as StoredRecord);
    if (place?.where === 'repository') used.add(place.at);
    records[path] =
      place === undefined
        ? undefined
        : place.where === 'bucket'
          ? place.at
          : await git(store.dir, ['show', `main:${place.at}`]);
  }
  return { records, others: names.filter((name) => !name.endsWith('.toml') && !used.has(name)) };
}

const b = medium('b', 'B');

describe('a record that legacy deleted and the new side changed', () => {
  beforeEach(async () => {
    await main({ media: [medium('a', 'A', { caption: 'new' }), b] });
    await legacy({ media: [b] });
  });

  it('keeps its file where it is kept', async () => {
    expect((await mergeTaking('main')).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/a.toml': 'A', 'media/b.toml': 'B' }, others: [] });
  });

  it('goes with its file', async () => {
    expect((await mergeTaking('legacy')).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/b.toml': 'B' }, others: [] });
  });

  it('keeps its file where a newcomer gets its address in legacy', async () => {
    await legacy({ media: [medium('a', 'C', { id: 'c-id' }), b] });
    const result = await mergeTaking('main');
    expect(result.settledSlugs).toMatchObject([{ wanted: 'a', given: 'a-2' }]);
    expect(await onMain()).toEqual({
      records: { 'media/a.toml': 'A', 'media/a-2.toml': 'C', 'media/b.toml': 'B' },
      others: [],
    });
  });
});

describe('a record that the new side deleted and legacy changed', () => {
  it.each(['the file too', 'not the file'])(
    'comes back with its file, or stays away with it: %s',
    async (left) => {
      await main({ media: [b], files: left === 'the file too' ? {} : { 'media/a/original.png': 'A' } });
      await legacy({ media: [medium('a', 'A', { caption: 'theirs' }), b] });
      const before = await store.head('main');
      expect((await mergeTaking('main')).moved).toBe(true);
      expect(await onMain()).toEqual({ records: { 'media/b.toml': 'B' }, others: [] });
      await git(store.dir, ['update-ref', 'refs/heads/main', before!.commit]);
      expect((await mergeTaking('legacy')).moved).toBe(true);
      expect(await onMain()).toEqual({ records: { 'media/a.toml': 'A', 'media/b.toml': 'B' }, others: [] });
    },
  );
});

describe('a file', () => {
  it('that both changed is one decision with what the records say of it', async () => {
    await main({ media: [medium('a', 'ours', { caption: 'ours' }), b] });
    await legacy({ media: [medium('a', 'theirs', { title: 'theirs' }), b] });
    const before = await store.head('main');
    expect((await merge()).conflicts).toMatchObject([
      { kind: 'upload', path: 'media/a.toml', legacy: { sizeBytes: 6 }, main: { sizeBytes: 4 } },
    ]);
    for (const take of ['legacy', 'main'] as const) {
      await git(store.dir, ['update-ref', 'refs/heads/main', before!.commit]);
      expect((await mergeTaking(take)).moved).toBe(true);
      const text = (await readSite(store, 'main'))['media/a.toml']!;
      expect(parseToml(text)).toMatchObject({ caption: 'ours', title: 'theirs' });
      expect((await onMain()).records['media/a.toml']).toBe(take === 'legacy' ? 'theirs' : 'ours');
    }
  });

  it('of legacy follows the record that the new side renamed', async () => {
    const renamed: Medium = { ...medium('a', 'A'), slug: 'z' };
    await main({ media: [renamed, b] });
    await legacy({ media: [medium('a', 'theirs'), b] });
    expect((await merge()).moved).toBe(true);
    expect(await onMain()).toEqual({
      records: { 'media/z.toml': 'theirs', 'media/b.toml': 'B' },
      others: [],
    });
  });

  it('stays with its record where two swap their addresses in legacy', async () => {
    await legacy({
      media: [medium('b', 'A', { id: 'a-id' }), medium('a', 'B', { id: 'b-id' })],
    });
    expect((await merge()).moved).toBe(true);
    expect((await onMain()).records).toEqual({ 'media/a.toml': 'A', 'media/b.toml': 'B' });
    await legacy({
      media: [medium('b', 'A2', { id: 'a-id' }), medium('a', 'B', { id: 'b-id' })],
    });
    expect((await merge()).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/a.toml': 'A2', 'media/b.toml': 'B' }, others: [] });
  });

  it('of another kind takes the place of the one before', async () => {
    await legacy({ media: [medium('a', 'jpeg', { file: 'media/a/original.jpg' }), b] });
    expect((await merge()).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/a.toml': 'jpeg', 'media/b.toml': 'B' }, others: [] });
  });

  it('that moved to the bucket leaves the tree, and comes back', async () => {
    const { bytes: _, ...fields } = medium('a', 'large', { file: 'a-id/sha.png', fileIn: 'bucket' });
    const writer = await store.writeTree({ jobs: 1 });
    writer.put('media/a.toml', writeToml(fields));
    const expected = await store.head('legacy-import');
    await store.commit('legacy-import', { tree: await writer.finish(), message: 'bucket', expected });
    expect((await merge()).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/a.toml': 'a-id/sha.png' }, others: [] });
    await legacy({ media: [medium('a', 'A')] });
    expect((await merge()).moved).toBe(true);
    expect(await onMain()).toEqual({ records: { 'media/a.toml': 'A' }, others: [] });
  });

  it('is not written over another one of the new side', async () => {
    await main({ media: [medium('a', 'A'), b], files: { 'media/c/original.png': 'notes of somebody' } });
    await legacy({ media: [medium('a', 'A'), b, medium('c', 'C')] });
    const { conflicts, moved } = await merge();
    expect([moved, conflicts]).toMatchObject([false, [{ kind: 'file', path: 'media/c/original.png' }]]);
    expect((await mergeTaking('legacy')).moved).toBe(true);
    expect((await onMain()).records['media/c.toml']).toBe('C');
  });
});

describe('the check of the merged tree', () => {
  it.each([
    ['upload-missing', { media: [b], bare: medium('a', 'A'), files: {} }],
    ['upload-differs', { media: [b], bare: medium('a', 'A'), files: { 'media/a/original.png': 'other' } }],
    ['upload-missing', { media: [b], bare: medium('a', 'A', { file: '../a.png' }), files: {} }],
  ])('finds %s on main', async (code, { media, bare, files }) => {
    const { bytes: _, ...fields } = bare;
    await main({ media, files: { ...files, 'media/a.toml': writeToml(fields) } });
    await legacy({ media: [medium('a', 'A'), medium('b', 'B', { caption: 'x' })] });
    const { moved, checks } = await merge();
    expect(moved).toBe(false);
    expect(checks.find(({ id }) => id === 'merge-uploads')).toMatchObject({
      outcome: 'fails',
      findings: [{ code, subject: 'media/a.toml' }],
    });
  });

  it('finds bytes of the same size under a merged record', async () => {
    const { bytes: _, ...fields } = medium('a', 'A', { caption: 'theirs' });
    await legacy({ media: [b], files: { 'media/a/original.png': 'X', 'media/a.toml': writeToml(fields) } });
    const { moved, checks } = await merge();
    expect(moved).toBe(false);
    expect(checks.find(({ id }) => id === 'merge-uploads')?.outcome).toBe('fails');
  });
});
