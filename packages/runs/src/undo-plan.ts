import type { CutoverError } from '@cutover/core';
import { duration, exitCodes } from '@cutover/core';
import { Engine, type RunMeans } from './engine.ts';
import { assertStep, type Plan, type Step } from './plan.ts';
import { forgetAnswers, Waiting } from './waiting.ts';
import type { Wait } from './journal.ts';

export interface UndoResult {
  /** Steps that were taken back, in that order, and how. */
  readonly undone: readonly { readonly step: string; readonly how: string }[];
  /** Steps that have no way back, each with its reason. */
  readonly without: readonly { readonly step: string; readonly because: string }[];
  readonly stoppedBy?: { readonly step: string; readonly error: CutoverError };
  readonly waiting?: Wait;
}

/**
 * Takes back in reverse order what a run has done, down to the step `to`, which stays done; without it,
 * everything. What was begun and not ended is taken back too. Each undo is journaled as a step is, and survives
 * what a step survives; going back again goes on where it stopped.
 *
 * @throws CutoverError `step-unknown`, `plan-changed`, `lease-held`, `nothing-to-undo`
 */
export async function undoPlan<C>(
  plan: Plan<C>,
  means: RunMeans<C> & { readonly to?: string; readonly before?: (context: C) => Promise<void> },
): Promise<UndoResult> {
  if (means.to !== undefined) assertStep(plan, means.to);
  const engine = await Engine.open(plan, { ...means, goesBack: true });
  try {
    return await goBack(plan, means, engine);
  } finally {
    await engine.close();
  }
}

async function goBack<C>(
  plan: Plan<C>,
  means: RunMeans<C> & { readonly to?: string; readonly before?: (context: C) => Promise<void> },
  engine: Engine<C>,
): Promise<UndoResult> {
  const startedMs = performance.now();
  const undone: { step: string; how: string }[] = [];
  const without: { step: string; because: string }[] = [];
  const { run, to } = means;
  const done = plan.steps.filter(({ id }) => engine.steps.has(id));
  const back = done.slice(to === undefined ? 0 : done.findIndex(({ id }) => id === to) + 1).reverse();
  for (const step of done) {
    const kept = engine.steps.get(step.id)?.ended?.kept;
    if (kept !== undefined) await step.restore?.(engine.context, kept);
  }
  engine.tell('started', true, `${engine.title} goes back`);
  for (const step of back) {
    try {
      means.control.assertGoingOnNow();
      await engine.status.step(step.id, plan.steps.indexOf(step), engine.budgetOf(step));
      if (undone.length === 0 && without.length === 0) await means.before?.(engine.context);
      engine.status.goesBack();
      await undoStep(step, means, engine);
    } catch (error) {
      return stopped(step.id, error);
    }
    const leftOut = engine.steps.get(step.id)?.ended?.notExercised;
    if (leftOut !== undefined) without.push({ step: step.id, because: `it was left out: ${leftOut}` });
    else if (step.undo.kind === 'none') without.push({ step: step.id, because: step.undo.because });
    else undone.push({ step: step.id, how: step.undo.title });
  }
  await run.journal({ type: 'rolled-back', to: to ?? null });
  await engine.status.end('rolled-back');
  const took = duration(performance.now() - startedMs);
  engine.tell('ended', false, `${engine.title} went back: ${undone.length} steps in ${took}`);
  return { undone, without };

  async function stopped(step: string, error: unknown): Promise<UndoResult> {
    if (error instanceof Waiting) {
      await run.journal({ type: 'waiting', ...error.wait });
      await engine.status.end('waiting', error.wait);
      engine.tell('waiting', true, `${error.message}. ${error.next}`, { step });
      return { undone, without, waiting: error.wait };
    }
    const coded = engine.coded(error);
    const { code, message } = coded;
    // What has stopped it may be what keeps this from being written.
    await run.journal({ type: 'step-failed', step, code, message }).catch(() => undefined);
    await engine.status.failed(message).catch(() => undefined);
    const end = coded.exitCode === exitCodes.aborted ? 'aborted' : 'failed';
    await engine.status.end(end).catch(() => undefined);
    engine.tell('stopped', true, `going back stopped at ${step}: ${coded.message}`, { step });
    return { undone, without, stoppedBy: { step, error: coded } };
  }
}

async function undoStep<C>(step: Step<C>, { run }: RunMeans<C>, engine: Engine<C>): Promise<void> {
  await run.journal({ type: 'undo-started', step: step.id });
  if (step.undo.kind === 'undo') await step.undo.run(engine.context, engine.toolsFor(step.id, 'undo:'));
  await forgetAnswers(run.dir, step.id);
  await run.journal({ type: 'step-undone', step: step.id });
}
