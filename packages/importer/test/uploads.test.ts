import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseToml, recordId } from '@cutover/records';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dumpSource, folderFiles, importDump, type ImportOptions } from '../src/index.ts';
import { overriding } from './overriding.ts';
import { noted } from './noted.ts';
import { tiny, type TinyTables, writeDump } from './tiny.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
let dir: string;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
  dir = join(scratch.dir, 'uploads');
  mkdirSync(dir);
});
afterEach(() => scratch.remove());

const tables = (body = 'see /f/8 and https://legacy.example.org/f/7.'): TinyTables => ({
  members: [['1', 'Ann', null, null]],
  notes: [
    ['7', '1', '0', null],
    ['8', '1', '0', null],
    ['9', '1', '1', null],
  ],
  parts: [['7', '1', body]],
});

async function run(given = tables(), options: Partial<ImportOptions> = {}) {
  return importDump({
    profile: noted,
    source: dumpSource([writeDump(scratch.dir, given)]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
    uploads: { source: await folderFiles(dir), legacyHosts: ['Legacy.example.org'], inGitBytes: 1000 },
    ...options,
  });
}

const note = async (id: string) =>
  parseToml(await git(publicStore.dir, ['show', `legacy-import:notes/${id}.toml`]));
const filesCheck = (result: Awaited<ReturnType<typeof run>>) =>
  result.checks.find(({ id }) => id === 'files')!;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it('puts small uploads beside their record and large ones into the public bucket', async () => {
  const [small, large] = [Buffer.from([0, 255, 10, 13, 200]), Buffer.alloc(5000, 7)];
  writeFileSync(join(dir, '7.bin'), small);
  writeFileSync(join(dir, '8.bin'), large);
  const result = await run();
  expect(filesCheck(result)).toMatchObject({
    outcome: 'holds',
    looked: 2,
    evidence: { bytes: 5005, repository: 1, bucket: 1 },
  });
  expect(await note('7')).toMatchObject({
    file: 'notes/7/original.bin',
    fileIn: 'repository',
    fileBytes: 5,
    fileSha256: sha256(small),
  });
  const stored = await git(publicStore.dir, ['rev-parse', 'legacy-import:notes/7/original.bin']);
  writeFileSync(join(scratch.dir, 'small'), small);
  expect(stored).toBe(await git(publicStore.dir, ['hash-object', join(scratch.dir, 'small')]));
  const { file, fileIn } = await note('8');
  expect(file).toBe(
    `${recordId('tiny', 'tiny', { source: 'notes', key: ['8'] })}/${sha256(large)}`.concat('.bin'),
  );
  expect(fileIn).toBe('bucket');
  const object = (await privateStore.publicObject(String(file)))!;
  const chunks: Buffer[] = [];
  for await (const chunk of await object.stream(0, object.sizeBytes - 1)) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks)).toEqual(large);
  await git(publicStore.dir, ['fsck', '--strict']);
});

it('writes nothing again, and gives the same tree with any number of threads', async () => {
  writeFileSync(join(dir, '7.bin'), 'seven');
  writeFileSync(join(dir, '8.bin'), Buffer.alloc(2000));
  const first = await run(tables(), { jobs: 1 });
  const packs = readdirSync(join(publicStore.dir, 'objects', 'pack'));
  const again = await run(tables(), { jobs: 3 });
  expect([again.moved, again.tree]).toEqual([false, first.tree]);
  expect(readdirSync(join(publicStore.dir, 'objects', 'pack'))).toEqual(packs);
});

it('lists a missing upload by its row, in the report and in the ledger, and takes a waiver of exactly so many', async () => {
  writeFileSync(join(dir, '8.bin'), 'eight');
  const result = await run();
  const check = filesCheck(result);
  expect([check.outcome, check.findings.map(({ subject }) => subject)]).toEqual(['fails', ['notes/7']]);
  expect(await note('7')).not.toHaveProperty('file');
  const waiver = (count: number) => [{ check: 'files', rule: 'file-missing', count, reason: 'lost in 2014' }];
  expect(filesCheck(await run(tables(), { waivers: waiver(1) })).outcome).toBe('holds');
  expect(filesCheck(await run(tables(), { waivers: waiver(2) })).outcome).toBe('fails');
});

it.each([
  ['small', 'changed', 'small', 'other'],
  ['small', 'gone', 'small', undefined],
  ['large', 'changed', 'a'.repeat(5000), 'b'.repeat(5000)],
  ['large', 'gone', 'a'.repeat(5000), undefined],
])(
  'says of a %s upload that it was %s while it was imported, and moves nothing',
  async (_, __, was, then) => {
    writeFileSync(join(dir, '7.bin'), was);
    writeFileSync(join(dir, '8.bin'), 'another');
    const real = await folderFiles(dir);
    const source = overriding(real, {
      find: async (draft) => {
        const found = await real.find(draft);
        if (draft.url === 'f/7' && then !== undefined) writeFileSync(join(dir, '7.bin'), then);
        if (draft.url === 'f/7' && then === undefined) rmSync(join(dir, '7.bin'));
        return found;
      },
    });
    await expect(run(tables(), { uploads: { source, inGitBytes: 1000 } })).rejects.toMatchObject({
      code: 'file-changed',
      message: expect.stringContaining('7.bin') as string,
    });
    expect(await publicStore.head('legacy-import')).toBeUndefined();
    expect(await privateStore.listStaged()).toEqual([]);
  },
);

it('with a limit looks for the files of those rows alone', async () => {
  for (const id of ['7', '8', '9']) writeFileSync(join(dir, `${id}.bin`), id);
  const real = await folderFiles(dir);
  const asked: string[] = [];
  const source = overriding(real, {
    find: (draft) => {
      asked.push(draft.url);
      return real.find(draft);
    },
  });
  const result = await run(tables(), { uploads: { source }, limit: 1 });
  expect(asked).toEqual(['f/7']);
  expect(filesCheck(result)).toMatchObject({ outcome: 'holds', looked: 1 });
});

it('is unknown where no row has a file', async () => {
  writeFileSync(join(dir, '7.bin'), 'seven');
  expect(filesCheck(await run({ members: [['1', 'Ann', null, null]] })).outcome).toBe('unknown');
});

it('rewrites links to uploads that are there, and no other', async () => {
  writeFileSync(join(dir, '7.bin'), 'seven');
  const body = [
    'a /f/7, <img src="/f/7"> ![x](https://legacy.example.org/f/7?size=2) //legacy.example.org/f/7.',
    'https://other.example.org/f/7 https://other.example.org/?u=/f/7 see/f/7 /f/8 /f/77 x=/f/7 <img src=/f/7>',
  ].join('\n');
  await run(tables(body));
  expect((await note('7'))['body']).toBe(
    [
      'a /notes/7/original, <img src="/notes/7/original"> ![x](/notes/7/original) /notes/7/original.',
      'https://other.example.org/f/7 https://other.example.org/?u=/f/7 see/f/7 /f/8 /f/77 x=/f/7 <img src=/notes/7/original>',
    ].join('\n'),
  );
});

it('does not follow a link out of the folder', async () => {
  writeFileSync(join(scratch.dir, 'secret'), 'secret');
  symlinkSync(join(scratch.dir, 'secret'), join(dir, '7.bin'));
  writeFileSync(join(dir, '8.bin'), 'eight');
  const [finding] = filesCheck(await run()).findings;
  expect(finding!.message).toMatch(/leads out of the folder/);
});

it('refuses an import without uploads after one with them, unless they shall go', async () => {
  writeFileSync(join(dir, '7.bin'), 'seven');
  await run();
  const none = { uploads: undefined } as unknown as Partial<ImportOptions>;
  await expect(run(tables(), none)).rejects.toMatchObject({ code: 'files-not-given', exitCode: 3 });
  await run(tables(), { ...none, withoutUploads: true });
  expect(await note('7')).not.toHaveProperty('file');
});

it('refuses a profile that knows of no uploads, and a folder that is not there, or empty, or none', async () => {
  const refused = (message: RegExp) => ({
    code: 'files-missing',
    message: expect.stringMatching(message) as string,
  });
  await expect(run()).rejects.toMatchObject(refused(/is empty/));
  writeFileSync(join(dir, '7.bin'), 'seven');
  await expect(run(tables(), { profile: tiny })).rejects.toMatchObject({ code: 'files-not-known' });
  await expect(folderFiles(join(dir, '7.bin'))).rejects.toMatchObject(refused(/there is no folder/));
  rmSync(dir, { recursive: true });
  await expect(run()).rejects.toMatchObject(refused(/there is no folder/));
});

it('names a file that cannot be read by its row, and goes on', async () => {
  writeFileSync(join(dir, '8.bin'), 'eight');
  // Whoever may read everything cannot follow a link to itself either.
  symlinkSync('7.bin', join(dir, '7.bin'));
  const check = filesCheck(await run());
  expect(check.findings.map(({ message }) => message)).toEqual([
    'the file of notes/7 is not there: 7.bin cannot be read (ELOOP)',
  ]);
  expect(await note('8')).toMatchObject({ fileBytes: 5 });
});
