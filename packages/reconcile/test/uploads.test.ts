import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { type PublicFields, recordPath, writeToml } from '@cutover/records';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mendRecord, reconcile } from '../src/index.ts';

const sheet = laddr.target.sheets.find(({ name }) => name === 'attachments')!;
const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
});
afterEach(() => scratch.remove());

const picture = recordPath('attachments', sheet.path, { id: id(1), slug: 'media-1' });
const film = recordPath('attachments', sheet.path, { id: id(2), slug: 'media-2' });
const pictureFile = `${picture.slice(0, -'.toml'.length)}/original.jpg`;
const filmFile = `${id(2)}/${sha256('film')}.mp4`;

/** A site with a picture in git and a film in the bucket; the fields of either can be others than they should be. */
async function site(given: {
  picture?: PublicFields;
  film?: PublicFields;
  inTree?: string | null;
  inBucket?: string | null;
}): Promise<void> {
  const writer = await publicStore.writeTree({ jobs: 1 });
  const fields = (n: number, text: string, file: string, fileIn: string) => ({
    ...{ id: id(n), slug: `media-${n}` },
    ...{ file, fileIn, fileBytes: text.length, fileSha256: sha256(text) },
  });
  writer.put(picture, writeToml({ ...fields(1, 'picture', pictureFile, 'repository'), ...given.picture }));
  writer.put(film, writeToml({ ...fields(2, 'film', filmFile, 'bucket'), ...given.film }));
  const inTree = given.inTree === undefined ? 'picture' : given.inTree;
  if (inTree !== null) writer.put(pictureFile, inTree);
  const expected = await publicStore.head('main');
  await publicStore.commit('main', { tree: await writer.finish(), message: 'site', expected });
  const inBucket = given.inBucket === undefined ? 'film' : given.inBucket;
  if (inBucket === null) return;
  await writeFile(join(scratch.dir, 'film'), inBucket);
  await privateStore.keepPublic(filmFile, join(scratch.dir, 'film'));
}

const check = async () => {
  const checks = await reconcile({
    target: laddr.target,
    publicStore,
    privateStore,
    treeish: 'refs/heads/main',
  });
  return checks.find((one) => one.id === 'reconcile-uploads')!;
};

it('holds where every file is what its record says', async () => {
  await site({});
  expect(await check()).toMatchObject({
    outcome: 'holds',
    looked: 2,
    evidence: { repository: 1, bucket: 1 },
  });
});

it('is not made where no record has a file', async () => {
  const writer = await publicStore.writeTree({ jobs: 1 });
  writer.put(picture, writeToml({ id: id(1), slug: 'media-1' }));
  await publicStore.commit('main', { tree: await writer.finish(), message: 'site', expected: undefined });
  expect(await check()).toBeUndefined();
});

it.each<[string, Parameters<typeof site>[0], string, string]>([
  ['no file in the tree', { inTree: null }, 'upload-missing', picture],
  ['other bytes of the same size', { inTree: 'gesture' }, 'upload-differs', picture],
  ['another size', { picture: { fileBytes: 8 } }, 'upload-differs', picture],
  ['a file outside of its sheet', { picture: { file: 'people/a/x.jpg' } }, 'upload-missing', picture],
  ['a record for a file', { picture: { file: film } }, 'upload-missing', picture],
  ['no object in the bucket', { inBucket: null }, 'upload-missing', film],
  ['an object of another size', { inBucket: 'fil' }, 'upload-differs', film],
  ['an object that has no such name', { film: { file: '../profiles.jsonl' } }, 'upload-missing', film],
])('finds %s', async (_what, given, code, subject) => {
  await site(given);
  expect(await check()).toMatchObject({ outcome: 'fails', actual: 1, findings: [{ code, subject }] });
});

it('a record that is removed takes its file along, and none of another record', async () => {
  const remove = (path: string, run: string) =>
    mendRecord(
      {
        target: laddr.target,
        publicStore,
        privateStore,
        branch: 'main',
        path,
        run,
        by: 'test',
        dryRun: false,
      },
      { kind: 'remove' },
    );
  const left = async () =>
    (await git(publicStore.dir, ['ls-tree', '-r', '--name-only', 'main'])).trim().split('\n');
  await site({ film: { file: picture, fileIn: 'repository' } });
  await remove(film, 'a');
  expect(await left()).toEqual([picture, pictureFile].sort());
  await site({});
  await remove(picture, 'b');
  expect(await left()).toEqual([film]);
});
