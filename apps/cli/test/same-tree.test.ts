import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

const sample = fileURLToPath(sampleDump);
let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const places: Record<string, { env?: Record<string, string>; more?: string[]; stdin?: boolean }> = {
  'in UTC, one thread': { env: { TZ: 'UTC', LC_ALL: 'C' }, more: ['--jobs', '1'] },
  'in Turkish, east of UTC, three threads': {
    env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
    more: ['--jobs', '3'],
  },
  'west of UTC, from a pipe': { env: { TZ: 'Pacific/Marquesas', LC_ALL: 'de_DE.UTF-8' }, stdin: true },
};

/**
 * The tree of the sample, on every machine and version of node that these tests run on. It changes with the sample,
 * with the profile, and with the form of a record, and with nothing else.
 */
const treeOfSample = '4fb3206a194d6e29ef81630a778f3ecb72854f18';

/** The last of the commits that its past is. It changes besides with the sample's tables of earlier states. */
const pastOfSample = '03fb1b49c7018268c40b744ad9017f7b0cad9878';

/** Whole processes, because locale and time zone are read when one starts. */
it('makes the same tree and the same past of the same dump in any locale and time zone, from a file or a pipe', async () => {
  const made: string[][] = [];
  for (const [i, [place, { env, more = [], stdin }]] of Object.entries(places).entries()) {
    const ran = await cutover(
      [
        ...['import', '--history', '--json', '--quiet', '--dump', stdin === true ? '-' : sample, ...more],
        ...['--waivers', fileURLToPath(sampleWaivers), '--state-dir', join(scratch.dir, `${i}-state`)],
        ...['--public', join(scratch.dir, `${i}.git`), '--private', join(scratch.dir, `${i}-private`)],
      ],
      { ...(env && { env }), ...(stdin === true && { input: readFileSync(sample) }) },
    );
    expect([place, ran.code, ran.stderr]).toEqual([place, 0, '']);
    const { details } = JSON.parse(ran.stdout) as {
      details: { tree: string; history: { commit: string } };
    };
    made.push([details.tree, details.history.commit]);
  }
  expect(made).toEqual(made.map(() => [treeOfSample, pastOfSample]));
});
