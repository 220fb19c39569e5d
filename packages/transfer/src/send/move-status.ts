import type { RunDirectory, RunStatus, Status } from '@cutover/runs';

export const movePhases = ['queued', 'preparing', 'sending', 'finalizing', 'done'] as const;
export type MovePhase = (typeof movePhases)[number] | 'failing';

/** `status.json` of a move: that of every run, and what a move has besides. */
export interface MoveStatus extends Status {
  readonly phase: MovePhase;
  /** Counted from 1; the last is made while the source is locked. */
  readonly pass: number;
  readonly passesTotal: number;
  readonly bytesPerSecond: number;
  readonly from: string;
  readonly to: string;
  readonly attempts: number;
  /** What it is at, for people. */
  readonly doing: string;
}

const everyMs = 500;

/** Keeps `status.json` true. Writes at most twice a second, and at least every five seconds. */
export class LiveMove {
  readonly #run: RunDirectory;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #onChange: (status: Shown) => void;
  #writtenMs = 0;
  #status: Shown;
  #rate = { sinceMs: performance.now(), bytes: 0 };
  #entries = { done: 0, total: 0 };

  constructor(run: RunDirectory, from: string, to: string, onChange: (status: Shown) => void) {
    this.#run = run;
    this.#onChange = onChange;
    this.#status = {
      ...{ plan: 'transfer', mode: 'real', status: 'running', step: 'queued', stepIndex: 0 },
      stepsTotal: movePhases.length,
      ...{ bytesDone: 0, bytesTotal: 0, rowsDone: 0, rowsTotal: 0, percent: 0, etaSeconds: null, errors: [] },
      ...{
        phase: 'queued',
        pass: 0,
        passesTotal: 0,
        bytesPerSecond: 0,
        from,
        to,
        attempts: 1,
        doing: 'waiting',
      },
    };
    this.#heartbeat = setInterval(() => void this.#write().catch(() => undefined), 5000);
    this.#heartbeat.unref();
  }

  get now(): Shown {
    return this.#status;
  }

  async phase(phase: MovePhase, doing: string): Promise<void> {
    const index = movePhases.indexOf(phase as (typeof movePhases)[number]);
    await this.set({ phase, doing, ...(index < 0 ? {} : { step: phase, stepIndex: index }) });
  }

  async set(change: Partial<Shown>): Promise<void> {
    this.#status = { ...this.#status, ...change };
    await this.#write();
  }

  /** A pass begins: `names` are to be looked at. */
  async begin(change: Partial<Shown>, names: number): Promise<void> {
    this.#rate = { sinceMs: performance.now(), bytes: 0 };
    this.#entries = { done: 0, total: names };
    await this.set({ bytesDone: 0, bytesTotal: 0, rowsDone: 0, rowsTotal: names, ...change });
  }

  readonly progress = {
    bytes: (count: number): void => {
      this.#rate.bytes += count;
      this.#tick();
    },
    wanted: (bytes: number): void => {
      this.#status = {
        ...this.#status,
        bytesTotal: Math.max(this.#status.bytesTotal, this.#status.bytesTotal + bytes),
      };
    },
    entries: (count: number): void => {
      this.#entries.done += count;
      this.#tick();
    },
  };

  async end(status: Exclude<RunStatus, 'running'>, errors: readonly string[]): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.set({ status, errors, etaSeconds: 0, ...(status === 'done' ? { percent: 100 } : {}) });
  }

  #tick(): void {
    if (performance.now() - this.#writtenMs < everyMs) return;
    void this.#write().catch(() => undefined);
  }

  #write(): Promise<void> {
    this.#writtenMs = performance.now();
    const seconds = (performance.now() - this.#rate.sinceMs) / 1000;
    const { done, total } = this.#entries;
    const share = total === 0 ? 0 : Math.min(1, done / total);
    const going = this.#status.status === 'running';
    this.#status = {
      ...this.#status,
      bytesDone: this.#rate.bytes,
      rowsDone: done,
      bytesPerSecond: seconds > 0 ? Math.round(this.#rate.bytes / seconds) : 0,
      percent: going ? Math.min(99, Math.floor(share * 100)) : this.#status.percent,
      etaSeconds: !going ? 0 : share > 0.01 ? Math.ceil((seconds / share) * (1 - share)) : null,
    };
    this.#onChange(this.#status);
    return this.#run.status(this.#status);
  }
}

type Shown = Omit<MoveStatus, 'runId' | 'startedAt' | 'updatedAt'>;
