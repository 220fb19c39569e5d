import type { CutoverEvent } from '@cutover/core';
import type { RunDirectory, RunStatus, Status } from './run-directory.ts';
import type { Timings } from './timings.ts';

/** How often `status.json` is written at most, and at least: a run that writes nothing for longer stands still. */
const soonestMs = 500;
export const heartbeatMs = 5000;

type Shown = Omit<Status, 'runId' | 'startedAt' | 'updatedAt'>;

/** Keeps `status.json` true while a run goes on: its step, what is done of it, and how long the rest usually takes. */
export class LiveStatus {
  readonly #run: RunDirectory;
  readonly #steps: readonly string[];
  readonly #timings: Timings;
  #status: Shown;
  #stepStartedMs = 0;
  #writtenMs = 0;
  #writing: Promise<void> = Promise.resolve();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(run: RunDirectory, plan: string, mode: string, steps: readonly string[], timings: Timings) {
    this.#run = run;
    this.#steps = steps;
    this.#timings = timings;
    this.#status = {
      plan,
      mode,
      status: 'running',
      step: null,
      stepIndex: 0,
      stepsTotal: steps.length,
      ...nothingDone,
      percent: 0,
      etaSeconds: null,
      errors: [],
    };
    this.#heartbeat = setInterval(() => void this.#write().catch(() => undefined), heartbeatMs);
    this.#heartbeat.unref();
  }

  async step(step: string, stepIndex: number): Promise<void> {
    this.#stepStartedMs = performance.now();
    this.#status = { ...this.#status, ...nothingDone, step, stepIndex };
    await this.#write();
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

  async end(status: Exclude<RunStatus, 'running'>): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#status = { ...this.#status, ...nothingDone, status, step: null, stepIndex: this.#steps.length };
    await this.#write();
  }

  #write(): Promise<void> {
    this.#writtenMs = performance.now();
    const { percent, etaSeconds } = this.#forecast();
    const status = { ...this.#status, percent, etaSeconds };
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#run.status(status));
    return this.#writing;
  }

  /** By what the steps usually take; before anything is known of that, by their number and without a forecast. */
  #forecast(): Pick<Shown, 'percent' | 'etaSeconds'> {
    const { status, stepIndex, stepsTotal } = this.#status;
    if (status !== 'running')
      return { percent: status === 'done' ? 100 : this.#status.percent, etaSeconds: 0 };
    const usual = this.#steps.map((step) => this.#timings.get(step) ?? 0);
    const total = usual.reduce((sum, ms) => sum + ms, 0);
    if (total === 0) return { percent: Math.floor((100 * stepIndex) / stepsTotal), etaSeconds: null };
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
