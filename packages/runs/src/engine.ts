import os from 'node:os';
import {
  type Check,
  CutoverError,
  type CutoverEvent,
  exitCodes,
  type Listener,
  machineFaultOf,
  messageOf,
} from '@cutover/core';
import type { RunControl } from './control.ts';
import {
  type Answer,
  type EffectState,
  replay,
  type RunHistory,
  type StepState,
  type Wait,
} from './journal.ts';
import { keepLease, type Lease } from './lease.ts';
import { LiveStatus } from './live-status.ts';
import type { Notice, Notifier } from './notify.ts';
import { type Mode, type Plan, planHash, type Step } from './plan.ts';
import type { RunDirectory } from './run-directory.ts';
import { type Timings, usualTimings } from './timings.ts';
import { type Ask, type StepTools, toolsFor, type ToolsMeans } from './tools.ts';
import type { Waiting } from './waiting.ts';

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
  /** What it stopped for until somebody resumes it. */
  readonly waiting?: Wait;
  /** Whether a blocking step (preflight) stopped it, so that nothing was changed. */
  readonly blocked: boolean;
}

/** What the engine of a run is given beside its plan. */
export interface RunMeans<C> {
  readonly mode: Mode;
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
  /** The one step to go through; what it needs has to be done already. */
  readonly only?: string;
  /** The right to act; a rehearsal on stores of its own needs none. */
  readonly lease?: Lease;
  /** Keeps waiting for persons and times instead of ending as `waiting`. */
  readonly wait?: boolean;
  readonly ask?: Ask;
  /** Irreversible steps that were agreed to on the command line. */
  readonly yesTo?: readonly string[];
  /** What a person says of effects that nobody else can settle: `18-flip/sso` to `done` or `undone`. */
  readonly settled?: Readonly<Record<string, 'done' | 'undone'>>;
  /** Why this run was not rehearsed as it should be, for the journal. */
  readonly unrehearsed?: string;
  /** What was done is taken back: `cutover rollback` goes on with it. */
  readonly goesBack?: boolean;
  readonly window?: { readonly endsAtMs: number; readonly wayBackMs: number };
  readonly watchdog?: Watchdog;
}

/** When a run is reported as stalled, where the run file says so. */
export interface Watchdog {
  /** Milliseconds by step, instead of what the plan gives them. */
  readonly budgets?: Readonly<Record<string, number>>;
  /** Milliseconds after which a wait that nobody has ended is forgotten. */
  readonly forgottenMs?: number;
}

/** What going through a plan and going back share: journal, lease, status, effects, notices. */
export class Engine<C> {
  readonly context: C;
  readonly status: LiveStatus;
  readonly timings: Timings;
  readonly history: RunHistory;
  readonly steps: ReadonlyMap<string, StepState>;
  /** `cutover (rehearsal)` */
  readonly title: string;
  /** What a run that waits is told to do next. */
  waitingNext: string | undefined;
  readonly #plan: Plan<C>;
  readonly #means: RunMeans<C>;
  readonly #tools: ToolsMeans;
  readonly #keeping: { stop(): Promise<void> } | undefined;
  #pointOfNoReturn: { readonly at: string; readonly what: string } | undefined;

  private constructor(
    plan: Plan<C>,
    means: RunMeans<C>,
    opened: { readonly history: RunHistory; readonly timings: Timings; readonly fence: number | undefined },
  ) {
    const { history, timings, fence } = opened;
    this.#plan = plan;
    this.#means = means;
    this.history = history;
    this.steps = history.steps;
    this.timings = timings;
    this.title = `${plan.name} (${means.mode})`;
    this.status = new LiveStatus({
      run: means.run,
      plan: plan.name,
      mode: means.mode,
      steps: plan.steps.map(({ id }) => id),
      timings,
      window: means.window,
      forgottenMs: means.watchdog?.forgottenMs,
      onOverBudget: (step, budgetMs) => this.#overBudget(step, budgetMs),
      onForgotten: ({ step, asks }) =>
        this.tell('stalled', true, `${step} still waits, and nobody has advanced it: ${asks}`, { step }),
      onClockJump: (seconds) => this.#clockJumped(seconds),
    });
    this.#pointOfNoReturn = history.pointOfNoReturn;
    this.#tools = {
      run: means.run,
      control: means.control,
      effects: new Map<string, EffectState>(history.effects),
      answers: new Map<string, Answer>(history.answers),
      lease: means.lease,
      fence,
      wait: means.wait === true,
      goOn: goOnWith(means),
      ask: means.ask,
      onWait: (wait) => this.#waits(wait),
      onPointOfNoReturn: (found) => this.#noReturn(found),
    };
    this.#keeping =
      means.lease === undefined
        ? undefined
        : keepLease(means.lease, (error) => means.control.fail(this.coded(error)));
    // Thrown at once and not by the promise, for which not everybody waits.
    this.context = means.context((event) => {
      means.control.assertGoingOn();
      this.status.seen(event);
      return means.onEvent(event);
    });
  }

  /** Takes the lease, reads what the run has done before, and says in the journal that it goes on. */
  static async open<C>(plan: Plan<C>, means: RunMeans<C>): Promise<Engine<C>> {
    const { run } = means;
    const hash = planHash(plan);
    const history = replay(run.before);
    assertSamePlan(history, hash, means.mode);
    const timings = await usualTimings(means.stateDir, hash, means.inputBytes);
    const fence = await means.lease?.acquire(`run ${run.id}`);
    try {
      if (history.started === undefined)
        await run.journal({
          type: 'run-started',
          runId: run.id,
          plan: plan.name,
          planHash: hash,
          mode: means.mode,
          inputBytes: means.inputBytes,
          ...(means.unrehearsed === undefined ? {} : { unrehearsed: means.unrehearsed }),
        });
      else
        await run.journal({
          type: 'run-resumed',
          by: `process ${process.pid} on ${os.hostname()}`,
          ...(fence === undefined ? {} : { fence }),
        });
      const effects = await settle(means, history);
      const engine = new Engine(plan, means, { history: { ...history, effects }, timings, fence });
      if (history.pointOfNoReturn !== undefined) await engine.status.pointOfNoReturn(history.pointOfNoReturn);
      const word = history.started === undefined ? 'has started' : 'goes on';
      engine.tell('started', means.unrehearsed !== undefined, `${engine.title} ${word}`);
      return engine;
    } catch (error) {
      await means.lease?.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#keeping?.stop();
    await this.#means.lease?.release().catch(() => undefined);
  }

  /** Milliseconds that a step may take before somebody is told. */
  budgetOf(step: Step<C>): number {
    const given = this.#means.watchdog?.budgets?.[step.id];
    return given ?? step.budgetFor?.(this.context) ?? step.budgetMs;
  }

  toolsFor(step: string, prefix = ''): StepTools {
    return toolsFor(this.#tools, step, prefix);
  }

  /** Asks for an irreversible step by its name, unless the command line or an earlier answer has agreed to it. */
  async confirm(step: string, irreversible: string): Promise<void> {
    const { run, yesTo = [] } = this.#means;
    const key = `${step}/confirm`;
    if (yesTo.includes(step) && !this.#tools.answers.has(key)) {
      const answer: Answer = { key, by: '--yes-to', answer: 'yes', at: new Date().toISOString() };
      await run.journal({ type: 'answered', step, ...answer });
      this.#tools.answers.set(key, answer);
    }
    const asks = `${step} ${irreversible}: go on?`;
    const { answer } = await this.toolsFor(step).answer({ key: 'confirm', asks, answers: ['yes', 'no'] });
    if (answer === 'yes') return;
    throw new CutoverError('not-confirmed', `${step} was not agreed to`, {
      next: `cutover answer ${key} yes --by NAME, then cutover resume; or cutover rollback`,
      exitCode: exitCodes.aborted,
    });
  }

  waitedFor({ next }: Waiting): void {
    this.waitingNext = next;
  }

  tell(type: Notice['type'], problem: boolean, sentence: string, more: Partial<Notice> = {}): void {
    const { notifier, run, names = {}, inputBytes, mode } = this.#means;
    notifier?.tell({
      type,
      problem,
      sentence,
      runId: run.id,
      plan: this.#plan.name,
      mode,
      at: new Date().toISOString(),
      ...names,
      inputBytes,
      ...more,
    });
  }

  async emit(event: CutoverEvent): Promise<void> {
    await this.#means.run.log(JSON.stringify(event));
    await this.#means.onEvent(event);
  }

  coded(error: unknown): CutoverError {
    return asCutoverError(error, goOnWith(this.#means));
  }

  async #waits(wait: Wait | undefined): Promise<void> {
    await this.status.waiting(wait);
    if (wait === undefined) return;
    await this.#means.run.journal({ type: 'waiting', ...wait });
    this.tell('waiting', true, `${wait.step} waits: ${wait.asks}`, { step: wait.step });
    await this.emit({ type: 'note', code: 'waiting', message: `${wait.step} waits: ${wait.asks}` });
  }

  async #noReturn(found: { readonly at: string; readonly what: string }): Promise<void> {
    if (this.#pointOfNoReturn !== undefined) return;
    this.#pointOfNoReturn = found;
    await this.#means.run.journal({ type: 'point-of-no-return', when: found.at, what: found.what });
    await this.status.pointOfNoReturn(found);
    this.tell('no-return', true, `going back would have to carry: ${found.what} (${found.at})`);
  }

  #overBudget(step: string, budgetMs: number): void {
    const sentence = `${step} takes longer than the ${Math.round(budgetMs / 1000)} s that it has`;
    this.tell('stalled', true, sentence, { step });
    void this.emit({ type: 'note', code: 'over-budget', message: sentence }).catch(() => undefined);
  }

  #clockJumped(seconds: number): void {
    const message = `the clock of this machine jumped by ${seconds} s; times in the journal are its`;
    void this.#means.run.journal({ type: 'clock-jumped', seconds }).catch(() => undefined);
    void this.emit({ type: 'note', code: 'clock-jumped', message }).catch(() => undefined);
    this.tell('stalled', true, message);
  }
}

/** A newer version of the tool goes on with an older run where its plan is the same. */
function assertSamePlan({ started }: RunHistory, hash: string, mode: Mode): void {
  if (started === undefined) return;
  if (started.planHash !== hash)
    throw new CutoverError(
      'plan-changed',
      `the run was begun with the plan ${started.planHash}, this version has ${hash}`,
      {
        next: 'resume it with the version that began it, or roll it back with that one and start anew',
        exitCode: exitCodes.usage,
      },
    );
  if (started.mode !== mode)
    throw new CutoverError('mode-changed', `the run is a ${started.mode} one, not a ${mode} one`, {
      next: 'resume it as what it is',
      exitCode: exitCodes.usage,
    });
}

/** Writes down what a person says of effects that a crash left open. */
async function settle<C>(
  { run, settled = {} }: RunMeans<C>,
  { effects }: RunHistory,
): Promise<ReadonlyMap<string, EffectState>> {
  const now = new Map(effects);
  for (const [name, as] of Object.entries(settled)) {
    const slash = name.indexOf('/');
    if (now.get(name)?.state !== 'intended')
      throw new CutoverError('nothing-to-settle', `${name} is no effect that is open`, {
        next: 'name what `cutover status` says the run waits for',
        exitCode: exitCodes.usage,
      });
    const place = { step: name.slice(0, slash), key: name.slice(slash + 1) };
    if (as === 'done') {
      await run.journal({ type: 'effect-done', ...place, how: 'settled' });
      now.set(name, { state: 'done' });
    } else {
      await run.journal({ type: 'effect-undone', ...place });
      now.delete(name);
    }
  }
  return now;
}

const goOnWith = ({ goesBack }: Pick<RunMeans<never>, 'goesBack'>): string =>
  goesBack === true ? 'cutover rollback' : 'cutover resume';

function asCutoverError(error: unknown, goOn: string): CutoverError {
  if (error instanceof CutoverError) return error;
  const other = error as { code?: unknown; next?: unknown };
  // The dump reader stands alone and has an error class of its own with the same shape.
  if (typeof other.code === 'string' && typeof other.next === 'string')
    return new CutoverError(other.code, messageOf(error), {
      next: other.next,
      exitCode: exitCodes.stoppedByFault,
      cause: error,
    });
  const found = machineFaultOf(error);
  if (found !== undefined)
    return new CutoverError(found.code, messageOf(error), {
      next: `${found.next}, then ${goOn}`,
      exitCode: exitCodes.stoppedByFault,
      cause: error,
    });
  return new CutoverError('bug', messageOf(error), {
    next: 'this is a fault of ours; please report it with the run folder',
    exitCode: exitCodes.bug,
    cause: error,
  });
}
