import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirEntries } from '../src/public/pack/dir-entries.ts';
import { SpillFile } from '../src/public/pack/spill-file.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let path: string;
beforeEach(async () => {
  scratch = await scratchDir();
  path = join(scratch.dir, 'spill');
});
afterEach(() => scratch.remove());

const nameOf = (i: number): string => (i % 7 === 0 ? `ü${'x'.repeat(i % 300)}${i}` : `name-${i}.toml`);

describe('entries of directories', () => {
  it('come back from memory and from the file, each directory with its own, byte for byte', () => {
    const spill = new SpillFile(path);
    const dirs = [new DirEntries(), new DirEntries(), new DirEntries()];
    for (let i = 0; i < 2000; i++) dirs[i % 2]!.add(nameOf(i), i * 1_000_003, spill);
    dirs[2]!.add('long '.repeat(3000), 5, spill);
    expect(existsSync(path)).toBe(true);
    for (const [which, dir] of dirs.slice(0, 2).entries()) {
      const found: string[] = [];
      dir.read(spill, (name, place) => found.push(`${place} ${Buffer.from(name, 'latin1').toString()}`));
      const wanted = Array.from({ length: 1000 }, (_, i) => i * 2 + which);
      expect(found).toEqual(wanted.map((i) => `${i * 1_000_003} ${nameOf(i)}`));
    }
    const long: string[] = [];
    dirs[2]!.read(spill, (name) => long.push(name));
    expect(long).toEqual(['long '.repeat(3000)]);
    spill.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('of small directories make no file', () => {
    const spill = new SpillFile(path);
    const dir = new DirEntries();
    dir.add('one', 1, spill);
    spill.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('that cannot be written are a coded fault', () => {
    const dir = new DirEntries();
    const spill = new SpillFile(join(scratch.dir, 'nowhere', 'spill'));
    expect(() => {
      for (let i = 0; i < 1000; i++) dir.add(nameOf(i), i, spill);
    }).toThrow(expect.objectContaining({ code: 'pack-unwritable' }) as Error);
  });
});
