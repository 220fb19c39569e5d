import { type FindingWaiver, waiveFindings } from '@cutover/core';
import type { Waiver } from '@cutover/importer';
import { reconcile } from '@cutover/reconcile';
import type { Step } from '@cutover/runs';
import { type RunContext, storesOf } from '../context.ts';
import { minute } from '../budgets.ts';

/** Holds the public store against the private one. */
export const reconcileStep: Step<RunContext> = {
  id: '13-reconcile',
  title: 'Reconcile public and private records',
  needs: ['12-merge'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { profile, into, waivers } = context.options;
    const checks = await reconcile({ target: profile.target, treeish: into, ...storesOf(context) });
    return checks.map((check) => waiveFindings(check, waivers.filter(namesCheck)));
  },
};

function namesCheck(waiver: Waiver): waiver is Waiver & FindingWaiver {
  return waiver.check !== undefined;
}
