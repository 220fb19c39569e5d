import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planHash } from '@cutover/runs';
import { scratchDir } from '@cutover/testkit';
import { expect, it } from 'vitest';
import { assertRehearsed } from '../src/index.ts';
import { cutoverPlan } from '../src/plan.ts';

let runs = 0;

/** The journal of a rehearsal that held after its first `steps` steps; all, where it is not said how many. */
async function rehearsed(stateDir: string, steps?: number): Promise<void> {
  const dir = join(stateDir, 'runs', `2030-${runs++}`);
  await mkdir(dir, { recursive: true });
  const of = { runId: 'r', plan: cutoverPlan.name, planHash: planHash(cutoverPlan), mode: 'rehearsal' };
  const entries = [
    { type: 'run-started', ...of },
    ...cutoverPlan.steps
      .slice(0, steps)
      .map(({ id }) => ({ type: 'step-ended', step: id, outcome: 'holds', durationMs: 1, checks: [] })),
    { type: 'run-ended', outcome: 'holds' },
  ];
  const at = new Date(0).toISOString();
  await writeFile(
    join(dir, 'journal.jsonl'),
    entries.map((entry) => `${JSON.stringify({ at, ...entry })}\n`).join(''),
  );
}

it('a preflight that held is no rehearsal, and two whole ones are enough', async () => {
  const { dir, remove } = await scratchDir();
  await rehearsed(dir, 1);
  await rehearsed(dir, 1);
  await rehearsed(dir, 1);
  await expect(assertRehearsed(dir)).rejects.toMatchObject({
    code: 'not-rehearsed',
    message: expect.stringMatching(/has held in 0 whole rehearsals.*too seldom/) as unknown,
  });
  await rehearsed(dir);
  await expect(assertRehearsed(dir)).rejects.toThrow('has held in 1 whole rehearsals');
  await rehearsed(dir);
  await assertRehearsed(dir);
  await remove();
});
