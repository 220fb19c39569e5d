import type { Step } from '@cutover/runs';
import { checkHealth } from '@cutover/verify';
import type { RunContext } from '../context.ts';
import { minute } from '../budgets.ts';

/** Boots the new system on the imported stores, or takes the one that is there. */
export const bootStep: Step<RunContext> = {
  id: '14-deploy',
  title: 'Boot the new system on what was imported',
  needs: ['12-merge'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Stop the new system',
    run: async (context) => {
      await context.target?.stop();
      delete context.target;
    },
  },
  run: async (context) => {
    const { targetUrl, boot, into } = context.options;
    context.target =
      targetUrl === undefined
        ? await boot({ publicDir: context.publicDir, privateUrl: context.privateDir, branch: into })
        : { url: targetUrl, stop: () => Promise.resolve() };
    return [await checkHealth(context.target.url)];
  },
};
