import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { RunContext } from './context.ts';
import { newSideOf, newSideState, siteOf } from './parts.ts';
import { sayWayBack } from './way-back/detector.ts';

/**
 * Before anything is taken back: where the new side has something that no import brought, it is written out, so that
 * going back loses nothing that legacy can express. Throws CutoverError `nothing-to-carry-with` where there is
 * such a write and nothing that could carry it.
 */
export async function carryBackFirst(context: RunContext, loseNewSide: boolean): Promise<void> {
  const state = await newSideState(context);
  if (state === undefined || state.verdict === 'none' || loseNewSide) return;
  const side = newSideOf(context);
  const wayBack = siteOf(context)?.wayBack;
  if (wayBack === undefined || side === undefined)
    throw new CutoverError('nothing-to-carry-with', sayWayBack(state), {
      next: 'save both stores, then roll back with --lose-new-side to say that what was written since is given up',
      data: { verdict: state.verdict, writes: state.writes, persons: state.persons.length },
      exitCode: exitCodes.unknown,
    });
  const dir = join(context.dir, 'carry-back');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const checks = await wayBack.writeCarryBack(side, dir);
  await writeFile(join(dir, 'checks.json'), `${JSON.stringify(checks, null, 2)}\n`, { mode: 0o600 });
}
