import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import { type RunContext, targetOf } from '../context.ts';
import { watchHealth } from '../site/watch-health.ts';
import { lookForNewWrites, noSite, secondsOf, siteOf } from '../parts.ts';

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
    const { window, interval } = site.file.watch;
    const { url } = await targetOf(context);
    const watch = site.watch ?? watchHealth;
    const checks = await watch({
      url,
      windowMs: window,
      intervalMs: interval,
      onProgress: secondsOf(context, 'seconds watched'),
      signal: tools.signal,
      pause: tools.pause,
    });
    await lookForNewWrites(context, tools);
    return checks;
  },
};
