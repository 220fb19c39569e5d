import { readColumns } from '@cutover/importer';
import type { Target } from '@cutover/records';
import type { Step } from '@cutover/runs';
import type { PrivateStore } from '@cutover/stores';
import { checkCounts, checkPrivateValues, checkTree } from '@cutover/verify';
import { importOf, type RunContext, storesOf } from '../context.ts';
import { minute } from '../budgets.ts';

/** Holds what was imported against the dump and against the tree, by code of its own. */
export const countsStep: Step<RunContext> = {
  id: '05-counts',
  title: 'Count rows and records, look for private values',
  needs: ['04-import'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { options } = context;
    const { publicStore, privateStore } = storesOf(context);
    const imported = importOf(context);
    return [
      await checkCounts(options.dump, imported.tables),
      await checkTree(publicStore, options.branch, { tree: imported.tree ?? '', records: imported.records }),
      await checkPrivateValues({
        records: publicStore.readRecords(options.branch),
        sheets: options.profile.target.sheets,
        secrets: readColumns(options.source, options.profile.secrets),
        contacts: privateValues(privateStore, options.profile.target),
      }),
    ];
  },
};

/** Every text of the private store: addresses and numbers are picked out by who looks for them. */
async function* privateValues(store: PrivateStore, target: Target): AsyncGenerator<string> {
  for (const { name } of target.privateSheets) {
    for await (const record of store.read(name)) {
      for (const value of Object.values(record)) if (typeof value === 'string') yield value;
    }
  }
}
