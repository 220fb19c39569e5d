import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { git, openPrivateStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let dir: string;
let made = 0;
const dump = fileURLToPath(smallSampleDump);
const storesIn = (folder: string) => [
  '--public',
  join(folder, 'public.git'),
  '--private',
  join(folder, 'private'),
  '--state-dir',
  join(folder, 'state'),
];

beforeAll(async () => {
  scratch = await scratchDir();
  const args = ['--branch', 'main', '--dump', dump, '--waivers', fileURLToPath(sampleWaivers)];
  expect((await cutover(['import', ...args, ...storesIn(join(scratch.dir, '0'))])).code).toBe(0);
});
afterAll(() => scratch.remove());
beforeEach(async () => {
  dir = join(scratch.dir, String(++made));
  await cp(join(scratch.dir, '0'), dir, { recursive: true, preserveTimestamps: true });
});

async function passwords(): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  const store = await openPrivateStore(join(dir, 'private'));
  for await (const { id, hash } of store.read('legacy-passwords')) found.set(id, hash);
  return found;
}

describe('cutover purge-passwords', () => {
  const purge = (...args: string[]) => cutover(['purge-passwords', ...storesIn(dir), ...args]);

  it('refuses before the day and while people can be told; then says what it would do; then does it', async () => {
    const early = await purge('--yes');
    expect([early.code, early.stderr]).toEqual([
      3,
      expect.stringMatching(/180 days after.*purge-too-early/s),
    ]);
    const untold = await purge('--as-of', '2050-01-01');
    expect([untold.code, untold.stderr]).toEqual([3, expect.stringContaining('purge-not-told')]);
    const told = join(dir, 'told');
    writeFileSync(told, [...(await passwords()).keys()].join('\n'));
    const dry = await purge('--told', told, '--early', '--look-in', dump);
    expect([dry.code, dry.stdout]).toEqual([1, expect.stringMatching(/laddr-small.sql: .* of them/)]);
    const hashes = [...(await passwords()).values()];
    expect(hashes.length).toBeGreaterThan(50);
    const real = await purge('--told', told, '--early', '--yes', '--json');
    expect(real.code).toBe(0);
    expect(JSON.parse(real.stdout)).toMatchObject({ dryRun: false, purged: hashes.length, stillThere: 0 });
    for (const hash of hashes.slice(0, 50)) expect(real.stdout + real.stderr).not.toContain(hash);
    expect((await passwords()).size).toBe(0);
    const again = await purge('--told', told, '--early', '--yes');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('removed 0 passwords')]);
  });

  it.each([
    ['a rehearsed date with --yes', ['--as-of', '2050-01-01', '--yes'], 64, /purge-usage/],
    ['a branch that is not there', ['--branch', 'none'], 64, /branch/],
    ['a list that is not there', ['--told', '/nowhere'], 64, /nowhere/],
    ['a place that is not there', ['--early', '--look-in', '/nowhere'], 3, /purge-not-told/],
  ])('%s is named', async (_what, args, code, message) => {
    const ran = await purge(...args);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message) as string]);
  });
});

describe('cutover erase', () => {
  const erase = (...args: string[]) => cutover(['erase', ...storesIn(dir), ...args]);

  it('says what it would do, does it, and writes a certificate that names nobody', async () => {
    const store = await openPrivateStore(join(dir, 'private'));
    let person = { id: '', email: '' };
    for await (const { id, email } of store.read('profiles'))
      if (typeof email === 'string' && email.includes('@')) person = { id, email };
    const dry = await erase('--person', person.id);
    expect([dry.code, dry.stdout]).toEqual([
      0,
      expect.stringMatching(/1 people would be erased[\s\S]*git filter-repo/),
    ]);
    const notes = join(dir, 'notes.txt');
    writeFileSync(notes, `called ${person.email.toUpperCase()}`);
    const certificate = join(dir, 'certificate.json');
    const real = await erase(
      '--person',
      person.id,
      '--yes',
      '--certificate',
      certificate,
      '--look-in',
      notes,
    );
    expect([real.code, real.stdout]).toEqual([1, expect.stringContaining(notes)]);
    expect(readFileSync(certificate, 'utf8')).not.toMatch(new RegExp(`${person.id}|${person.email}`, 'i'));
    await expect(git(join(dir, 'public.git'), ['grep', '-q', person.id, 'main'])).rejects.toThrow();
    const after = await openPrivateStore(join(dir, 'private'));
    for await (const { id } of after.read('profiles')) expect(id).not.toBe(person.id);
  });

  it.each([
    ['nobody', ['--person', 'people/424242'], 64, /nobody-to-erase/],
    ['what is no id', ['--person', 'bob'], 64, /erase-usage/],
  ])('%s is named', async (_what, args, code, message) => {
    const ran = await erase(...args);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message) as string]);
  });
});
