import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertInside, comparePaths, entryLine, parseEntry, shown } from '../src/tree/entry.ts';
import { scanTree } from '../src/tree/scan.ts';
import { microseconds, secondsOf } from '../src/tree/write.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'cutover-tree-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const part = fc.string({
  unit: fc.constantFrom('a', 'b', '-', '.', '0', 'ÿ', ' '),
  minLength: 1,
  maxLength: 3,
});
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

describe('the order of the walk', () => {
  it('is that of the parts of a path, a folder before what is in it', () => {
    const byParts = (a: string, b: string): number => {
      const [left, right] = [a.split('/'), b.split('/')];
      for (let at = 0; at < Math.min(left.length, right.length); at++)
        if (left[at] !== right[at]) return left[at]! < right[at]! ? -1 : 1;
      return left.length - right.length;
    };
    fc.assert(
      fc.property(path, path, (a, b) => Math.sign(comparePaths(a, b)) === Math.sign(byParts(a, b))),
      { seed: 7, numRuns: 3000 },
    );
  });

  it('is the order in which a folder is read', () => {
    for (const name of ['a-b', 'a', 'a.c', 'b']) mkdirSync(join(dir, name));
    for (const name of ['a/z', 'a-b/a', 'B', 'a/é', 'zz']) writeFileSync(join(dir, name), '');
    const paths = [...scanTree(dir)].map((entry) => entry.path);
    expect(paths).toHaveLength(9);
    expect([...paths].sort(comparePaths)).toEqual(paths);
  });
});

describe('names', () => {
  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/.', '', 'a\0b', 'a/', 'x'.repeat(300)])(
    'refuses %j',
    (name) => {
      expect(() => assertInside(name)).toThrow(/is refused/);
    },
  );

  it('that are no UTF-8 stay what they are, and are shown so that they can be read', () => {
    execFileSync('sh', ['-c', `printf x > "$(printf 'od\\377\\nd')"`], { cwd: dir });
    const [entry] = scanTree(dir);
    expect(entry?.path).toBe('od\xff\nd');
    expect(shown(entry!.path)).toBe('od\\xff\\x0ad');
    expect(parseEntry(entryLine(entry!))).toEqual(entry);
  });
});

describe('what is read', () => {
  it('refuses a pipe by name, unless it is left out', () => {
    execFileSync('mkfifo', [join(dir, 'queue')]);
    expect(() => [...scanTree(dir)]).toThrow(/queue is a named pipe/);
    expect([...scanTree(dir, { exclude: ['queue'] })]).toEqual([]);
  });

  it('takes a folder without what is in it where it is to be started clean', () => {
    mkdirSync(join(dir, 'cache'));
    writeFileSync(join(dir, 'cache/x'), '');
    expect([...scanTree(dir, { empty: ['cache/'] })].map((entry) => entry.path)).toEqual(['cache']);
  });

  it('knows links, further names and sparse files', () => {
    writeFileSync(join(dir, 'a'), 'x');
    symlinkSync('../elsewhere', join(dir, 'c'));
    execFileSync('ln', ['a', 'b'], { cwd: dir });
    execFileSync('truncate', ['-s', '1M', 's'], { cwd: dir });
    const kinds = [...scanTree(dir)].map(({ path, type, link, sparse }) => [path, type, link, sparse]);
    expect(kinds).toEqual([
      ['a', 'f', '', false],
      ['b', 'h', 'a', false],
      ['c', 'l', '../elsewhere', false],
      ['s', 'f', '', true],
    ]);
  });
});

it('times survive to the microsecond, before 1970 too', () => {
  const file = join(dir, 'f');
  writeFileSync(file, '');
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }), (us) => {
      const seconds = secondsOf(`${us}789`);
      utimesSync(file, seconds, seconds);
      return microseconds(String(statSync(file, { bigint: true }).mtimeNs)) === us;
    }),
    { seed: 11, numRuns: 2000 },
  );
});
