import {
  type Check,
  combineOutcomes,
  CutoverError,
  type CutoverEvent,
  exitCodes,
  type Listener,
  messageOf,
} from '@cutover/core';
import { type ExercisedStep, type Plan, planHash, type StepResult } from './plan.ts';
import type { RunDirectory, RunStatus } from './run-directory.ts';

export interface PlanResult {
  readonly checks: readonly Check[];
  readonly notExercised: readonly { readonly step: string; readonly reason: string }[];
  /** What stopped the plan before its end. */
  readonly stoppedBy?: { readonly step: string; readonly error: CutoverError };
  /** Whether a blocking step (preflight) stopped it, so that nothing was changed. */
  readonly blocked: boolean;
}

/**
 * Goes through a plan's steps in order and records each in the journal before and after. A step whose
 * checks fail does not stop a rehearsal, unless it is blocking: the lead wants to see all that fails. Only
 * what needs a step whose effect was withheld is left out. A step that throws stops it; what comes after it is listed as not exercised. Errors that are no
 * CutoverError are our bugs and are rethrown after they have been journalled.
 */
export async function rehearsePlan<C>(
  plan: Plan<C>,
  context: C,
  run: RunDirectory,
  onEvent: Listener,
): Promise<PlanResult> {
  const checks: Check[] = [];
  const notExercised: { step: string; reason: string }[] = [];
  const withheld = new Map<string, string>();
  let stoppedBy: PlanResult['stoppedBy'];
  let blocked = false;
  const mode = 'rehearsal';
  await run.journal({ type: 'run-started', runId: run.id, plan: plan.name, planHash: planHash(plan), mode });
  const status = (state: RunStatus, step: string | null, stepIndex: number) =>
    run.status({
      plan: plan.name,
      mode,
      status: state,
      step,
      stepIndex,
      stepsTotal: plan.steps.length,
      bytesDone: 0,
      bytesTotal: 0,
      rowsDone: 0,
      rowsTotal: 0,
      percent: Math.round((100 * stepIndex) / plan.steps.length),
      etaSeconds: null,
      errors: stoppedBy === undefined ? [] : [stoppedBy.error.message],
    });
  for (const [index, step] of plan.steps.entries()) {
    if (step.rehearsed !== true) {
      notExercised.push({ step: step.id, reason: step.rehearsed.because });
      continue;
    }
    if (stoppedBy !== undefined || blocked) {
      notExercised.push({
        step: step.id,
        reason: stoppedBy === undefined ? 'the preflight failed' : `${stoppedBy.step} stopped the run`,
      });
      continue;
    }
    const missing = step.needs.find((need) => withheld.has(need));
    if (missing !== undefined) {
      withheld.set(step.id, withheld.get(missing)!);
      notExercised.push({ step: step.id, reason: withheld.get(missing)! });
      continue;
    }
    await status('running', step.id, index);
    try {
      const found = await runStep(step, context, run, onEvent, { index, total: plan.steps.length });
      if ('notExercised' in found) {
        notExercised.push({ step: step.id, reason: found.notExercised });
        continue;
      }
      if ('withheld' in found) withheld.set(step.id, `${step.id}: ${found.withheld}`);
      const of = checksOf(found);
      checks.push(...of);
      blocked = step.blocking === true && combineOutcomes(of.map((check) => check.outcome)) !== 'holds';
    } catch (error) {
      stoppedBy = { step: step.id, error: asCutoverError(error) };
      await run.journal({
        type: 'step-failed',
        step: step.id,
        code: stoppedBy.error.code,
        message: stoppedBy.error.message,
      });
    }
  }
  const outcome = stoppedBy === undefined ? combineOutcomes(checks.map((check) => check.outcome)) : 'unknown';
  await run.journal({ type: 'run-ended', outcome });
  await status(outcome === 'holds' ? 'done' : 'failed', null, plan.steps.length);
  return { checks, notExercised, blocked, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

async function runStep<C>(
  step: ExercisedStep<C>,
  context: C,
  run: RunDirectory,
  onEvent: Listener,
  place: { index: number; total: number },
): Promise<StepResult> {
  const emit = async (event: CutoverEvent) => {
    await run.log(JSON.stringify(event));
    await onEvent(event);
  };
  const startedMs = performance.now();
  await run.journal({ type: 'step-started', step: step.id });
  await emit({ type: 'step-started', step: step.id, title: step.title, ...place });
  const found = await step.run(context);
  if ('notExercised' in found) {
    await run.journal({ type: 'step-ended', step: step.id, outcome: 'not-exercised', checks: [] });
    return found;
  }
  const checks = checksOf(found);
  const outcome = combineOutcomes(checks.map((check) => check.outcome));
  for (const check of checks) await emit({ type: 'check', check });
  await run.journal({
    type: 'step-ended',
    step: step.id,
    outcome,
    checks: checks.map(({ id, outcome: of }) => ({ id, outcome: of })),
  });
  await emit({
    type: 'step-ended',
    step: step.id,
    outcome,
    durationMs: Math.round(performance.now() - startedMs),
  });
  return found;
}

const checksOf = (found: Exclude<StepResult, { readonly notExercised: string }>): readonly Check[] =>
  'withheld' in found ? found.checks : found;

function asCutoverError(error: unknown): CutoverError {
  if (error instanceof CutoverError) return error;
  return new CutoverError('bug', messageOf(error), {
    next: 'this is a fault of ours; please report it with the run folder',
    exitCode: exitCodes.bug,
    cause: error,
  });
}
