import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { openPrivateStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];

beforeAll(async () => {
  scratch = await scratchDir();
  const privateDir = join(scratch.dir, 'private');
  stores = ['--public', join(scratch.dir, 'public.git'), '--private', `file://${privateDir}`];
  const dump = ['--dump', fileURLToPath(sampleDump), '--waivers', fileURLToPath(sampleWaivers)];
  expect((await cutover(['import', '--branch', 'main', ...dump, ...stores])).code).toBe(0);
});
afterAll(() => scratch.remove());

interface Group {
  readonly accounts: number;
  readonly states: Readonly<Record<string, number>>;
}

describe('cutover coverage', () => {
  it('nobody has come after an import; then somebody has', async () => {
    const before = await cutover(['coverage', ...stores]);
    expect([before.code, before.stdout]).toEqual([
      0,
      expect.stringMatching(/active 365 days[\s\S]*linked +0 [\s\S]*nobody has come yet/) as string,
    ]);
    const store = await openPrivateStore(join(scratch.dir, 'private'));
    let person = '';
    for await (const { id } of store.read('legacy-passwords')) person ||= id;
    await store.update('profiles', person, (record) => ({
      ...record!,
      githubUserId: '1',
      claimedAt: new Date().toISOString(),
    }));
    const html = join(scratch.dir, 'coverage.html');
    const after = await cutover(['coverage', ...stores, '--json', '--html', html]);
    const { groups, weeks } = JSON.parse(after.stdout) as { groups: Group[]; weeks: { came: number }[] };
    expect(groups.map(({ states }) => states['linked'])).toEqual([1, 1, 1, 1]);
    expect(weeks.map(({ came }) => came)).toEqual([1]);
    expect(readFileSync(html, 'utf8')).toContain('How far people have come');
    expect(statSync(html).mode & 0o077).toBe(0);
  });

  it.each([
    ['a branch that is not there', ['--branch', 'none'], 64, /--branch/],
    ['a page that cannot be written', ['--html', '/nowhere/x.html'], 7, /nowhere/],
    ['a moment that is none', ['--as-of', 'soon'], 64, /as-of/],
  ])('%s is named', async (_what, args, code, message) => {
    const ran = await cutover(['coverage', ...stores, ...args]);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message) as string]);
  });
});
