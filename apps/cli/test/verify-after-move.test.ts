import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover, type Ran } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];

beforeAll(async () => {
  scratch = await scratchDir();
  stores = [
    '--public',
    join(scratch.dir, 'public.git'),
    '--private',
    `file://${join(scratch.dir, 'private')}`,
  ];
  const waivers = ['--waivers', fileURLToPath(sampleWaivers)];
  await run('import', '--quiet', '--dump', fileURLToPath(smallSampleDump), ...waivers, ...stores);
});
afterAll(() => scratch.remove());

const run = (...args: string[]): Promise<Ran> => cutover(args, { cwd: scratch.dir });
const outcomes = ({ stdout }: Ran) =>
  (JSON.parse(stdout) as Report).checks.map(({ id, outcome }) => [id, outcome]);

it('walks the account paths on a copy, and leaves nothing behind', async () => {
  const ran = await run('verify', 'accounts', '--json', '--public', stores[1]!);
  expect([ran.code, outcomes(ran)]).toEqual([
    0,
    [
      ['account-email', 'holds'],
      ['account-password', 'holds'],
      ['account-review', 'holds'],
    ],
  ]);
  expect(readdirSync(join(scratch.dir, '.cutover')).filter((name) => name.startsWith('accounts-'))).toEqual(
    [],
  );
});

it('looks at what is left over, and makes nothing unless it is told to', async () => {
  const branch = ['--branch', 'legacy-import'];
  const ran = await run('verify', 'after-move', '--json', ...stores, ...branch);
  expect([ran.code, outcomes(ran)]).toEqual([
    0,
    [
      ['after-replays', 'holds'],
      ['after-stuck', 'holds'],
    ],
  ]);
  const refused = await run(
    'verify',
    'after-move',
    ...stores,
    ...branch,
    '--target',
    'http://127.0.0.1:9',
    '--sign-in',
    'x',
  );
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('--yes')]);
});
