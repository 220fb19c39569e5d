import { CutoverError, exitCodes } from '@cutover/core';
import { planHash, rehearsedSteps } from '@cutover/runs';
import { noSite } from './parts.ts';
import { cutoverPlan } from './plan.ts';

/** How often the plan has to have been gone through with everything holding, before it is gone through for real. */
const wanted = 2;

/**
 * Throws CutoverError `not-rehearsed` unless rehearsals of this very plan (its hash), with a run file, have held as
 * a whole twice. Steps that only a person can do, or that come after the night, need no rehearsal.
 */
export async function assertRehearsed(stateDir: string): Promise<void> {
  const steps = await rehearsedSteps(
    stateDir,
    planHash(cutoverPlan),
    (reason) => reason !== noSite.notExercised,
  );
  const night = cutoverPlan.steps.filter(({ phase, hand }) => phase.startsWith('T-') && hand === undefined);
  const short = night.filter(({ id }) => (steps.get(id) ?? 0) < wanted).map(({ id }) => id);
  if (short.length === 0) return;
  const rehearsals = Math.min(...night.map(({ id }) => steps.get(id) ?? 0));
  const which = short.length === night.length ? '' : `; too seldom: ${short.join(', ')}`;
  throw new CutoverError(
    'not-rehearsed',
    `this plan has held in ${rehearsals} whole rehearsals, it has to hold in ${wanted} with the run file${which}`,
    {
      next: 'rehearse it with cutover dry-run --config, or say --unrehearsed, which the report then says loudly',
      data: { rehearsals, short },
      exitCode: exitCodes.usage,
    },
  );
}
