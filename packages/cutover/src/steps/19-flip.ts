import { CutoverError, exitCodes } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { checkAuthoritative } from '@cutover/verify';
import { hour } from '../budgets.ts';
import { actsOutside, type RunContext } from '../context.ts';
import { again, kept, noSite, runHook, siteOf, undoHook, wayBackOf } from '../parts.ts';
import { takeWayBackBaseline, type WayBackBaseline } from '../way-back/detector.ts';

const id = '19-flip';

/** Leads the public name to the new system, and asks the servers of the zone whether it does. */
export const flipStep: Step<RunContext> = {
  id,
  title: 'Flip the public name to the new system',
  needs: ['14-deploy', '12-merge'],
  phase: 'T-0',
  budgetMs: hour,
  repeatable: true,
  irreversible: 'leads everybody to the new system',
  undo: {
    kind: 'undo',
    title: 'Lead the public name back to the legacy system',
    run: (context, tools) => undoHook(context, tools, id, 'flip'),
  },
  run: async (context, tools) => {
    const dns = siteOf(context)?.file.dns;
    assertFlippable(context);
    await tools.waitWhile('postpone', 'the flip is postponed');
    if (siteOf(context) === undefined) return noSite;
    context.baseline = await tools.effect('baseline', {
      probe: again,
      do: () => takeWayBackBaseline(wayBackOf(context)),
    });
    const done = await runHook(context, tools, id, 'flip');
    if ('notExercised' in done) return done;
    if (dns === undefined || !actsOutside(context)) return kept([done], context.baseline);
    const input = { ...dns, addresses: dns.newAddresses, maxTtlSeconds: dns.lowTtl };
    for (let tries = 1; ; tries++) {
      const told = await checkAuthoritative(input);
      // Secondaries follow a moment later.
      if (told.outcome === 'holds' || tries === 10) return kept([done, told], context.baseline);
      await tools.pause(1000);
    }
  },
  restore: (context, baseline) => {
    context.baseline = baseline as WayBackBaseline;
    return Promise.resolve();
  },
};

/** Throws where a run that has not frozen what it leaves behind would flip. */
function assertFlippable(context: RunContext): void {
  const nothingToFreeze = siteOf(context)?.frozen === undefined || !actsOutside(context);
  if (nothingToFreeze || context.freezeProof !== undefined) return;
  throw new CutoverError('not-frozen', 'nothing proves that the legacy system is frozen', {
    next: 'go back to 08-freeze with cutover rollback --to 07-go-no-go, then cutover resume',
    exitCode: exitCodes.unknown,
  });
}
