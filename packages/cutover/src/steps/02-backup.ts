import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import { runHook, together } from '../parts.ts';

/** Backs the legacy system up, and restores that backup elsewhere: one that was never restored is a hope. */
export const backupStep: Step<RunContext> = {
  id: '02-backup',
  title: 'Back up the legacy system, and prove that the backup can be restored',
  needs: ['01-preflight'],
  phase: 'T-7',
  budgetMs: 2 * hour,
  repeatable: true,
  undo: { kind: 'none', because: 'one backup more harms nobody' },
  run: async (context, tools) =>
    together(
      await runHook(context, tools, '02-backup', 'backup'),
      await runHook(context, tools, '02-backup', 'prove-backup'),
    ),
};
