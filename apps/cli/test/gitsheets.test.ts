import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { laddr, smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { git, openPublicStore, parseRecord } from '@cutover/stores';
import { describeWith, scratchDir, serviceRoot } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

const run = promisify(execFile);

describeWith('gitsheets', 'git-sheet query, in a checkout of an import', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let checkout: string;
  /** Records by sheet and id, as we read them. */
  const ours = new Map<string, Map<string, unknown>>();

  beforeAll(async () => {
    scratch = await scratchDir();
    const dir = join(scratch.dir, 'public.git');
    const { code } = await cutover([
      ...['import', '--json', '--quiet', '--dump', fileURLToPath(smallSampleDump), '--public', dir],
      ...['--private', join(scratch.dir, 'private'), '--state-dir', join(scratch.dir, 'state')],
      ...['--waivers', fileURLToPath(sampleWaivers)],
    ]);
    expect(code).toBe(0);
    checkout = join(scratch.dir, 'checkout');
    await git(scratch.dir, ['clone', '--quiet', '--branch', 'legacy-import', dir, checkout]);
    for await (const { path, sheet, bytes } of (await openPublicStore(dir)).readRecords('legacy-import')) {
      const record = parseRecord(path, bytes);
      ours.set(sheet, (ours.get(sheet) ?? new Map<string, unknown>()).set(record.id, { ...record }));
    }
  });
  afterAll(() => scratch.remove());

  it.each(laddr.target.sheets.map(({ name }) => name))('reads every record of %s as we do', async (sheet) => {
    const query = join(serviceRoot('gitsheets')!, 'bin', 'git-sheet');
    const { stdout } = await run(query, ['query', sheet], { cwd: checkout, maxBuffer: 1 << 28 });
    const records = JSON.parse(stdout) as { readonly id: string }[];
    expect(records.length).toBe(ours.get(sheet)?.size ?? 0);
    expect(Object.fromEntries(records.map((record) => [record.id, record]))).toEqual(
      Object.fromEntries(ours.get(sheet) ?? []),
    );
  });
});
