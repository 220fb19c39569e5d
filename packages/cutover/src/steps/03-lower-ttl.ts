import type { Step } from '@cutover/runs';
import { minute } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import { kept, momentOf, runHook, undoHook } from '../parts.ts';

/** Shortens how long resolvers remember the old addresses, a week before they change. */
export const lowerTtlStep: Step<RunContext> = {
  id: '03-lower-ttl',
  title: 'Lower the TTL of the name that will move',
  needs: ['01-preflight'],
  phase: 'T-7',
  budgetMs: 10 * minute,
  retry: { attempts: 3, pauseMs: 2000 },
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Give the name its old TTL back',
    run: (context, tools) => undoHook(context, tools, '03-lower-ttl', 'lower-ttl'),
  },
  run: async (context, tools) => {
    const found = await runHook(context, tools, '03-lower-ttl', 'lower-ttl');
    if ('notExercised' in found) return found;
    context.ttlLoweredMs = await momentOf(tools, 'lowered');
    return kept([found], context.ttlLoweredMs);
  },
  restore: (context, at) => {
    context.ttlLoweredMs = at as number;
    return Promise.resolve();
  },
};
