import {
  type Check,
  combineOutcomes,
  CutoverError,
  type CutoverEvent,
  duration,
  exitCodes,
  type Listener,
  messageOf,
} from '@cutover/core';
import type { RunControl } from './control.ts';
import { LiveStatus } from './live-status.ts';
import type { Notice, Notifier } from './notify.ts';
import { assertStep, type ExercisedStep, type Plan, planHash, type Step, type StepResult } from './plan.ts';
import type { RunDirectory } from './run-directory.ts';
import { type Timings, usualTimings } from './timings.ts';

/** A step that was gone through, and how long it took. */
export interface StepDone {
  readonly step: string;
  readonly title: string;
  readonly outcome: string;
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface PlanResult {
  readonly checks: readonly Check[];
  readonly steps: readonly StepDone[];
  readonly notExercised: readonly { readonly step: string; readonly reason: string }[];
  /** What stopped the plan before its end. */
  readonly stoppedBy?: { readonly step: string; readonly error: CutoverError };
  /** Whether a blocking step (preflight) stopped it, so that nothing was changed. */
  readonly blocked: boolean;
}

/** What the engine of a run is given beside its plan. */
export interface RunMeans<C> {
  /** Makes what the steps share; they tell `onEvent` what happens, which throws where the run was asked to stop. */
  readonly context: (onEvent: Listener) => C;
  readonly run: RunDirectory;
  readonly control: RunControl;
  readonly onEvent: Listener;
  /** Folder of this run and of those before it, whose timings forecast this one's. */
  readonly stateDir: string;
  /** Bytes of the source. */
  readonly inputBytes: number;
  /** Told of start, steps, problems and end. */
  readonly notifier?: Notifier;
  /** What notices and messages call source and target. */
  readonly names?: { readonly source?: string; readonly target?: string };
  /** The last step to go through; what comes after it is listed as not exercised. */
  readonly until?: string;
}

/**
 * Goes through a plan's steps in order and records each in the journal before and after. A step whose
 * checks fail does not stop a rehearsal, unless it is blocking: the lead wants to see all that fails. Only
 * what needs a step whose effect was withheld is left out. A step that throws stops it; what comes after it is
 * listed as not exercised. Errors that are no CutoverError are our bugs: they stop it with the code `bug`.
 *
 * @throws CutoverError `step-unknown` where `until` names no step of the plan
 */
export async function rehearsePlan<C>(plan: Plan<C>, means: RunMeans<C>): Promise<PlanResult> {
  if (means.until !== undefined) assertStep(plan, means.until);
  const hash = planHash(plan);
  const timings = await usualTimings(means.stateDir, hash, means.inputBytes);
  const mode = 'rehearsal';
  await means.run.journal({
    type: 'run-started',
    runId: means.run.id,
    plan: plan.name,
    planHash: hash,
    mode,
    inputBytes: means.inputBytes,
  });
  const ids = plan.steps.map(({ id }) => id);
  const status = new LiveStatus(means.run, plan.name, mode, ids, timings);
  const rehearsal = new Rehearsal(plan, means, status, timings);
  rehearsal.tell('started', false, `${plan.name} (${mode}) has started`);
  for (const [index, step] of plan.steps.entries()) await rehearsal.next(step, index);
  return rehearsal.end();
}

class Rehearsal<C> {
  readonly #plan: Plan<C>;
  readonly #means: RunMeans<C>;
  readonly #status: LiveStatus;
  readonly #timings: Timings;
  readonly #context: C;
  readonly #checks: Check[] = [];
  readonly #steps: StepDone[] = [];
  readonly #notExercised: { step: string; reason: string }[] = [];
  /** Steps whose effect was withheld, and those that need them, with the reason. */
  readonly #withheld = new Map<string, string>();
  #stoppedBy: PlanResult['stoppedBy'];
  #blocked = false;
  #ended = false;
  readonly #startedMs = performance.now();

  constructor(plan: Plan<C>, means: RunMeans<C>, status: LiveStatus, timings: Timings) {
    this.#plan = plan;
    this.#means = means;
    this.#status = status;
    this.#timings = timings;
    // Thrown at once and not by the promise, for which not everybody waits.
    this.#context = means.context((event) => {
      means.control.assertGoingOn();
      status.seen(event);
      return means.onEvent(event);
    });
  }

  async next(step: Step<C>, index: number): Promise<void> {
    const reason = this.#whyNot(step);
    if (reason !== undefined || step.rehearsed !== true) {
      this.#notExercised.push({ step: step.id, reason: reason ?? '' });
      return;
    }
    try {
      this.#means.control.assertGoingOnNow();
      await this.#status.step(step.id, index);
      this.#take(step, await this.#go(step, index));
    } catch (error) {
      const coded = asCutoverError(error);
      this.#stoppedBy = { step: step.id, error: coded };
      await this.#means.run.journal({
        type: 'step-failed',
        step: step.id,
        code: coded.code,
        message: coded.message,
      });
      await this.#status.failed(coded.message);
      this.tell('stopped', true, `${step.id} stopped the run: ${coded.message}`, { step: step.id });
    }
    this.#ended = step.id === this.#means.until;
  }

  tell(type: Notice['type'], problem: boolean, sentence: string, more: Partial<Notice> = {}): void {
    const { notifier, run, names = {}, inputBytes } = this.#means;
    notifier?.tell({
      type,
      problem,
      sentence,
      runId: run.id,
      plan: this.#plan.name,
      mode: 'rehearsal',
      at: new Date().toISOString(),
      ...names,
      inputBytes,
      ...more,
    });
  }

  async end(): Promise<PlanResult> {
    const stoppedBy = this.#stoppedBy;
    const checked = combineOutcomes(this.#checks.map(({ outcome }) => outcome));
    const outcome = stoppedBy === undefined ? checked : 'unknown';
    await this.#means.run.journal({ type: 'run-ended', outcome });
    const aborted = stoppedBy?.error.exitCode === exitCodes.aborted;
    await this.#status.end(aborted ? 'aborted' : outcome === 'holds' ? 'done' : 'failed');
    const durationMs = Math.round(performance.now() - this.#startedMs);
    const held = this.#checks.filter((check) => check.outcome === 'holds').length;
    const sentence = `${this.#plan.name} (rehearsal) ${aborted ? 'was aborted' : `ended: ${outcome}`} after ${duration(durationMs)}, ${held} of ${this.#checks.length} checks hold`;
    this.tell('ended', outcome !== 'holds', sentence, { outcome, durationMs });
    return {
      checks: this.#checks,
      steps: this.#steps,
      notExercised: this.#notExercised,
      blocked: this.#blocked,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
    };
  }

  /** Why a step is left out, or undefined. */
  #whyNot(step: Step<C>): string | undefined {
    if (step.rehearsed !== true) return step.rehearsed.because;
    if (this.#stoppedBy !== undefined) return `${this.#stoppedBy.step} stopped the run`;
    if (this.#blocked) return 'the preflight failed';
    if (this.#ended) return `only the steps until ${this.#means.until} were asked for`;
    const missing = step.needs.find((need) => this.#withheld.has(need));
    if (missing === undefined) return undefined;
    const reason = this.#withheld.get(missing)!;
    this.#withheld.set(step.id, reason);
    return reason;
  }

  async #go(step: ExercisedStep<C>, index: number): Promise<StepResult> {
    const { run } = this.#means;
    const { id, title } = step;
    const startedAt = new Date().toISOString();
    const startedMs = performance.now();
    const usualMs = this.#timings.get(id);
    await run.journal({ type: 'step-started', step: id });
    await this.#emit({
      type: 'step-started',
      step: id,
      title,
      index,
      total: this.#plan.steps.length,
      ...(usualMs === undefined ? {} : { usualMs }),
    });
    const found = await step.run(this.#context);
    const durationMs = Math.round(performance.now() - startedMs);
    const checks = 'notExercised' in found ? [] : checksOf(found);
    const outcome = 'notExercised' in found ? 'not-exercised' : outcomeOf(checks);
    for (const check of checks) await this.#emit({ type: 'check', check });
    await run.journal({
      type: 'step-ended',
      step: id,
      outcome,
      durationMs,
      checks: checks.map(({ id: check, outcome: of }) => ({ id: check, outcome: of })),
    });
    if (outcome !== 'not-exercised') await this.#emit({ type: 'step-ended', step: id, outcome, durationMs });
    this.#steps.push({ step: id, title, outcome, startedAt, durationMs });
    const open = checks
      .filter((check) => check.outcome !== 'holds')
      .map((check) => `${check.title}: ${check.outcome}`);
    const sentence = `${id} ${outcome} after ${duration(durationMs)}${open.length === 0 ? '' : `: ${open.join('; ')}`}`;
    this.tell('step', open.length > 0, sentence, { step: id, outcome, durationMs });
    return found;
  }

  #take(step: ExercisedStep<C>, found: StepResult): void {
    if ('notExercised' in found) {
      this.#notExercised.push({ step: step.id, reason: found.notExercised });
      return;
    }
    if ('withheld' in found) this.#withheld.set(step.id, `${step.id}: ${found.withheld}`);
    const checks = checksOf(found);
    this.#checks.push(...checks);
    this.#blocked = step.blocking === true && outcomeOf(checks) !== 'holds';
  }

  async #emit(event: CutoverEvent): Promise<void> {
    await this.#means.run.log(JSON.stringify(event));
    await this.#means.onEvent(event);
  }
}

const checksOf = (found: Exclude<StepResult, { readonly notExercised: string }>): readonly Check[] =>
  'withheld' in found ? found.checks : found;

const outcomeOf = (checks: readonly Check[]) => combineOutcomes(checks.map(({ outcome }) => outcome));

function asCutoverError(error: unknown): CutoverError {
  if (error instanceof CutoverError) return error;
  return new CutoverError('bug', messageOf(error), {
    next: 'this is a fault of ours; please report it with the run folder',
    exitCode: exitCodes.bug,
    cause: error,
  });
}
