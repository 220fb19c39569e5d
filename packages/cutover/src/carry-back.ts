import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { RunContext } from './context.ts';
import { newSideOf, siteOf } from './parts.ts';

/**
 * Before anything is taken back: where the new side has something that no import brought, it is written out, so that
 * going back loses nothing that legacy can express. Throws CutoverError `nothing-to-carry-with` where it was opened
 * for people and nothing is there that could carry.
 */
export async function carryBackFirst(context: RunContext, loseNewSide: boolean): Promise<void> {
  const side = newSideOf(context);
  if (side === undefined) return;
  const wayBack = siteOf(context)?.wayBack;
  if (wayBack === undefined) {
    if (side.openedAt === undefined || context.mode !== 'real' || loseNewSide) return;
    throw new CutoverError(
      'nothing-to-carry-with',
      `the new side was open since ${side.openedAt}, and the profile cannot say what legacy would need of it`,
      {
        next: 'save both stores, then roll back with --lose-new-side to say that what was written since is given up',
        exitCode: exitCodes.unknown,
      },
    );
  }
  const found = await wayBack.firstNewSideWrite(side);
  if (found === undefined) return;
  const dir = join(context.dir, 'carry-back');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const checks = await wayBack.writeCarryBack(side, dir);
  await writeFile(join(dir, 'checks.json'), `${JSON.stringify(checks, null, 2)}\n`, { mode: 0o600 });
}
