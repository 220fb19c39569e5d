import type { Plan } from '@cutover/runs';
import type { RunContext } from './context.ts';
import { preflight } from './steps/01-preflight.ts';
import { backupStep } from './steps/02-backup.ts';
import { lowerTtlStep } from './steps/03-lower-ttl.ts';
import { inventoryStep } from './steps/04-inventory.ts';
import { ttlWaitedOutStep } from './steps/05-ttl-waited-out.ts';
import { stageSsoStep } from './steps/06-stage-sso.ts';
import { goNoGoStep } from './steps/07-go-no-go.ts';
import { freezeStep } from './steps/08-freeze.ts';
import { lastDumpStep } from './steps/09-last-dump.ts';
import { importStep } from './steps/10-import.ts';
import { countsStep } from './steps/11-counts.ts';
import { mergeStep } from './steps/12-merge.ts';
import { reconcileStep } from './steps/13-reconcile.ts';
import { bootStep } from './steps/14-deploy.ts';
import { redirectsStep } from './steps/15-redirects.ts';
import { nameIdsStep } from './steps/16-name-ids.ts';
import { signInStep } from './steps/17-sign-in.ts';
import { secondImportStep } from './steps/18-second-import.ts';
import { flipStep } from './steps/19-flip.ts';
import { switchSsoStep } from './steps/20-switch-sso.ts';
import { watchStep } from './steps/21-watch.ts';
import { openStep } from './steps/22-open.ts';
import { rollbackStep } from './steps/23-rollback.ts';
import { raiseTtlStep } from './steps/24-raise-ttl.ts';
import { stragglersStep } from './steps/25-stragglers.ts';
import { decommissionStep } from './steps/26-decommission.ts';
import { whileStillFrozen } from './while-frozen.ts';

/**
 * The cutover, in order, from a week before to half a year after; rehearsal and real run go through the same. A step
 * that has nothing to do says so, and is listed in the report as not exercised, with its reason.
 */
export const cutoverPlan: Plan<RunContext> = {
  name: 'cutover',
  steps: whileStillFrozen([
    preflight,
    backupStep,
    lowerTtlStep,
    inventoryStep,
    ttlWaitedOutStep,
    stageSsoStep,
    goNoGoStep,
    freezeStep,
    lastDumpStep,
    importStep,
    countsStep,
    mergeStep,
    reconcileStep,
    bootStep,
    redirectsStep,
    nameIdsStep,
    signInStep,
    secondImportStep,
    flipStep,
    switchSsoStep,
    watchStep,
    openStep,
    rollbackStep,
    raiseTtlStep,
    stragglersStep,
    decommissionStep,
  ]),
};
