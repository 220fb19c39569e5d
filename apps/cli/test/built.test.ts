import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = 'node_modules/.cache/cutover';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
const at = (...names: string[]): string => join(scratch.dir, ...names);
const builds = (): string[] => (existsSync(at(cache)) ? readdirSync(at(cache)) : []);
const changed = 'apps/cli/src/commands/abort.ts';

/** A checkout of its own, of which the modules of others are those of this one. */
beforeEach(async () => {
  scratch = await scratchDir('cutover-built-');
  cpSync(join(root, 'package-lock.json'), at('package-lock.json'));
  const others = readdirSync(join(root, 'node_modules')).filter(
    (name) => !['.cache', '@cutover'].includes(name),
  );
  mkdirSync(at('node_modules/@cutover'), { recursive: true });
  for (const name of others) symlinkSync(join(root, 'node_modules', name), at('node_modules', name));
  for (const group of ['apps', 'packages']) {
    for (const name of readdirSync(join(root, group))) {
      const kept = (part: string): boolean => ['src', 'bin', 'package.json'].includes(part);
      for (const part of readdirSync(join(root, group, name)).filter(kept))
        cpSync(join(root, group, name, part), at(group, name, part), { recursive: true });
      symlinkSync(at(group, name), at('node_modules/@cutover', name));
    }
  }
});
afterEach(() => scratch.remove());

/** What a command of that checkout says of itself. */
async function help(env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(process.execPath, [at('apps/cli/bin/cutover.js'), 'abort', '--help'], {
    env: { ...process.env, ...env },
  });
  return stdout;
}

/** Changes the description for another of the same length. */
function describeAs(word: string): void {
  const text = readFileSync(at(changed), 'utf8');
  const other = text.replace(/'\w+( a run at its next safe point)/, `'${word}$1`);
  expect(other).not.toBe(text);
  writeFileSync(at(changed), other);
}

describe('JavaScript that the command makes of itself', () => {
  it('is made by the first start, whole, and started by the next', async () => {
    // What another branch or a file browser leaves there is no package.
    mkdirSync(at('packages/gone/test-results'), { recursive: true });
    writeFileSync(at('packages/.DS_Store'), '');
    const said = await help();
    const [dir, ...more] = builds();
    expect(more).toEqual([]);
    const made = at(cache, dir!);
    const text = readdirSync(made)
      .map((name) => readFileSync(join(made, name), 'utf8'))
      .join('\n');
    // What would be started from the sources has a loader of TypeScript to wait for.
    expect(text).not.toMatch(/new URL\(\s*["'`][^"'`]*\.ts["'`]/);
    expect(text).not.toMatch(/import\.meta\.(url|resolve)|(from|import\() ?"@cutover\//);

    const start = readFileSync(join(made, 'start.mjs'), 'utf8');
    const other = "console.log('started');\n";
    writeFileSync(join(made, 'start.mjs'), other.padEnd(start.length));
    expect(await help()).toBe('started\n');
    expect(await help({ CUTOVER_SOURCES: '1' })).toBe(said);
  });

  it.each(['start.mjs', 'sizes.json'])('is made again where %s has lost what was in it', async (name) => {
    const said = await help();
    const [dir] = builds();
    writeFileSync(at(cache, dir!, name), '');
    const { ino } = statSync(at(cache, dir!));
    expect(await help()).toBe(said);
    expect(builds()).toEqual([dir]);
    // Never removed: another start may be loading from it.
    expect(statSync(at(cache, dir!)).ino).toBe(ino);
    expect(readFileSync(at(cache, dir!, name), 'utf8')).not.toBe('');
  });

  it('is never that of other sources, also where a change leaves their size and time', async () => {
    expect(await help()).toContain('Stop a run at its next safe point');
    describeAs('Ends');
    expect(await help()).toContain('Ends a run at its next safe point');
    const then = new Date('2026-01-01');
    utimesSync(at(changed), then, then);
    expect(await help()).toContain('Ends a run at its next safe point');
    describeAs('Halt');
    utimesSync(at(changed), then, then);
    expect(await help()).toContain('Halt a run at its next safe point');
  });

  it('is made once where several start at once', async () => {
    const said = await Promise.all([help(), help(), help()]);
    expect(new Set(said).size).toBe(1);
    expect(builds()).toHaveLength(1);
    expect(await help()).toBe(said[0]);
  });

  it('is done without where its folder takes no files', async () => {
    writeFileSync(at('node_modules/.cache'), '');
    expect(await help()).toContain('Stop a run at its next safe point');
  });

  it('is not made of sources that are none: what is wrong with them is said', async () => {
    writeFileSync(at(changed), `${readFileSync(at(changed), 'utf8')}\nconst = 1;\n`);
    await expect(help()).rejects.toThrow(changed);
    expect(builds()).toEqual([]);
  });

  it('goes away when nobody has started it for long', async () => {
    await help();
    const [first] = builds();
    const then = new Date(Date.now() - 31 * 24 * 3600_000);
    utimesSync(at(cache, first!), then, then);
    await help();
    describeAs('Ends');
    await help();
    expect(builds()).toHaveLength(2);
    utimesSync(at(cache, first!), then, then);
    describeAs('Halt');
    await help();
    expect(builds()).toHaveLength(2);
    expect(builds()).not.toContain(first);
  });
});
