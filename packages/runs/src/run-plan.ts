import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, combineOutcomes, CutoverError, duration, exitCodes, type Outcome } from '@cutover/core';
import { Engine, type PlanResult, type RunMeans } from './engine.ts';
import { assertStep, type Plan, type Step, type StepResult } from './plan.ts';
import { Waiting } from './waiting.ts';

/**
 * Goes through a plan's steps in order and records each in the journal before and after; what an earlier process
 * of the same run has gone through is taken from there. In a rehearsal a step whose checks fail does not stop it,
 * unless it is blocking: the lead wants to see all that fails. Only what needs a step whose effect was withheld is
 * left out. In a real run the first step that does not hold stops it. A step that throws stops both; what comes
 * after it is listed as not exercised. Errors that are no CutoverError are our bugs: code `bug`.
 *
 * @throws CutoverError `step-unknown` where `until` or `only` names no step of the plan, `plan-changed` where the
 *   run to go on with is of another plan, `lease-held` where somebody else acts
 */
export async function runPlan<C>(plan: Plan<C>, means: RunMeans<C>): Promise<PlanResult> {
  const named = [means.until, means.only, ...Object.keys(means.watchdog?.budgets ?? {})];
  for (const step of named) if (step !== undefined) assertStep(plan, step);
  const engine = await Engine.open(plan, means);
  try {
    const going = new Going(plan, means, engine);
    for (const [index, step] of plan.steps.entries()) await going.next(step, index);
    return await going.end();
  } finally {
    await engine.close();
  }
}

/** What a step gave, whatever form it gave it in. */
interface Found {
  readonly checks: readonly Check[];
  readonly kept?: unknown;
  readonly notExercised?: string;
  readonly withheld?: string;
}

class Going<C> {
  readonly #plan: Plan<C>;
  readonly #means: RunMeans<C>;
  readonly #engine: Engine<C>;
  readonly #checks: Check[] = [];
  readonly #steps: PlanResult['steps'][number][] = [];
  readonly #notExercised: { step: string; reason: string }[] = [];
  /** Steps whose effect was withheld, and those that need them, with the reason. */
  readonly #withheld = new Map<string, string>();
  #stoppedBy: PlanResult['stoppedBy'];
  #waiting: PlanResult['waiting'];
  /** Steps that an earlier process of the run has gone through. */
  readonly #through = new Set<string>();
  #blocked = false;
  #ended = false;
  readonly #startedMs = performance.now();

  constructor(plan: Plan<C>, means: RunMeans<C>, engine: Engine<C>) {
    this.#plan = plan;
    this.#means = means;
    this.#engine = engine;
  }

  async next(step: Step<C>, index: number): Promise<void> {
    await this.#goThrough(step, index);
    // Also where it was done before, or is left out: nobody who names it wants what comes after.
    this.#ended ||= step.id === this.#means.until;
  }

  async #goThrough(step: Step<C>, index: number): Promise<void> {
    const reason = this.#whyNot(step);
    if (reason !== undefined) {
      this.#notExercised.push({ step: step.id, reason });
      return;
    }
    try {
      if (await this.#wasDone(step)) {
        this.#through.add(step.id);
        return;
      }
      if (this.#means.only !== undefined && this.#means.only !== step.id) {
        this.#notExercised.push({ step: step.id, reason: `only ${this.#means.only} was asked for` });
        return;
      }
      if (this.#means.only === step.id) this.#assertNeedsDone(step);
      this.#means.control.assertGoingOnNow();
      await this.#engine.status.step(step.id, index, this.#engine.budgetOf(step));
      this.#take(step, await this.#tryUntilDone(step, index));
    } catch (error) {
      await this.#stop(step, error);
    }
  }

  async end(): Promise<PlanResult> {
    const stoppedBy = this.#stoppedBy;
    const waiting = this.#waiting;
    const checked = combineOutcomes(this.#checks.map(({ outcome }) => outcome));
    const outcome = stoppedBy === undefined && waiting === undefined ? checked : 'unknown';
    const aborted = stoppedBy?.error.exitCode === exitCodes.aborted;
    const written = this.#writeEnd(outcome, aborted);
    // What has stopped the run may be what keeps this from being written.
    await (stoppedBy === undefined ? written : written.catch(() => undefined));
    const durationMs = Math.round(performance.now() - this.#startedMs);
    if (waiting === undefined) {
      const held = this.#checks.filter((check) => check.outcome === 'holds').length;
      const how = aborted ? 'was aborted' : `ended: ${outcome}`;
      const sentence = `${this.#engine.title} ${how} after ${duration(durationMs)}, ${held} of ${this.#checks.length} checks hold`;
      this.#engine.tell('ended', outcome !== 'holds', sentence, { outcome, durationMs });
    }
    return {
      checks: this.#checks,
      steps: this.#steps,
      notExercised: this.#notExercised,
      blocked: this.#blocked,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      ...(waiting === undefined ? {} : { waiting }),
    };
  }

  async #writeEnd(outcome: Outcome, aborted: boolean): Promise<void> {
    const { status } = this.#engine;
    if (this.#waiting !== undefined) return status.end('waiting', this.#waiting);
    await this.#means.run.journal({ type: 'run-ended', outcome });
    await status.end(aborted ? 'aborted' : outcome === 'holds' ? 'done' : 'failed');
  }

  /** Why a step is left out, or undefined. */
  #whyNot(step: Step<C>): string | undefined {
    const { mode, until } = this.#means;
    if (step.only !== undefined && step.only.mode !== mode) return step.only.because;
    if (this.#stoppedBy !== undefined) return `${this.#stoppedBy.step} stopped the run`;
    if (this.#waiting !== undefined) return `${this.#waiting.step} waits`;
    if (this.#blocked) return 'the preflight failed';
    if (this.#ended) return `only the steps until ${until} were asked for`;
    const missing = step.needs.find((need) => this.#withheld.has(need));
    if (missing === undefined) return undefined;
    const reason = this.#withheld.get(missing)!;
    this.#withheld.set(step.id, reason);
    return reason;
  }

  /** Takes what an earlier process has gone through from the journal. */
  async #wasDone(step: Step<C>): Promise<boolean> {
    const state = this.#engine.steps.get(step.id);
    const ended = state?.ended;
    if (ended === undefined) return false;
    if (this.#means.only === step.id) {
      if (step.repeatable) return false;
      throw new CutoverError('step-not-repeatable', `${step.id} was done, and may not be done again`, {
        next: `undo it first with cutover rollback, or leave it`,
        exitCode: exitCodes.usage,
      });
    }
    const counts =
      this.#means.mode === 'rehearsal' && step.blocking !== true
        ? true
        : ended.notExercised !== undefined || ended.outcome === 'holds';
    if (!counts) return false;
    if (ended.kept !== undefined) await step.restore?.(this.#engine.context, ended.kept);
    this.#take(step, ended);
    const { durationMs, outcome } = ended;
    this.#steps.push({ step: step.id, title: step.title, outcome, startedAt: state!.startedAt, durationMs });
    return true;
  }

  #assertNeedsDone({ id, needs }: Step<C>): void {
    const missing = needs.filter((need) => !this.#through.has(need));
    if (missing.length === 0) return;
    throw new CutoverError('step-needs', `${id} needs ${missing.join(', ')}, which this run has not done`, {
      next: 'go through the plan up to there first, with --until',
      exitCode: exitCodes.usage,
    });
  }

  async #tryUntilDone(step: Step<C>, index: number): Promise<Found> {
    const { attempts, pauseMs } = step.retry ?? { attempts: 1, pauseMs: 0 };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#go(step, index, attempt);
      } catch (error) {
        const coded = this.#engine.coded(error);
        if (attempt >= attempts || !isWorthARetry(coded)) throw error;
        await this.#engine.emit({
          type: 'note',
          code: coded.code,
          message: `${step.id}: ${coded.message}; tried again (${attempt + 1} of ${attempts})`,
        });
        await sleep(pauseMs, undefined, { signal: this.#means.control.signal }).catch(() => undefined);
        this.#means.control.assertGoingOnNow();
      }
    }
  }

  async #go(step: Step<C>, index: number, attempt: number): Promise<Found> {
    const { run } = this.#means;
    const { id, title } = step;
    const startedAt = new Date().toISOString();
    const startedMs = performance.now();
    const usualMs = this.#engine.timings.get(id);
    await run.journal({ type: 'step-started', step: id, ...(attempt === 1 ? {} : { attempt }) });
    await this.#engine.emit({
      type: 'step-started',
      step: id,
      title,
      index,
      total: this.#plan.steps.length,
      ...(usualMs === undefined ? {} : { usualMs }),
    });
    const found = await this.#do(step);
    const durationMs = Math.round(performance.now() - startedMs);
    const outcome = found.notExercised !== undefined ? 'not-exercised' : outcomeOf(found.checks);
    for (const check of found.checks) await this.#engine.emit({ type: 'check', check });
    await run.journal({ type: 'step-ended', step: id, outcome, durationMs, ...found });
    if (outcome !== 'not-exercised')
      await this.#engine.emit({ type: 'step-ended', step: id, outcome, durationMs });
    this.#steps.push({ step: id, title, outcome, startedAt, durationMs });
    const open = found.checks
      .filter((check) => check.outcome !== 'holds')
      .map((check) => `${check.title}: ${check.outcome}`);
    const sentence = `${id} ${outcome} after ${duration(durationMs)}${open.length === 0 ? '' : `: ${open.join('; ')}`}`;
    this.#engine.tell('step', open.length > 0, sentence, { step: id, outcome, durationMs });
    return found;
  }

  async #do(step: Step<C>): Promise<Found> {
    const { context } = this.#engine;
    const before = (await step.check?.(context)) ?? [];
    if (before.length > 0 && outcomeOf(before) !== 'holds')
      return { checks: before, withheld: 'what has to hold before it does not' };
    const tools = this.#engine.toolsFor(step.id);
    if (step.irreversible !== undefined) await this.#engine.confirm(step.id, step.irreversible);
    const found = asFound(await step.run(context, tools));
    return before.length === 0 ? found : { ...found, checks: [...before, ...found.checks] };
  }

  #take(step: Step<C>, found: Found): void {
    if (found.notExercised !== undefined) {
      this.#notExercised.push({ step: step.id, reason: found.notExercised });
      return;
    }
    if (found.withheld !== undefined) this.#withheld.set(step.id, `${step.id}: ${found.withheld}`);
    this.#checks.push(...found.checks);
    const outcome = outcomeOf(found.checks);
    if (outcome === 'holds') return;
    this.#blocked = step.blocking === true;
    if (this.#means.mode !== 'real' || this.#blocked) return;
    const open = found.checks.filter((check) => check.outcome !== 'holds').map(({ title }) => title);
    const error = new CutoverError('step-not-held', `${step.id} does not hold: ${open.join('; ')}`, {
      next: `mend what the report names and go on with cutover resume, or go back with cutover rollback`,
      exitCode: exitCodes[outcome],
    });
    this.#stoppedBy = { step: step.id, error };
  }

  async #stop(step: Step<C>, error: unknown): Promise<void> {
    if (error instanceof Waiting) {
      this.#waiting = error.wait;
      await this.#means.run.journal({ type: 'waiting', ...error.wait });
      this.#engine.tell('waiting', true, `${error.message}. ${error.next}`, { step: step.id });
      this.#engine.waitedFor(error);
      return;
    }
    const coded = this.#engine.coded(error);
    this.#stoppedBy = { step: step.id, error: coded };
    const { code, message } = coded;
    // On a disk that is full nothing more can be written down, which is said by the exit code and the webhook.
    const { run } = this.#means;
    await run.journal({ type: 'step-failed', step: step.id, code, message }).catch(() => undefined);
    await this.#engine.status.failed(message).catch(() => undefined);
    this.#engine.tell('stopped', true, `${step.id} stopped the run: ${message}`, { step: step.id });
  }
}

/** What a person has to answer, to stop or to make room for is not tried again, nor is a bug. */
function isWorthARetry(error: CutoverError): boolean {
  const { aborted, bug, usage, leaseHeld, authenticationRefused } = exitCodes;
  const never: readonly number[] = [aborted, bug, usage, leaseHeld, authenticationRefused];
  return !(error instanceof Waiting) && error.code !== 'disk-full' && !never.includes(error.exitCode);
}

function asFound(found: StepResult): Found {
  if (Array.isArray(found)) return { checks: found as readonly Check[] };
  const other = found as Exclude<StepResult, readonly Check[]>;
  return 'notExercised' in other ? { checks: [], notExercised: other.notExercised } : other;
}

const outcomeOf = (checks: readonly Check[]) => combineOutcomes(checks.map(({ outcome }) => outcome));
