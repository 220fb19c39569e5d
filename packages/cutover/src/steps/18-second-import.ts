import { concludeCheck, type Finding } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { importOf, type RunContext, storesOf } from '../context.ts';
import { runImport } from '../run-import.ts';
import { minute } from '../budgets.ts';

/** Imports the same dump again, over what the new system has done meanwhile. */
export const secondImportStep: Step<RunContext> = {
  id: '18-second-import',
  title: 'Import again: nothing may change',
  needs: ['10-import'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing, or the check fails' },
  run: async (context) => {
    const first = importOf(context);
    const second = await runImport(context, storesOf(context), { collect: false });
    const findings: Finding[] = [];
    if (second.moved || second.tree !== first.tree) {
      findings.push({
        code: 'second-import-differs',
        message: 'the same dump gave another tree',
        expected: first.tree,
        actual: second.tree,
      });
    }
    if (second.history?.commit !== first.history?.commit)
      findings.push({
        code: 'second-import-differs',
        message: 'the same dump gave another past',
        expected: first.history?.commit,
        actual: second.history?.commit,
      });
    for (const [sheet, done] of Object.entries(second.privates ?? {})) {
      const touched = done.inserted + done.changed + done.removed + done.conflictsTotal;
      if (touched === 0) continue;
      findings.push({
        code: 'second-import-touched-private',
        message: `${sheet}: ${done.inserted} added, ${done.changed} changed, ${done.removed} removed, ${done.conflictsTotal} conflicts`,
        subject: sheet,
      });
    }
    return [
      concludeCheck({
        id: 'second-import',
        title: 'Importing the same dump again changes nothing',
        looked: second.records,
        expected: first.tree,
        actual: second.tree,
        findings,
        evidence: {
          keptFromTheNewSide: Object.fromEntries(
            Object.entries(second.privates ?? {}).map(([sheet, { kept }]) => [sheet, kept]),
          ),
        },
      }),
    ];
  },
};
