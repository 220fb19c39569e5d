import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, openPublicStore, type PublicStore } from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PublicStore;
beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
});
afterEach(() => scratch.remove());

async function write(files: Record<string, string>): Promise<string> {
  const writer = await store.writeTree({ jobs: 1 });
  for (const [path, content] of Object.entries(files)) {
    if (writer.put(path, content)) await writer.drained();
  }
  return writer.finish();
}

async function readAll(treeish: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const file of store.readRecords(treeish)) files[file.path] = file.bytes.toString();
  return files;
}

describe('the public store', () => {
  it('gives back every record of a tree, in path order, whatever its bytes and number', async () => {
    const files: Record<string, string> = { '.gitsheets/people.toml': 'x = 1\n' };
    for (let i = 0; i < 3000; i++)
      files[`people/${i % 16}/юрий-${i}.toml`] = `n = ${i}\n${'ü\n"'.repeat(i % 300)}`;
    const tree = await write(files);
    delete files['.gitsheets/people.toml'];
    const read = await readAll(tree);
    expect(read).toEqual(files);
    await git(store.dir, ['fsck', '--strict']);
  });

  it('gives the same tree for the same files in any order, and leaves no ref behind', async () => {
    const a = await write({ 'a/1.toml': '1', 'a/2.toml': '2' });
    const b = await write({ 'a/2.toml': '2', 'a/1.toml': '1' });
    expect(a).toBe(b);
    expect(await git(store.dir, ['for-each-ref'])).toBe('');
  });

  it('moves a branch only from where it was expected to be', async () => {
    const tree = await write({ 'a/1.toml': '1' });
    const first = await store.commit('b', { tree, message: 'one', expected: undefined });
    await expect(store.commit('b', { tree, message: 'two', expected: undefined })).rejects.toMatchObject({
      code: 'branch-moved',
    });
    const second = await store.commit('b', { tree, message: 'two', expected: first });
    expect(await store.head('b')).toEqual(second);
    await expect(store.removeBranch('b', first)).rejects.toMatchObject({ code: 'branch-moved' });
    await store.removeBranch('b', second);
    expect(await store.head('b')).toBeUndefined();
  });

  it('takes no other branch for the one that is asked for', async () => {
    const tree = await write({ 'a/1.toml': '1' });
    for (const branch of ['b/one', 'b/two', 'bb'])
      await store.commit(branch, { tree, message: branch, expected: undefined });
    expect(await store.head('b')).toBeUndefined();
    expect(await store.message('b/two')).toContain('b/two');
  });

  it.each([
    ...['', '-x', 'HEAD', 'a..b', 'a@{1', 'a b', 'a\tb', 'a\x7f', 'a~1', 'a^', 'a:b', 'b*', 'a?', 'a[b'],
    ...['a\\b', '/a', 'a/', 'a//b', 'a.', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a\n'],
  ])('refuses %j as the name of a branch, as git does', async (name) => {
    const tree = await write({ 'a/1.toml': '1' });
    const { commit } = await store.commit('base', { tree, message: 'base', expected: undefined });
    await expect(git(store.dir, ['branch', '--', name, commit])).rejects.toThrow();
    await expect(store.head(name)).rejects.toMatchObject({ code: 'branch-name-invalid', exitCode: 64 });
  });

  it('refuses @ as the name of a branch, which git takes for the one that is checked out', async () => {
    await expect(store.head('@')).rejects.toMatchObject({ code: 'branch-name-invalid' });
  });

  it.each(['main', 'a/b', 'a.b', 'legacy-import', 'ü', 'a@b', 'lock', 'a-', 'a{b', 'a/HEAD', 'a/@'])(
    'takes %j as the name of a branch, as git does',
    async (name) => {
      const tree = await write({ 'a/1.toml': '1' });
      const { commit } = await store.commit('base', { tree, message: 'base', expected: undefined });
      await git(store.dir, ['branch', '--', name, commit]);
      expect(await store.head(name)).toMatchObject({ commit });
    },
  );

  it('leaves nothing behind when writing is aborted', async () => {
    const writer = await store.writeTree();
    writer.put('a/1.toml', '1');
    await writer.abort();
    expect(await git(store.dir, ['for-each-ref'])).toBe('');
  });

  const five = Object.fromEntries([...Array(5).keys()].map((i) => [`a/${i}.toml`, `n = ${i}\n`]));

  it('names the record whose object is missing', async () => {
    const tree = await write(five);
    const packs = join(store.dir, 'objects', 'pack');
    for (const name of readdirSync(packs)) {
      const moved = join(scratch.dir, name);
      renameSync(join(packs, name), moved);
      if (name.endsWith('.pack'))
        execFileSync('git', ['-C', store.dir, 'unpack-objects', '-q'], { input: readFileSync(moved) });
    }
    const oid = (await git(store.dir, ['rev-parse', `${tree}:a/3.toml`])).trim();
    rmSync(join(store.dir, 'objects', oid.slice(0, 2), oid.slice(2)));
    await expect(readAll(tree)).rejects.toMatchObject({
      code: 'object-unreadable',
      data: { path: 'a/3.toml' },
    });
  });

  it('names the record whose object is corrupt', async () => {
    const tree = await write(five);
    const oid = (await git(store.dir, ['rev-parse', `${tree}:a/3.toml`])).trim();
    const packs = join(store.dir, 'objects', 'pack');
    const pack = join(
      packs,
      readdirSync(packs).find((name) => name.endsWith('.pack'))!,
    );
    const listed = await git(store.dir, ['verify-pack', '-v', pack]);
    const offset = Number(new RegExp(`^${oid} blob +\\d+ \\d+ (\\d+)`, 'm').exec(listed)![1]);
    const bytes = readFileSync(pack);
    bytes.fill(0xff, offset + 3, offset + 8);
    chmodSync(pack, 0o600);
    writeFileSync(pack, bytes);
    await expect(readAll(tree)).rejects.toMatchObject({
      code: 'object-unreadable',
      data: { path: 'a/3.toml' },
    });
  });

  it('fails on a tree that is not there', async () => {
    await expect(readAll('0123456789012345678901234567890123456789')).rejects.toMatchObject({
      code: 'git-failed',
    });
  });
});

describe('opening', () => {
  it('refuses a missing repository, a work tree, and a file', async () => {
    await expect(openPublicStore(join(scratch.dir, 'none'))).rejects.toMatchObject({
      code: 'public-store-missing',
    });
    const work = join(scratch.dir, 'work');
    execFileSync('git', ['init', '-q', work]);
    const file = join(scratch.dir, 'file');
    writeFileSync(file, '');
    for (const [dir, create] of [
      [work, true],
      [file, true],
      [file, false],
    ] as const)
      await expect(openPublicStore(dir, { create })).rejects.toMatchObject({ code: 'public-store-not-bare' });
  });

  it('does not take a folder inside a work tree for a repository', async () => {
    const work = join(scratch.dir, 'work');
    execFileSync('git', ['init', '-q', work]);
    mkdirSync(join(work, 'inner'));
    writeFileSync(join(work, 'inner', 'x'), '');
    await expect(openPublicStore(join(work, 'inner'))).rejects.toMatchObject({
      code: 'public-store-missing',
    });
  });
});
