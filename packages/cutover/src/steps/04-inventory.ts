import { type Check, concludeCheck, type Finding } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { day } from '../budgets.ts';
import { asksPeople, type RunContext } from '../context.ts';
import { type Caller, readCallers } from '../site/callers.ts';
import { noPeople, noSite, siteOf } from '../parts.ts';

const id = '04-inventory';
/** More than a person ticks off one by one: the patterns in the run file take the rest away. */
const most = 50;
const answers = ['told', 'moved', 'ends', 'harmless'] as const;

/** Who else calls the legacy site: programs in its access logs, each ticked off by a person. */
export const inventoryStep: Step<RunContext> = {
  id,
  title: 'Tick off every program that calls the legacy site',
  needs: ['01-preflight'],
  phase: 'T-7',
  budgetMs: 7 * day,
  repeatable: true,
  hand: {
    who: 'operations',
    does: 'Say of every cron job, API client and feed reader in the access logs what becomes of it: told, moved, ends or harmless.',
    evidence: 'who was told and when, or the change that moves it',
  },
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context, tools) => {
    const site = siteOf(context);
    if (site?.file.inventory === undefined)
      return site === undefined ? noSite : { notExercised: 'the run file names no access logs' };
    const { callers, lines, unreadable } = await readCallers(site.file.inventory);
    const check = (findings: readonly Finding[], ticked: unknown): Check =>
      concludeCheck({
        id: 'inventory',
        title: 'Every program that calls the legacy site was ticked off',
        looked: lines,
        expected: callers.length,
        actual: ticked,
        findings,
        evidence: { callers: callers.slice(0, most), unreadable },
      });
    if (callers.length > most)
      return [
        check(
          [
            {
              code: 'too-many-callers',
              message: `${callers.length} programs call the legacy site, more than ${most} cannot be ticked off one by one`,
              next: 'name those that need no look in inventory.ignore of the run file',
            },
          ],
          0,
        ),
      ];
    if (!asksPeople(context)) return { notExercised: `${noPeople}; ${callers.length} programs were found` };
    const ticked: Record<string, string> = {};
    for (const caller of callers) {
      const said = await tools.answer({
        key: `caller-${caller.key}`,
        asks: asks(caller),
        who: site.file.people.operations ?? 'operations',
        answers,
        evidence: 'who was told, or what moves it',
      });
      ticked[caller.agent] = `${said.answer} (${said.by})`;
    }
    return [check([], ticked)];
  },
};

const asks = ({ agent, hits, places }: Caller): string =>
  `${agent} called the legacy site ${hits} times (${places.join(', ')}): what becomes of it?`;
