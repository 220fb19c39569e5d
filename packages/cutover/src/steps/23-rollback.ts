import { access } from 'node:fs/promises';
import { concludeCheck, type Finding } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { importOf, type RunContext, storesOf } from '../context.ts';
import { runImport } from '../run-import.ts';
import { openStores } from '../stores.ts';
import { bootStep } from './14-deploy.ts';
import { importStep } from './10-import.ts';
import { mergeStep } from './12-merge.ts';
import { minute } from '../budgets.ts';

/** Goes back: the new side is removed, legacy is as it was, and going forward again gives the same tree. */
export const rollbackStep: Step<RunContext> = {
  id: '23-rollback',
  title: 'Roll back, then import again',
  needs: ['10-import', '14-deploy'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it is the way back itself' },
  run: async (context, tools) => {
    const first = importOf(context);
    const findings: Finding[] = [];
    for (const step of [bootStep, mergeStep, importStep]) {
      if (step.undo.kind === 'undo') await step.undo.run(context, tools);
    }
    if ((await storesOf(context).publicStore.head(context.options.branch)) !== undefined) {
      findings.push({
        code: 'branch-remains',
        message: `${context.options.branch} is still there after the rollback`,
      });
    }
    const served = await storesOf(context).publicStore.head(context.options.into);
    if (served?.commit !== context.servedBefore?.commit) {
      findings.push({
        code: 'served-branch-moved',
        message: `${context.options.into} is not where it was before the merge`,
        expected: context.servedBefore?.commit,
        actual: served?.commit,
      });
    }
    if (await exists(context.privateDir)) {
      findings.push({
        code: 'private-remains',
        message: 'private records are still there after the rollback',
      });
    }
    const dumpSha256 = await context.options.source.fingerprint();
    if (dumpSha256 !== first.dumpSha256) {
      findings.push({
        code: 'legacy-touched',
        message: 'the dump is not what it was when it was imported',
        expected: first.dumpSha256,
        actual: dumpSha256,
      });
    }
    context.stores = await openStores({ ...context, options: withoutBase(context.options) });
    const again = await runImport(context, context.stores, { collect: false });
    if (again.tree !== first.tree) {
      findings.push({
        code: 'tree-differs',
        message: 'importing again after the rollback gave another tree',
        expected: first.tree,
        actual: again.tree,
      });
    }
    return [
      concludeCheck({
        id: 'rollback',
        title: 'The new side can be removed, legacy is untouched, and importing again gives the same tree',
        looked: again.records,
        expected: first.tree,
        actual: again.tree,
        findings,
      }),
    ];
  },
};

function withoutBase(options: RunContext['options']): RunContext['options'] {
  const { basePublicDir: _public, basePrivateUrl: _private, ...rest } = options;
  return rest;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
