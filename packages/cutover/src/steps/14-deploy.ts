import type { Step } from '@cutover/runs';
import { checkHealth } from '@cutover/verify';
import { type RunContext, targetOf } from '../context.ts';
import { runHook, undoHook } from '../parts.ts';
import { minute } from '../budgets.ts';

/** Deploys the new system by a hook; in a rehearsal it is booted on the imported stores, unless one was given. */
export const bootStep: Step<RunContext> = {
  id: '14-deploy',
  title: 'Deploy the new system on what was imported',
  needs: ['12-merge'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Take the new system down',
    run: async (context, tools) => {
      await undoHook(context, tools, '14-deploy', 'deploy');
      await context.target?.stop();
      delete context.target;
    },
  },
  run: async (context, tools) => {
    const hook = await runHook(context, tools, '14-deploy', 'deploy');
    const { url } = await targetOf(context);
    const health = await checkHealth(url);
    return 'notExercised' in hook ? [health] : [hook, health];
  },
};
