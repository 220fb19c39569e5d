import { readColumns } from '@cutover/importer';
import type { Target } from '@cutover/records';
import type { Step } from '@cutover/runs';
import type { PrivateStore } from '@cutover/stores';
import {
  checkCounts,
  checkHistory,
  checkPrivateRows,
  checkPrivateValues,
  checkTree,
  openLedger,
} from '@cutover/verify';
import { importOf, type RunContext, sourceOf, storesOf } from '../context.ts';
import { minute } from '../budgets.ts';

/** Holds the dump, read by code of its own, against the ledger, and the ledger against both stores. */
export const countsStep: Step<RunContext> = {
  id: '11-counts',
  title: 'Compare rows and records, look for private values',
  needs: ['10-import'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { options } = context;
    const { publicStore, privateStore } = storesOf(context);
    const imported = importOf(context);
    const ledger = await openLedger(privateStore, imported.importId);
    return [
      ...(await checkCounts({
        dump: context.dump,
        profile: options.profile,
        tables: imported.tables,
        ledger,
        ...(options.reading === undefined ? {} : { reading: options.reading }),
      })),
      await checkTree(
        publicStore,
        options.branch,
        { tree: imported.tree, records: imported.records },
        ledger,
      ),
      await checkPrivateRows({
        store: privateStore,
        target: options.profile.target,
        ledger,
        leftAway: Object.fromEntries(
          Object.entries(imported.privates ?? {}).map(([sheet, { leftAway }]) => [sheet, leftAway]),
        ),
      }),
      await checkPrivateValues({
        records: publicStore.readRecords(options.branch),
        sheets: options.profile.target.sheets,
        secrets: readColumns(sourceOf(context), options.profile.secrets),
        contacts: privateValues(privateStore, options.profile.target),
      }),
      ...(options.history === undefined
        ? []
        : await checkHistory({
            store: publicStore,
            branch: options.branch,
            history: options.history,
            profile: options.profile,
            secrets: readColumns(sourceOf(context), options.profile.secrets),
            contacts: () => privateValues(privateStore, options.profile.target),
          })),
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
