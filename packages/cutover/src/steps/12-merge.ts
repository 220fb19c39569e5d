import { mergeImport } from '@cutover/merge';
import type { Step } from '@cutover/runs';
import { git } from '@cutover/stores';
import { type RunContext, storesOf } from '../context.ts';
import { minute } from '../budgets.ts';

/** Merges the import into the branch that the new system serves. */
export const mergeStep: Step<RunContext> = {
  id: '12-merge',
  title: 'Merge the import into the branch that the new system serves',
  needs: ['10-import'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Put the branch back to where it was',
    run: async (context) => {
      const { publicStore } = storesOf(context);
      const { into } = context.options;
      const now = await publicStore.head(into);
      if (now === undefined || now.commit === context.servedBefore?.commit) return;
      if (context.servedBefore === undefined) await publicStore.removeBranch(into, now);
      else
        await git(publicStore.dir, [
          'update-ref',
          `refs/heads/${into}`,
          context.servedBefore.commit,
          now.commit,
        ]);
    },
  },
  run: async (context) => {
    const { publicStore } = storesOf(context);
    const { profile, branch, into, toolVersion } = context.options;
    const before = await publicStore.head(into);
    if (before !== undefined) context.servedBefore = before;
    const { checks, moved } = await mergeImport({ profile, publicStore, from: branch, into, toolVersion });
    if (checks.length === 0) return { notExercised: `${into} had everything already` };
    return moved ? checks : { checks, withheld: `the merge was refused, ${into} stays where it was` };
  },
};
