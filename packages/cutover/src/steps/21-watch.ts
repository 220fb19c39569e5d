import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import { type RunContext, targetOf } from '../context.ts';
import { watchSite } from '../site/watch-site.ts';
import { lookForNewWrites, noSite, siteOf } from '../parts.ts';

/** Watches the new system for the window after the flip, and gives a verdict. */
export const watchStep: Step<RunContext> = {
  id: '21-watch',
  title: 'Watch the new system before it is opened',
  needs: ['14-deploy'],
  phase: 'T-0',
  budgetMs: 4 * hour,
  budgetFor: (context) => (siteOf(context)?.file.watch.window ?? 0) + hour,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context, tools) => {
    const site = siteOf(context);
    if (site === undefined) return noSite;
    const { url } = await targetOf(context);
    const checks = await watchSite(context, tools, url, site.file.watch);
    await lookForNewWrites(context, tools);
    return checks;
  },
};
