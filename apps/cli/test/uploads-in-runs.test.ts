import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { sampleWaivers, smallSampleDump } from '@cutover/laddr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type QuickSite, quickSite } from './quick-site.ts';
import type { Ran } from './run.ts';

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-uploads-');
});
afterEach(() => site.remove());

const waivers = ['--waivers', fileURLToPath(sampleWaivers)];
const dump = ['--dump', fileURLToPath(smallSampleDump)];

/** A file for each upload of the sample; gives how many. */
function writeUploads(): number {
  const text = readFileSync(fileURLToPath(smallSampleDump), 'utf8');
  const rows = text.slice(text.indexOf('INSERT INTO `media` VALUES')).split(';\n', 1)[0]!;
  const ids = [...rows.matchAll(/^\s*\(?\((\d+),/gm)].map(([, id]) => id!);
  mkdirSync(site.at('uploads'));
  for (const id of ids) writeFileSync(join(site.at('uploads'), id), `upload ${id}`);
  return ids.length;
}

const reportOf = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;
const checkOf = (ran: Ran, id: string) => reportOf(ran).checks.find((check) => check.id === id);

describe('uploads', () => {
  it('are taken over by a rehearsal, and by its second import, which changes nothing', async () => {
    const count = writeUploads();
    expect(count).toBeGreaterThan(20);
    const ran = await site.cli([
      'dry-run',
      ...dump,
      ...waivers,
      '--files',
      'uploads',
      '--sample',
      '50',
      '--json',
    ]);
    expect([ran.code, reportOf(ran).outcome]).toEqual([0, 'holds']);
    expect(checkOf(ran, 'preflight-files')).toMatchObject({ outcome: 'holds', actual: 'uploads' });
    expect(checkOf(ran, 'files')!.looked).toBeGreaterThan(20);
    expect(checkOf(ran, 'second-import')).toMatchObject({ outcome: 'holds' });
  });

  it('are looked for where the run file says, before anything is written', async () => {
    site.write({ more: '[files]\nfolder = "uploads"' });
    const rehearse = ['dry-run', '--config', 'cutover.toml', '--until', '10-import', '--json'];
    const without = await site.cli(rehearse);
    expect(without.code).toBe(3);
    expect(checkOf(without, 'preflight-files')).toMatchObject({
      outcome: 'fails',
      findings: [{ code: 'files-missing' }],
    });
    writeUploads();
    const ran = await site.cli(rehearse);
    expect(ran.code).toBe(0);
    expect(checkOf(ran, 'files')).toMatchObject({ outcome: 'holds' });
  });

  it('that an import took over are not taken away by a run whose file says nothing of them', async () => {
    writeUploads();
    const stores = ['--public', 'public.git', '--private', 'private'];
    const imported = await site.cli(['import', ...dump, ...waivers, ...stores, '--files', 'uploads']);
    expect(imported.code).toBe(0);
    const counts = ['verify', 'counts', ...dump, '--public', 'public.git'];
    expect((await site.cli(counts)).stderr).toContain('took uploads over, and none are given');
    for (const more of [
      ['--private', 'private'],
      ['--files', 'uploads'],
    ])
      expect((await site.cli([...counts, ...more])).code).toBe(0);
    const ran = await site.cli(['dry-run', '--config', 'cutover.toml', '--until', '10-import', '--json']);
    expect(ran.code).toBe(3);
    expect(checkOf(ran, 'preflight-files')).toMatchObject({
      outcome: 'fails',
      findings: [{ code: 'files-not-given' }],
    });
  });
});
