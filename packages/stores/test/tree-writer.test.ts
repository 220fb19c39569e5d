import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, openPublicStore, type PublicStore, type WriteOptions } from '../src/index.ts';
import { makeDeflater } from '../src/public/pack/deflater.ts';
import { inflateSync } from 'node:zlib';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PublicStore;
beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
});
afterEach(() => scratch.remove());

type Files = readonly (readonly [path: string, content: string])[];

async function write(files: Files, options: WriteOptions = {}): Promise<{ tree: string; written: number }> {
  const writer = await store.writeTree(options);
  for (const [path, content] of files) if (writer.put(path, content)) await writer.drained();
  return { tree: await writer.finish(), written: writer.written };
}

const packs = (): string[] =>
  readdirSync(join(store.dir, 'objects', 'pack')).filter((name) => name.endsWith('.pack'));
const leftovers = (): string[] =>
  readdirSync(join(store.dir, 'objects', 'pack')).filter((name) => name.startsWith('tmp_'));

/** What git itself makes of the same files. */
function treeByGit(files: Files): string {
  const dir = join(scratch.dir, `by-git-${Math.random()}`);
  execFileSync('git', ['init', '-q', '--bare', dir]);
  const stream = files
    .map(([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    .join('');
  execFileSync('git', ['-C', dir, 'fast-import', '--quiet'], {
    input: `commit refs/heads/x\ncommitter x <x@localhost> 0 +0000\ndata 0\n${stream}\n`,
  });
  return execFileSync('git', ['-C', dir, 'rev-parse', 'x^{tree}']).toString().trim();
}

const many = (count: number, size = 400): Files =>
  [...Array(count).keys()].map((i) => [
    `people/${(i % 64).toString(16).padStart(2, '0')}/person-${(i * 7919) % count}.toml`,
    `n = ${i}\ntext = "${`${i * 31} wort `.repeat(size / 8)}"\n`,
  ]);

describe('a written tree', () => {
  it('is what git makes of the same files, whatever their names and contents', async () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', '.', '-', 'é', '語', '0', 'Z', '_'),
      minLength: 1,
      maxLength: 6,
    });
    const segment = name
      .filter((text) => !/^\.+$|^\.git$/i.test(text) && !text.startsWith('.'))
      .map((text) => `${text}x`);
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.toml`);
    const files = fc.uniqueArray(fc.tuple(path, fc.string({ unit: 'binary' })), {
      selector: ([one]) => one,
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        // A file `a.toml` and a directory `a.toml` cannot both be.
        const paths = new Set(some.map(([one]) => one));
        fc.pre(some.every(([one]) => ![...paths].some((other) => other.startsWith(`${one}/`))));
        expect((await write(some, { jobs: 1 })).tree).toBe(treeByGit(some));
      }),
      { seed: 20260131, numRuns: 25 },
    );
  });

  it('is the same with any number of jobs, order, pack size and compression, and git finds nothing wrong', async () => {
    const files = many(9000);
    const expected = treeByGit(files);
    const ways: WriteOptions[] = [
      { jobs: 1 },
      { jobs: 3 },
      { jobs: 2, packBytes: 300_000 },
      { compression: 'stored' },
    ];
    for (const way of ways) {
      store = await openPublicStore(join(scratch.dir, `${ways.indexOf(way)}.git`), { create: true });
      const { tree, written } = await write(way.jobs === 3 ? files.toReversed() : files, way);
      expect(tree).toBe(expected);
      expect(written).toBe(9000 + 64 + 2);
      expect(await git(store.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
      for (const pack of packs()) {
        const path = join(store.dir, 'objects', 'pack', pack);
        const index = join(scratch.dir, `${pack}.idx`);
        await git(store.dir, ['index-pack', '--strict', '-o', index, path]);
        expect(readFileSync(index).equals(readFileSync(path.replace(/pack$/, 'idx')))).toBe(true);
        if (way.packBytes !== undefined) expect(statSync(path).size).toBeLessThan(way.packBytes + 1_500_000);
      }
      expect(packs().length > 1).toBe(way.packBytes !== undefined);
      expect(leftovers()).toEqual([]);
      expect(await git(store.dir, ['count-objects'])).toMatch(/^0 objects/);
    }
  });

  it('holds records of any size, the same content once', async () => {
    const files: Files = [
      ['a/empty.toml', ''],
      ['a/large.toml', 'x'.repeat(5_000_000)],
      ['a/umlauts.toml', 'ü'.repeat(700_000)],
      ['a/same-1.toml', 'same'],
      ['a/same-2.toml', 'same'],
    ];
    const { tree, written } = await write(files, { jobs: 2 });
    expect(tree).toBe(treeByGit(files));
    expect(written).toBe(4 + 2);
    expect(await git(store.dir, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  it('writes nothing that its base has, and only what has changed', async () => {
    const files = many(2000);
    const first = await write(files);
    const before = packs();
    const again = await write(files, { base: first.tree });
    expect(again).toEqual({ tree: first.tree, written: 0 });
    expect(packs()).toEqual(before);
    const changed: Files = [...files.slice(1), [files[0]![0], 'n = "new"\n']];
    const next = await write(changed, { base: first.tree });
    expect(next.written).toBe(1 + 3);
    expect(next.tree).toBe(treeByGit(changed));
  });

  it('refuses the same path twice, and a file that is a directory too', async () => {
    await expect(
      write([
        ['a/1.toml', '1'],
        ['a/1.toml', '2'],
      ]),
    ).rejects.toMatchObject({
      code: 'path-written-twice',
      data: { path: 'a/1.toml' },
    });
    await expect(
      write([
        ['a/ü', '1'],
        ['a/ü/2.toml', '2'],
      ]),
    ).rejects.toMatchObject({
      code: 'path-written-twice',
      data: { path: 'a/ü' },
    });
    expect(leftovers()).toEqual([]);
  });

  it('names directories of more than 5,000 entries', async () => {
    const writer = await store.writeTree();
    for (let i = 0; i < 5001; i++) writer.put(`crowded/${i}.toml`, 'x = 1\n');
    for (let i = 0; i < 5000; i++) writer.put(`full/${i}.toml`, 'x = 1\n');
    for (let i = 0; i < 5001; i++) writer.put(`shards/${i % 2}/${i}.toml`, 'x = 1\n');
    await writer.finish();
    expect(writer.crowded).toEqual([{ dir: 'crowded', entries: 5001 }]);
  });

  it('is empty where nothing was put', async () => {
    expect((await write([])).tree).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  });
});

describe('faults while writing', () => {
  it('leave nothing behind when writing is stopped half-way', async () => {
    const writer = await store.writeTree({ jobs: 2 });
    for (const [path, content] of many(5000)) if (writer.put(path, content)) await writer.drained();
    // The pack, and where its objects are.
    expect(leftovers()).toHaveLength(2);
    await writer.abort();
    expect([...leftovers(), ...packs()]).toEqual([]);
  });

  it('remove what a killed process left, and nothing of one that lives', async () => {
    const dir = join(store.dir, 'objects', 'pack');
    mkdirSync(dir, { recursive: true });
    const dead = spawnSync('true').pid;
    const host = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-');
    writeFileSync(join(dir, `tmp_pack_cutover_${host}_${dead}_a`), 'PACK');
    writeFileSync(join(dir, `tmp_pack_cutover_${host}_${process.pid}_b`), 'PACK');
    writeFileSync(join(dir, 'tmp_pack_cutover_elsewhere_1_c'), 'PACK');
    writeFileSync(join(dir, 'tmp_pack_cutover_elsewhere_1_old'), 'PACK');
    utimesSync(join(dir, 'tmp_pack_cutover_elsewhere_1_old'), 1, 1);
    await write([['a/1.toml', '1']]);
    expect(leftovers().map((name) => name.at(-1))).toEqual(['c', 'b']);
  });

  it('name the repository and what to do where a file cannot grow', async () => {
    const script = `
      import { openPublicStore } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).pathname)};
      process.on('SIGXFSZ', () => undefined);
      const store = await openPublicStore(process.argv.at(-1)!);
      const writer = await store.writeTree({ jobs: 2, compression: 'stored' });
      try {
        for (let i = 0; i < 20_000; i++)
          if (writer.put('a/' + i + '.toml', String(i).repeat(100))) await writer.drained();
        await writer.finish();
      } catch (error) {
        await writer.abort();
        console.log((error as { code: string }).code);
      }`;
    const file = join(scratch.dir, 'grow.mts');
    writeFileSync(file, script);
    const tsx = new URL('../../../node_modules/.bin/tsx', import.meta.url).pathname;
    const run = spawnSync('bash', ['-c', `ulimit -f 2000; exec "$0" "$@"`, tsx, file, store.dir], {
      encoding: 'utf8',
    });
    expect([run.stdout.trim(), run.stderr.includes('Error')]).toEqual(['disk-full', false]);
    expect([...leftovers(), ...packs()]).toEqual([]);
  });
});

describe('a writer that is stopped', () => {
  it('is waited for to its end, though results of a thread come in meanwhile', () => {
    const script = new URL('./stop-packing.ts', import.meta.url).pathname;
    const run = spawnSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' });
    expect([run.status, run.stdout, run.stderr]).toEqual([0, 'stopped\n', '']);
  });
});

describe('the deflater', () => {
  it('gives what zlib reads back, object after object, and says when there is no room', () => {
    const deflate = makeDeflater('default');
    const target = Buffer.alloc(10_000);
    for (const text of ['', 'a', 'abc'.repeat(1000), 'ü'.repeat(4000), 'a']) {
      const size = deflate(Buffer.from(text), target, 7);
      expect(inflateSync(target.subarray(7, 7 + size)).toString()).toBe(text);
    }
    const noise = Buffer.from([...Array(300).keys()].map((i) => (i * 7919) % 251));
    expect(deflate(noise, Buffer.alloc(40), 0)).toBe(-1);
  });
});
