import { readColumns } from '@cutover/importer';
import type { ExercisedStep } from '@cutover/runs';
import { checkCounts, checkPrivateValues, checkTree } from '@cutover/verify';
import { importOf, type RunContext, storesOf } from '../context.ts';

/** Holds what was imported against the dump and against the tree, by code of its own. */
export const countsStep: ExercisedStep<RunContext> = {
  id: '05-counts',
  title: 'Count rows and records, look for private values',
  needs: ['04-import'],
  rehearsed: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { options } = context;
    const { publicStore } = storesOf(context);
    const imported = importOf(context);
    return [
      await checkCounts(options.dump, imported.tables),
      await checkTree(publicStore, options.branch, { tree: imported.tree ?? '', records: imported.records }),
      await checkPrivateValues(
        publicStore.readRecords(options.branch),
        options.profile.target.sheets,
        readColumns(options.source, options.profile.secrets),
      ),
    ];
  },
};
