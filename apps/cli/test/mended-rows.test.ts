import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Report } from '@cutover/core';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { git } from '@cutover/stores';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type QuickSite, quickSite } from './quick-site.ts';
import type { Ran } from './run.ts';

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-mended-');
  const dump = readFileSync(fileURLToPath(smallSampleDump), 'latin1');
  const broken = dump.replace(`'Emergence\\\\CMS\\\\AbstractContent',102,'c0ffee104'`, (row) =>
    row.replace('102', '2000000001'),
  );
  expect(broken).not.toBe(dump);
  writeFileSync(site.at('legacy.sql'), broken, 'latin1');
});
afterEach(() => site.remove());

const stores = ['--public', 'public.git', '--private', 'private'];
const input = ['--dump', 'legacy.sql'];
const waived = ['--waivers', fileURLToPath(sampleWaivers)];
const mended = ['--quarantine', 'mended.ndjson'];

const checkOf = ({ stdout }: Ran, id: string) =>
  (JSON.parse(stdout) as Report).checks.find((check) => check.id === id);
const importWith = (...more: string[]): Promise<Ran> =>
  site.cli(['import', '--json', ...input, ...waived, ...stores, ...more]);
const head = async (): Promise<string> => git(site.at('public.git'), ['rev-parse', 'legacy-import']);

/** Imports, and mends the row that is not waived. */
async function mend(): Promise<void> {
  expect(checkOf(await importWith(), 'quarantine')).toMatchObject({ outcome: 'fails' });
  const [kept] = readdirSync(site.at('private/quarantine'));
  const lines = gunzipSync(readFileSync(join(site.at('private/quarantine'), kept!)))
    .toString()
    .split('\n');
  const line = lines.find((text) => text.includes('"comments/104"'))!;
  expect(line).toContain('2000000001');
  writeFileSync(site.at('mended.ndjson'), line.replace('2000000001', '102'));
}

it('mended rows stay with every import after, or are given up by name', async () => {
  await mend();
  const imported = await importWith(...mended);
  expect([imported.code, checkOf(imported, 'corrections')!.outcome]).toEqual([0, 'holds']);
  const [before, without] = [await head(), await importWith()];
  expect([without.code, await head()]).toEqual([3, before]);
  expect(without.stdout + without.stderr).toContain('corrections-not-given');
  const dry = await importWith('--dry-run');
  expect([dry.code, dry.stdout + dry.stderr]).toEqual([3, expect.stringContaining('corrections-not-given')]);
  expect((await importWith(...mended)).code).toBe(0);
  expect(await head()).toBe(before);
  expect((await importWith(...mended, '--without-quarantine')).code).toBe(64);
  expect(checkOf(await importWith('--without-quarantine'), 'quarantine')!.outcome).toBe('fails');
  expect((await importWith()).code).toBe(1);
  // The dump is mended where it comes from: the tree is the same, and from now on nothing else need be given.
  const again = await importWith(...mended);
  expect(again.code).toBe(0);
  writeFileSync(site.at('legacy.sql'), readFileSync(fileURLToPath(smallSampleDump)));
  const outdated = await importWith(...mended);
  expect([outdated.code, checkOf(outdated, 'corrections')!.findings]).toMatchObject([
    1,
    [{ code: 'correction-outdated', subject: 'comments/104' }],
  ]);
  const own = await importWith('--without-quarantine');
  expect([own.code, (JSON.parse(own.stdout) as Report).details['tree']]).toEqual([
    0,
    (JSON.parse(again.stdout) as Report).details['tree'],
  ]);
  expect((await importWith()).code).toBe(0);
});

it('mended rows are counted, and rehearsed from a run file and without', async () => {
  await mend();
  expect((await importWith(...mended)).code).toBe(0);
  const counts = ['verify', 'counts', ...input, '--public', 'public.git'];
  const refused = await site.cli(counts);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('--quarantine')]);
  expect((await site.cli([...counts, ...mended])).code).toBe(0);
  expect((await site.cli([...counts, '--private', 'private'])).code).toBe(0);
  expect((await site.cli([...counts, '--private', 'private', ...mended])).code).toBe(64);

  const rehearse = ['dry-run', '--config', 'cutover.toml', '--until', '11-counts', '--json'];
  const source = 'dump = ["legacy.sql"]';
  site.write({ source });
  const without = await site.cli(rehearse);
  expect([without.code, checkOf(without, 'preflight-quarantine')!.findings]).toMatchObject([
    3,
    [{ code: 'corrections-not-given' }],
  ]);
  site.write({ source, stores: 'public = "public.git"\nprivate = "private"\nquarantine = "mended.ndjson"' });
  const ran = await site.cli(rehearse);
  expect([ran.code, checkOf(ran, 'preflight-quarantine')]).toMatchObject([
    0,
    { outcome: 'holds', actual: '1 rows' },
  ]);
  expect(checkOf(ran, 'digests')!.outcome).toBe('holds');

  const alone = await site.cli(['dry-run', '--json', '--until', '11-counts', ...input, ...waived, ...mended]);
  expect(alone.code).toBe(0);
  for (const id of ['corrections', 'digests'])
    expect([id, checkOf(alone, id)!.outcome]).toEqual([id, 'holds']);
});
