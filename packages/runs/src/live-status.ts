import type { CutoverEvent } from '@cutover/core';
import type { Wait } from './journal.ts';
import type { RunDirectory, RunStatus, Status } from './run-directory.ts';
import type { Timings } from './timings.ts';

/** How often `status.json` is written at most, and at least: a run that writes nothing for longer stands still. */
const soonestMs = 500;
export const heartbeatMs = 5000;
/** A wall clock that differs from the steady one by more than this since the last look has jumped. */
const jumpMs = 5000;
const usualForgottenMs = 3_600_000;

type Shown = Omit<Status, 'runId' | 'startedAt' | 'updatedAt'>;

export interface LiveStatusInput {
  readonly run: RunDirectory;
  readonly plan: string;
  readonly mode: string;
  readonly steps: readonly string[];
  readonly timings: Timings;
  /** When the window that the cutover has ends, and what is to be left of it to go back, in milliseconds. */
  readonly window?: { readonly endsAtMs: number; readonly wayBackMs: number } | undefined;
  /** A run that waits for a person, or past its time, and that nobody has advanced for so long, is stalled; an hour by default. */
  readonly forgottenMs?: number | undefined;
  readonly onOverBudget?: (step: string, budgetMs: number) => void;
  /** Called once for a wait that is forgotten. */
  readonly onForgotten?: (wait: Wait) => void;
  readonly onClockJump?: (seconds: number) => void;
}

/** Keeps `status.json` true while a run goes on: its step, what is done of it, and how long the rest usually takes. */
export class LiveStatus {
  readonly #input: LiveStatusInput;
  #status: Shown;
  #stepStartedMs = 0;
  #budgetMs = Infinity;
  #forgotten = false;
  #writtenMs = 0;
  #clock = { steady: performance.now(), wall: Date.now() };
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(input: LiveStatusInput) {
    this.#input = input;
    this.#status = {
      plan: input.plan,
      mode: input.mode,
      status: 'running',
      step: null,
      stepIndex: 0,
      stepsTotal: input.steps.length,
      ...nothingDone,
      percent: 0,
      etaSeconds: null,
      errors: [],
    };
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  async step(step: string, stepIndex: number, budgetMs = Infinity): Promise<void> {
    this.#stepStartedMs = performance.now();
    this.#budgetMs = budgetMs;
    const { overBudget: _, waitingFor: __, ...status } = this.#status;
    this.#status = { ...status, ...nothingDone, status: 'running', step, stepIndex };
    await this.#write();
  }

  /** From here on what was done is taken back, until `end('rolled-back')`. */
  goesBack(): void {
    this.#status = { ...this.#status, goesBack: true };
  }

  /** Takes note of progress; writes it now and then, where it can. */
  seen(event: CutoverEvent): void {
    if (event.type !== 'progress') return;
    const { bytesDone = 0, bytesTotal = 0, rowsDone = 0, rowsTotal = 0 } = event;
    this.#status = { ...this.#status, bytesDone, bytesTotal, rowsDone, rowsTotal };
    if (performance.now() - this.#writtenMs >= soonestMs) void this.#write().catch(() => undefined);
  }

  async failed(message: string): Promise<void> {
    this.#status = { ...this.#status, errors: [...this.#status.errors, message] };
    await this.#write();
  }

  /** What the run waits for while its process stays, or undefined when that is over. */
  async waiting(wait: Wait | undefined): Promise<void> {
    const { waitingFor: _, ...status } = this.#status;
    this.#status =
      wait === undefined
        ? { ...status, status: 'running' }
        : { ...status, status: 'waiting', waitingFor: { ...this.#waitSince(wait), staying: true } };
    this.#forgotten = false;
    // What a person takes is not what the step takes.
    if (wait === undefined) this.#stepStartedMs = performance.now();
    await this.#write();
  }

  async pointOfNoReturn(what: NonNullable<Status['pointOfNoReturn']>): Promise<void> {
    this.#status = { ...this.#status, pointOfNoReturn: what };
    await this.#write();
  }

  async end(status: Exclude<RunStatus, 'running'>, wait?: Wait): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    const { overBudget: _, waitingFor: __, goesBack, ...was } = this.#status;
    const back = goesBack === true && status !== 'rolled-back' ? { goesBack } : {};
    this.#status =
      wait === undefined
        ? { ...was, ...back, ...nothingDone, status, step: null, stepIndex: this.#input.steps.length }
        : { ...was, ...back, ...nothingDone, status, waitingFor: this.#waitSince(wait) };
    await this.#write();
  }

  #waitSince(wait: Wait): NonNullable<Status['waitingFor']> {
    const now = Date.now();
    const { forgottenMs = usualForgottenMs } = this.#input;
    const fromMs = Math.max(now, wait.until === undefined ? 0 : Date.parse(wait.until));
    return {
      ...wait,
      since: new Date(now).toISOString(),
      stalledAt: new Date(fromMs + forgottenMs).toISOString(),
    };
  }

  #beat(): void {
    const drift = Date.now() - this.#clock.wall - (performance.now() - this.#clock.steady);
    this.#clock = { steady: performance.now(), wall: Date.now() };
    if (Math.abs(drift) > jumpMs) this.#input.onClockJump?.(Math.round(drift / 1000));
    const { status, step, overBudget } = this.#status;
    const took = performance.now() - this.#stepStartedMs;
    if (status === 'running' && step !== null && overBudget !== true && took > this.#budgetMs) {
      this.#status = { ...this.#status, overBudget: true };
      this.#input.onOverBudget?.(step, this.#budgetMs);
    }
    const { waitingFor } = this.#status;
    if (!this.#forgotten && waitingFor !== undefined && Date.now() > Date.parse(waitingFor.stalledAt!)) {
      this.#forgotten = true;
      this.#input.onForgotten?.(waitingFor);
    }
    void this.#write().catch(() => undefined);
  }

  #write(): Promise<void> {
    this.#writtenMs = performance.now();
    const { percent, etaSeconds } = this.#forecast();
    return this.#input.run.status({ ...this.#status, percent, etaSeconds, ...this.#abortBy() });
  }

  /** The latest moment at which what is left of the plan, or going back, still fits into the window. */
  #abortBy(): Pick<Shown, 'abortBy'> {
    const { window } = this.#input;
    if (window === undefined) return {};
    return { abortBy: new Date(window.endsAtMs - window.wayBackMs).toISOString() };
  }

  /** By what the steps usually take; before anything is known of that, by their number and without a forecast. */
  #forecast(): Pick<Shown, 'percent' | 'etaSeconds'> {
    const { status, stepIndex, stepsTotal } = this.#status;
    const { steps, timings } = this.#input;
    if (status !== 'running' && status !== 'waiting')
      return { percent: status === 'done' ? 100 : this.#status.percent, etaSeconds: 0 };
    // Where nobody has ever come further than to here nothing can be said of what is left.
    if (!steps.slice(stepIndex).some((step) => timings.has(step)))
      return { percent: Math.floor((100 * stepIndex) / stepsTotal), etaSeconds: null };
    const usual = steps.map((step) => timings.get(step) ?? 0);
    const total = usual.reduce((sum, ms) => sum + ms, 0);
    const passed = usual.slice(0, stepIndex).reduce((sum, ms) => sum + ms, 0);
    const current = usual[stepIndex] ?? 0;
    const inStep = Math.min(performance.now() - this.#stepStartedMs, current);
    const left = total - passed - inStep;
    return {
      percent: Math.min(99, Math.floor((100 * (passed + inStep)) / total)),
      etaSeconds: Math.ceil(left / 1000),
    };
  }
}

const nothingDone = { bytesDone: 0, bytesTotal: 0, rowsDone: 0, rowsTotal: 0 } as const;
