import { concludeCheck, type Finding } from '@cutover/core';
import { mergeImport } from '@cutover/merge';
import type { Step } from '@cutover/runs';
import { minute } from '../budgets.ts';
import { importOf, type RunContext, sourceOf, storesOf } from '../context.ts';
import { runImport } from '../run-import.ts';
import { kept, wayBackOf } from '../parts.ts';
import { rowsOf } from '../stores.ts';
import { takeWayBackBaseline } from '../way-back/detector.ts';
import { type Before, importStep } from './10-import.ts';
import { mergeStep } from './12-merge.ts';

/** Goes back: the new side is removed, legacy is as it was, and going forward again gives the same tree. */
export const rollbackStep: Step<RunContext> = {
  id: '23-rollback',
  title: 'Roll back, then import again',
  needs: ['10-import', '14-deploy'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it is the way back itself' },
  only: { mode: 'rehearsal', because: 'a real run goes back only where it has to: cutover rollback' },
  run: async (context, tools) => {
    const first = importOf(context);
    const findings: Finding[] = [];
    const before = tools.onTrial(importStep.id).effectResult('before') as Before;
    await context.target?.stop();
    delete context.target;
    const ledThere = context.baseline !== undefined;
    delete context.baseline;
    for (const step of [mergeStep, importStep])
      if (step.undo.kind === 'undo') await step.undo.run(context, tools.onTrial(step.id));
    const { publicStore } = storesOf(context);
    const { branch, into, profile, toolVersion } = context.options;
    for (const [name, was] of [
      [branch, before.head?.commit],
      [into, context.servedBefore?.commit],
    ] as const) {
      const now = (await publicStore.head(name))?.commit;
      if (now === was) continue;
      findings.push({
        code: 'branch-remains',
        message: `${name} is not where it was before`,
        expected: was,
        actual: now,
      });
    }
    const rows = await rowsOf(context);
    if (rows !== before.rows)
      findings.push({
        code: 'private-remains',
        message: `there are ${rows} private records after the rollback, there were ${before.rows} before`,
      });
    const dumpSha256 = await sourceOf(context).fingerprint();
    if (dumpSha256 !== first.dumpSha256)
      findings.push({
        code: 'legacy-touched',
        message: 'the dump is not what it was when it was imported',
        expected: first.dumpSha256,
        actual: dumpSha256,
      });
    const again = await runImport(context, storesOf(context), { collect: false });
    if (again.tree !== first.tree)
      findings.push({
        code: 'tree-differs',
        message: 'importing again after the rollback gave another tree',
        expected: first.tree,
        actual: again.tree,
      });
    await mergeImport({ profile, publicStore, from: branch, into, toolVersion });
    const merged = await publicStore.head(into);
    if (merged !== undefined) context.mergedHead = merged;
    // What the new side has from here on is held against this merge: the first one is gone.
    if (ledThere) context.baseline = await takeWayBackBaseline(wayBackOf(context));
    const check = concludeCheck({
      id: 'rollback',
      title: 'The new side can be removed, legacy is untouched, and importing again gives the same tree',
      looked: again.records,
      expected: first.tree,
      actual: again.tree,
      findings,
    });
    return kept([check], { mergedHead: context.mergedHead, baseline: context.baseline });
  },
  restore: (context, was) => {
    const { mergedHead, baseline } = was as Pick<RunContext, 'mergedHead' | 'baseline'>;
    if (mergedHead !== undefined) context.mergedHead = mergedHead;
    if (baseline !== undefined) context.baseline = baseline;
    return Promise.resolve();
  },
};
