import type { Step } from '@cutover/runs';
import { checkHealth } from '@cutover/verify';
import { day } from '../budgets.ts';
import { actsOutside, type RunContext, targetOf } from '../context.ts';
import { lookForNewWrites, runHook, siteOf, undoHook, waitForDay } from '../parts.ts';

const id = '24-raise-ttl';

/** The day after: the new system still answers, and nobody wants a short TTL any more. */
export const raiseTtlStep: Step<RunContext> = {
  id,
  title: 'Give the name a long TTL again, a day later',
  needs: ['14-deploy'],
  phase: 'T+1',
  budgetMs: 2 * day,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Lower the TTL again',
    run: (context, tools) => undoHook(context, tools, id, 'raise-ttl'),
  },
  run: async (context, tools) => {
    await waitForDay(context, tools, 1, 'a day with the new system is over');
    await lookForNewWrites(context, tools);
    const health =
      siteOf(context) !== undefined && actsOutside(context)
        ? [await checkHealth((await targetOf(context)).url)]
        : [];
    if (health.some(({ outcome }) => outcome !== 'holds')) return health;
    const done = await runHook(context, tools, id, 'raise-ttl');
    return 'notExercised' in done ? done : [...health, done];
  },
};
