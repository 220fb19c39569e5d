import type { Step } from '@cutover/runs';
import { day } from '../budgets.ts';
import { asksPeople, type RunContext } from '../context.ts';
import { byHand, noPeople, noSite, siteOf, waitForDay } from '../parts.ts';

const hand = {
  who: 'operations',
  does: 'Decommission the old host: last backup put away, credentials revoked, disks wiped, name and address given back.',
  evidence: 'where the last backup lies with its digest, and the confirmation that the disks were wiped',
} as const;

/** The end of the legacy system. */
export const decommissionStep: Step<RunContext> = {
  id: '26-decommission',
  title: 'Decommission the old host, with evidence',
  needs: [],
  phase: 'T+180',
  budgetMs: 200 * day,
  repeatable: false,
  hand,
  undo: { kind: 'none', because: 'the old host is gone: what is left is its last backup' },
  run: async (context, tools) => {
    const site = siteOf(context);
    if (site === undefined) return noSite;
    if (!asksPeople(context)) return { notExercised: noPeople };
    await waitForDay(context, tools, site.file.calendar.decommission, 'the old host has had its time');
    const input = { key: 'decommissioned', role: hand.who, asks: hand.does, evidence: hand.evidence };
    return [await byHand(context, tools, input)];
  },
};
