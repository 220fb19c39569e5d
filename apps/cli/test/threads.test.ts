import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type QuickSite, quickSite } from './quick-site.ts';

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-threads-');
  // A dump that is large enough for threads to be worth while.
  const padding = `-- ${'x'.repeat(1020)}\n`.repeat(5 << 10);
  writeFileSync(site.at('large.sql'), padding + readFileSync(fileURLToPath(sampleDump), 'latin1'), 'latin1');
});
afterEach(() => site.remove());

const dump = ['--dump', 'large.sql'];
const waivers = ['--waivers', fileURLToPath(sampleWaivers)];

describe('threads', () => {
  it('map in every command that imports, which a profile shows that only the first can load: it says so', async () => {
    const laddr = import.meta.resolve('@cutover/laddr');
    writeFileSync(
      site.at('profile.mjs'),
      `export const { laddr } = await import(${JSON.stringify(laddr)});\n`,
    );
    site.write({ top: 'at = 2026-01-01T00:00:00Z\nprofile = "profile.mjs"', source: 'dump = ["large.sql"]' });
    const commands = [
      ['import', '--dry-run', ...dump, ...waivers, '--public', 'new.git', '--private', 'new'],
      ['dry-run', ...dump, ...waivers, '--until', '10-import'],
      ['dry-run', '--config', 'cutover.toml', '--until', '10-import'],
      ['verify', 'counts', ...dump, '--public', 'public.git'],
      ['verify', 'redirects', site.target.url, '--sample', '20', ...dump],
    ];
    const ran = await Promise.all(
      commands.map((args, i) => {
        const profile = args.includes('--config') ? [] : ['--profile', 'profile.mjs'];
        return site.cli([...args, ...profile, '--state-dir', `state-${i}`]);
      }),
    );
    expect(ran.map(({ code }, i) => [commands[i]![0], code])).toEqual([
      ['import', 0],
      ['dry-run', 0],
      ['dry-run', 0],
      // There is no import to verify, and the site that is asked has none of its records.
      ['verify', 1],
      ['verify', 1],
    ]);
    for (const { stderr } of ran) expect(stderr).toContain('one thread maps, as a thread cannot load');
  });

  it('leave a rehearsal with what one thread finds', async () => {
    const alone = await site.cli([
      ...['import', '--dry-run', '--jobs', '1', '--json', '--dump', fileURLToPath(sampleDump), ...waivers],
      ...['--public', 'new.git', '--private', 'new'],
    ]);
    const together = await site.cli([
      ...['dry-run', '--sample', '50', '--until', '15-redirects', '--json', ...dump, ...waivers],
    ]);
    expect([alone.code, together.code]).toEqual([0, 0]);
    const [one, more] = [alone, together].map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(more!.tables).toEqual(one!.tables);
    expect(more!.checks.find(({ id }) => id === 'redirects')).toMatchObject({
      looked: 50,
      evidence: { sampleOf: expect.any(Number) as number },
    });
  });
});
