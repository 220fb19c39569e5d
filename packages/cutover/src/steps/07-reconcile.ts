import { reconcile } from '@cutover/reconcile';
import type { ExercisedStep } from '@cutover/runs';
import { type RunContext, storesOf } from '../context.ts';

/** Holds the public store against the private one. */
export const reconcileStep: ExercisedStep<RunContext> = {
  id: '07-reconcile',
  title: 'Reconcile public and private records',
  needs: ['04-import'],
  rehearsed: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) =>
    reconcile({
      target: context.options.profile.target,
      treeish: context.options.branch,
      ...storesOf(context),
    }),
};
