import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { RunContext } from './context.ts';
import { newSideOf, newSideState, siteOf } from './parts.ts';
import { sayWayBack, type WayBackState } from './way-back/detector.ts';

const folderOf = ({ dir }: RunContext): string => join(dir, 'carry-back');

/**
 * Where the new side has something that no import brought, it is written into the run's folder, so that going back
 * loses nothing that legacy can express, and what it cannot is said. Throws CutoverError `nothing-to-carry-with` where
 * there is such a write and it cannot be carried, or where nobody can tell.
 */
export async function carryBackFirst(context: RunContext): Promise<void> {
  if (context.loseNewSide === true) return;
  const state = await newSideState(context);
  if (state === undefined || state.verdict === 'none') return;
  await carry(context, state);
}

/**
 * The same once more, right before the served branch is put back: until the new side was taken down, people could
 * write. A way back that goes on after a crash has no baseline any more where the flip was taken back before it.
 */
export async function carryBackLast(context: RunContext): Promise<void> {
  if (context.loseNewSide === true) return;
  const began = await stat(folderOf(context)).then(
    () => true,
    () => false,
  );
  if (began) await carry(context, await newSideState(context));
  else await carryBackFirst(context);
}

async function carry(context: RunContext, state: WayBackState | undefined): Promise<void> {
  const side = newSideOf(context);
  const wayBack = siteOf(context)?.wayBack;
  if (wayBack === undefined || side === undefined) throw refusal(state);
  if (state?.verdict === 'unknown') throw refusal(state, state.couldNotTell);
  const dir = folderOf(context);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    context.carriedBack = await wayBack.writeCarryBack(side, dir);
    const checks = `${JSON.stringify(context.carriedBack.checks, null, 2)}\n`;
    await writeFile(join(dir, 'checks.json'), checks, { mode: 0o600 });
  } catch (cause) {
    throw refusal(state, cause);
  }
}

function refusal(state: WayBackState | undefined, cause?: unknown): CutoverError {
  const what = state === undefined ? 'the new side was written to' : sayWayBack(state);
  const why = typeof cause === 'string' ? cause : cause === undefined ? undefined : messageOf(cause);
  const mend = cause instanceof CutoverError ? `${cause.next}; or ` : '';
  return new CutoverError(
    'nothing-to-carry-with',
    why === undefined ? what : `${what}; it cannot be carried: ${why}`,
    {
      next: `${mend}save both stores, then roll back with --lose-new-side to say that what was written since is given up`,
      ...(state === undefined
        ? {}
        : { data: { verdict: state.verdict, writes: state.writes, persons: state.persons.length } }),
      ...(cause === undefined ? {} : { cause }),
      exitCode: exitCodes.unknown,
    },
  );
}
