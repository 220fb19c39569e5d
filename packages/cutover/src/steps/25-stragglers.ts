import { concludeCheck } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { day } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import { countStragglers } from '../site/callers.ts';
import { noSite, siteOf, waitForDay } from '../parts.ts';

/** At the end of the redirect window: who still comes by old addresses. */
export const stragglersStep: Step<RunContext> = {
  id: '25-stragglers',
  title: 'Look for those who still come by old addresses, as the redirects end',
  needs: [],
  phase: 'T+90',
  budgetMs: 100 * day,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context, tools) => {
    const site = siteOf(context);
    if (site === undefined) return noSite;
    const { stragglers, calendar } = site.file;
    if (stragglers === undefined) return { notExercised: 'the run file names no logs of the new site' };
    await waitForDay(context, tools, calendar.redirects, 'the end of the redirects has come');
    const { hits, days, lines, top } = await countStragglers(stragglers.logs);
    const perDay = days === 0 ? 0 : hits / days;
    return [
      concludeCheck({
        id: 'stragglers',
        title: 'Next to nobody comes by old addresses any more',
        looked: lines,
        expected: `at most ${stragglers.perDay} a day`,
        actual: `${perDay.toFixed(1)} a day`,
        findings:
          perDay <= stragglers.perDay
            ? []
            : [
                {
                  code: 'stragglers',
                  message: `${hits} requests in ${days} days came by old addresses, most by ${top[0]?.[0] ?? '?'}`,
                  next: 'keep the redirects, write to whoever links there, and look again: cutover resume',
                },
              ],
        evidence: { top },
      }),
    ];
  },
};
