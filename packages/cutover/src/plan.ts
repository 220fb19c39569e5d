import type { Plan } from '@cutover/runs';
import { minute } from './budgets.ts';
import type { RunContext } from './context.ts';
import { preflight } from './steps/01-preflight.ts';
import { importStep } from './steps/10-import.ts';
import { countsStep } from './steps/11-counts.ts';
import { mergeStep } from './steps/12-merge.ts';
import { reconcileStep } from './steps/13-reconcile.ts';
import { bootStep } from './steps/14-deploy.ts';
import { redirectsStep } from './steps/15-redirects.ts';
import { nameIdsStep } from './steps/16-name-ids.ts';
import { signInStep } from './steps/17-sign-in.ts';
import { secondImportStep } from './steps/18-second-import.ts';
import { rollbackStep } from './steps/23-rollback.ts';

/**
 * The cutover, in order. Steps without `run` belong to the night itself and are listed in every
 * rehearsal's report as not exercised, each with its reason.
 */
export const cutoverPlan: Plan<RunContext> = {
  name: 'cutover',
  steps: [
    preflight,
    {
      id: '02-freeze-legacy',
      title: 'Freeze the legacy system',
      needs: ['01-preflight'],
      phase: 'T-0',
      budgetMs: 30 * minute,
      repeatable: true,
      run: () =>
        Promise.resolve({ notExercised: 'the source is a dump file: there is no running system to freeze' }),
      undo: { kind: 'none', because: 'not exercised' },
    },
    {
      id: '03-last-dump',
      title: 'Take the last dump',
      needs: ['01-preflight'],
      phase: 'T-0',
      budgetMs: 30 * minute,
      repeatable: true,
      run: () => Promise.resolve({ notExercised: 'the dump was given' }),
      undo: { kind: 'none', because: 'it changes nothing' },
    },
    importStep,
    countsStep,
    mergeStep,
    reconcileStep,
    bootStep,
    redirectsStep,
    nameIdsStep,
    signInStep,
    {
      id: '12-flip',
      title: 'Flip DNS and the Slack SSO settings to the new system',
      needs: ['14-deploy'],
      phase: 'T-0',
      budgetMs: 30 * minute,
      repeatable: true,
      run: () =>
        Promise.resolve({
          notExercised: 'flipping is not built yet: nothing outside this machine is touched',
        }),
      undo: { kind: 'none', because: 'not exercised' },
    },
    {
      id: '13-watch',
      title: 'Watch the new system and open it for writes',
      needs: ['14-deploy'],
      phase: 'T-0',
      budgetMs: 30 * minute,
      repeatable: true,
      run: () => Promise.resolve({ notExercised: 'nothing was flipped that could be watched' }),
      undo: { kind: 'none', because: 'it changes nothing' },
    },
    secondImportStep,
    rollbackStep,
  ],
};
