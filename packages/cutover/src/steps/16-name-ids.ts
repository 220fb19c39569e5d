import { readExpectations } from '@cutover/importer';
import { type IdentityRule, parseToml } from '@cutover/records';
import type { Step } from '@cutover/runs';
import type { PublicStore } from '@cutover/stores';
import { type ActualNameId, checkNameIds, type ExpectedNameId } from '@cutover/verify';
import { type RunContext, storesOf } from '../context.ts';
import { expectationsPath } from '../run-import.ts';
import { minute } from '../budgets.ts';

/** Compares every NameID with the one that the legacy system asserted. */
export const nameIdsStep: Step<RunContext> = {
  id: '16-name-ids',
  title: 'Compare every NameID with the legacy one',
  needs: ['12-merge'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { identity } = context.options.profile;
    if (identity === undefined) return { notExercised: 'the profile has no identifiers to keep' };
    const { publicStore } = storesOf(context);
    return [
      await checkNameIds(
        expectedNameIds(expectationsPath(context)),
        storedNameIds(publicStore, context.options.into, identity),
      ),
    ];
  },
};

async function* expectedNameIds(path: string): AsyncGenerator<ExpectedNameId> {
  for await (const { row, nameId } of readExpectations(path))
    if (nameId !== undefined) yield { row, ...nameId };
}

async function* storedNameIds(
  store: PublicStore,
  branch: string,
  identity: IdentityRule,
): AsyncGenerator<ActualNameId> {
  for await (const file of store.readRecords(branch)) {
    if (file.sheet !== identity.sheet) continue;
    const record = parseToml(file.bytes.toString());
    const value = record[identity.field];
    if (typeof value === 'string') yield { id: String(record['id']), value };
  }
}
