import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scratchDir } from '@cutover/testkit';
import { describe, expect, it } from 'vitest';
import { parseSampleArguments } from '../src/sample.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const sample = (...args: string[]) =>
  run('npx', ['tsx', 'scripts/src/sample.ts', ...args], { cwd: root, maxBuffer: 1 << 28 });

describe('arguments of the sample', () => {
  it('have defaults', () => {
    expect(parseSampleArguments([])).toMatchObject({
      options: { people: 1240, seed: 1, tableName: 'tag_items' },
      maker: { name: 'mariadb-dump' },
      out: undefined,
    });
  });

  it.each([
    ['an unknown one', ['--persons', '5']],
    ['a word without a name', ['5']],
    ['a number that is none', ['--people', 'many']],
    ['a number below zero', ['--people=-1']],
    ['a fraction', ['--seed', '1.5']],
    ['an unknown program', ['--maker', 'pg_dump']],
    ['an unknown table', ['--table-name', 'tags']],
    ['a name without a value', ['--out']],
  ])('are refused: %s', (_name, args) => {
    expect(() => parseSampleArguments(args)).toThrow(
      expect.objectContaining({ code: 'usage', exitCode: 64 }),
    );
  });
});

describe('the sample command', () => {
  it('writes the same bytes to a file and to standard output', async () => {
    const { dir, remove } = await scratchDir();
    try {
      const out = join(dir, 'sample.sql');
      await sample('--people', '200', '--out', out);
      const { stdout } = await sample('--people', '200');
      expect(stdout.length).toBeGreaterThan(100_000);
      expect((await readFile(out, 'utf8')) === stdout).toBe(true);
    } finally {
      await remove();
    }
  });

  it('says what to do where it cannot write, and with which arguments it does not', async () => {
    await expect(sample('--out', '/no/such/folder/x.sql')).rejects.toMatchObject({
      code: 7,
      stderr: expect.stringContaining('cannot be written') as string,
    });
    await expect(sample('--people', 'many')).rejects.toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--people many is no whole number') as string,
    });
  });

  it('stops without a word where nobody reads on', async () => {
    const { stdout, stderr } = await run(
      'bash',
      ['-o', 'pipefail', '-c', 'npx tsx scripts/src/sample.ts --people 20000 | head -c 1000'],
      {
        cwd: root,
      },
    );
    expect(stdout.length).toBe(1000);
    expect(stderr.replaceAll(/^npm warn.*\n/gm, '')).toBe('');
  });
});
