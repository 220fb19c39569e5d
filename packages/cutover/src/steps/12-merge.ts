import { type Check, concludeCheck } from '@cutover/core';
import { mergeImport } from '@cutover/merge';
import type { Step } from '@cutover/runs';
import { git, type Head } from '@cutover/stores';
import { carryBackLast } from '../carry-back.ts';
import { type RunContext, storesOf } from '../context.ts';
import { minute } from '../budgets.ts';
import { again, kept } from '../parts.ts';

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
    run: async (context, tools) => {
      const before = tools.effectResult('before') as Head | null | undefined;
      if (before === undefined || tools.effectState('merge') === undefined) return;
      const { publicStore } = storesOf(context);
      const { into } = context.options;
      await tools.effect('put-back', {
        probe: again,
        do: async () => {
          const now = await publicStore.head(into);
          if (now === undefined || now.commit === before?.commit) return;
          await carryBackLast(context);
          if (before === null) await publicStore.removeBranch(into, now);
          else await git(publicStore.dir, ['update-ref', `refs/heads/${into}`, before.commit, now.commit]);
        },
      });
      delete context.mergedHead;
    },
  },
  run: async (context, tools) => {
    const { publicStore } = storesOf(context);
    const { profile, branch, into, toolVersion } = context.options;
    const before = await tools.effect<Head | null>('before', {
      probe: again,
      do: async () => (await publicStore.head(into)) ?? null,
    });
    if (before !== null) context.servedBefore = before;
    const { checks, moved } = await tools.effect('merge', {
      // What is merged already is not merged again.
      probe: again,
      do: async () => {
        const { checks, moved } = await mergeImport({
          profile,
          publicStore,
          from: branch,
          into,
          toolVersion,
        });
        return { checks, moved };
      },
    });
    const merged = await publicStore.head(into);
    if (merged !== undefined) context.mergedHead = merged;
    if (checks.length === 0 && merged?.commit === before?.commit)
      return { notExercised: `${into} had everything already` };
    if (checks.length > 0 && !moved)
      return { checks, withheld: `the merge was refused, ${into} stays where it was` };
    return kept(checks.length > 0 ? checks : [mergedBefore(into)], { before, merged: merged ?? null });
  },
  restore: (context, was) => {
    const { before, merged } = was as { before: Head | null; merged: Head | null };
    if (before !== null) context.servedBefore = before;
    if (merged !== null) context.mergedHead = merged;
    return Promise.resolve();
  },
};

/** A crash came between the merge and its line in the journal. */
const mergedBefore = (into: string): Check =>
  concludeCheck({
    id: 'merge-done',
    title: `The import was merged before the run was stopped`,
    looked: 1,
    expected: into,
    actual: into,
  });
