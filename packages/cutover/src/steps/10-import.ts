import { rm } from 'node:fs/promises';
import type { Step } from '@cutover/runs';
import { importOf, type RunContext, storesOf } from '../context.ts';
import { runImport } from '../run-import.ts';
import { minute } from '../budgets.ts';

/** Imports the dump into both stores, every row with its outcome. */
export const importStep: Step<RunContext> = {
  id: '10-import',
  title: 'Import the dump into both stores',
  needs: ['01-preflight'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Remove the imported branch and the private records of this rehearsal',
    run: async (context) => {
      const { publicStore } = storesOf(context);
      const head = await publicStore.head(context.options.branch);
      if (head !== undefined) await publicStore.removeBranch(context.options.branch, head);
      await rm(context.privateDir, { recursive: true, force: true });
    },
  },
  run: async (context) => {
    context.imported = await runImport(context, storesOf(context), { collect: true });
    return importOf(context).checks;
  },
};
