import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { admit } from '../admit.ts';
import type { HubContext } from '../attempt/context.ts';
import { isActive, type Move, type WorkerRow } from '../move.ts';
import { isRunning, thisProcess } from '../process.ts';
import { standingOf } from '../queue.ts';
import type { MoveRows, MoveStore } from '../store/store.ts';
import type { Engine } from './engine.ts';
import { forgetOver } from '../forget.ts';
import { keepHouse } from './keep-house.ts';
import { lookAtNodes, measureSites } from './look.ts';

export interface WorkerEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

export interface WorkerOptions<Rows extends MoveRows> {
  readonly hub: HubContext;
  readonly store: MoveStore<Rows>;
  /** Attempts at once. */
  readonly jobs: number;
  /** Ends when nothing is left to do. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly makeEngine: (worker: string) => Promise<Engine<Rows>>;
  readonly onEvent: (event: WorkerEvent) => void;
}

const forgetEveryMs = 3_600_000;

/** A process that takes moves from the queue: beats, admits, follows, and takes over from those that are gone. */
export class Worker<Rows extends MoveRows> {
  readonly id = randomUUID();
  readonly #options: WorkerOptions<Rows>;
  readonly #leaseMs: number;
  readonly #tickMs: number;
  /** Since when every beat came through; who was away himself takes nobody for dead. */
  #beatingSinceMs = Infinity;
  #beatMs = 0;
  #lookedMs = 0;
  #forgotMs = -Infinity;
  #looking: Promise<void> | undefined;

  constructor(options: WorkerOptions<Rows>) {
    this.#options = options;
    this.#leaseMs = options.hub.config.leaseSeconds * 1000;
    this.#tickMs = Math.min(1000, this.#leaseMs / 5);
  }

  /** Until it is told to stop, or with `once` nothing is left. Throws CutoverError `worker-replaced` (exit 5). */
  async run(): Promise<void> {
    const { hub } = this.#options;
    await hub.store.change((rows) => rows.putWorker(this.#row(rows.now, null)));
    let engine: Engine<Rows> | undefined;
    try {
      engine = await this.#options.makeEngine(this.id);
      await this.#untilTold(engine);
    } finally {
      await engine?.stop();
      await this.#looking;
      await hub.store.change(async (rows) => {
        const row = (await rows.workers()).find(({ id }) => id === this.id);
        if (row?.goneAt === null) await rows.putWorker({ ...row, goneAt: rows.now.toISOString() });
      });
    }
  }

  async #untilTold(engine: Engine<Rows>): Promise<void> {
    const { signal, once } = this.#options;
    while (!signal.aborted) {
      if (!(await this.#beat())) throw replaced(this.id);
      await this.#takeOver(engine);
      this.#look(engine);
      const left = await this.#dispatch(engine);
      if (once && left === 0 && engine.running.size === 0) return;
      await sleep(this.#tickMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #row(now: Date, goneAt: string | null): WorkerRow {
    return { id: this.id, ...thisProcess(), beatAt: now.toISOString(), goneAt };
  }

  /** False where others have taken this one for dead. */
  async #beat(): Promise<boolean> {
    const alive = await this.#options.hub.store.change(async (rows) => {
      const row = (await rows.workers()).find(({ id }) => id === this.id);
      if (row?.goneAt !== null) return false;
      await rows.putWorker(this.#row(rows.now, null));
      return true;
    });
    const now = performance.now();
    if (now - this.#beatMs > this.#leaseMs / 2) this.#beatingSinceMs = now;
    this.#beatMs = now;
    return alive;
  }

  /** Takes silent workers for dead, by the store's clock, and has what they were at given to others. */
  async #takeOver(engine: Engine<Rows>): Promise<void> {
    const { hub, onEvent } = this.#options;
    const sure = performance.now() - this.#beatingSinceMs > this.#leaseMs;
    const { host } = thisProcess();
    const gone = await hub.store.change(async (rows) => {
      const all = await rows.workers();
      for (const row of all.filter(({ id, goneAt }) => id !== this.id && goneAt === null)) {
        const silentMs = +rows.now - +new Date(row.beatAt);
        const ended = row.host === host && !isRunning(row) && silentMs > this.#tickMs;
        if (!ended && !(sure && silentMs > this.#leaseMs)) continue;
        await rows.putWorker({ ...row, goneAt: rows.now.toISOString() });
      }
      return (await rows.workers()).filter(({ id, goneAt }) => id !== this.id && goneAt !== null);
    });
    for (const row of gone) {
      await engine.recover(row);
      await hub.store.change((rows) => rows.removeWorker(row.id));
      onEvent({ level: 'info', message: `the worker ${row.id} of ${row.host} is gone; its moves go on` });
    }
    if (sure) await this.#putBackOrphans(engine);
  }

  /** An active move that no worker has for several leases goes back into the queue: its run has ended by a fault. */
  async #putBackOrphans(engine: Engine<Rows>): Promise<void> {
    const { hub, onEvent } = this.#options;
    const put = await hub.store.change(async (rows) => {
      const alive = new Set((await rows.workers()).map(({ id }) => id));
      const orphans = (await rows.unended()).filter(
        (move) =>
          isActive(move) &&
          +rows.now - +new Date(move.changedAt) > 3 * this.#leaseMs &&
          (move.worker === null
            ? alive.size > 0 && engine.running.size < this.#options.jobs
            : !alive.has(move.worker) || (move.worker === this.id && !engine.running.has(move.id))),
      );
      for (const move of orphans)
        await rows.putMove({
          ...move,
          ...{ state: 'queued', worker: null, fence: move.fence + 1, waits: 'its run ended by a fault' },
        });
      return orphans;
    });
    for (const { id } of put)
      onEvent({ level: 'warn', message: `the move ${id} was with nobody, and is back in the queue` });
  }

  /** Free room and sizes, beside everything else: nodes may be slow to answer. */
  #look(engine: Engine<Rows>): void {
    const { hub, onEvent } = this.#options;
    const everyMs = Math.min(10_000, this.#leaseMs / 2);
    if (this.#looking !== undefined || performance.now() - this.#lookedMs < everyMs) return;
    this.#looking = Promise.all([
      lookAtNodes(hub),
      measureSites(hub),
      keepHouse(hub, onEvent),
      this.#forget(engine),
    ])
      .then(
        () => undefined,
        (error: unknown) => onEvent({ level: 'warn', message: messageOf(error) }),
      )
      .finally(() => {
        this.#lookedMs = performance.now();
        this.#looking = undefined;
      });
  }

  /** Now and then: a queue in files reads all of what is over for it. */
  async #forget(engine: Engine<Rows>): Promise<void> {
    const now = performance.now();
    if (now - this.#forgotMs < forgetEveryMs) return;
    this.#forgotMs = now;
    const { store, config } = this.#options.hub;
    await forgetOver(store, config.keepMovesSeconds * 1000, (moves) => engine.forget(moves));
  }

  /** Begins what may begin, as far as this worker has room. Answers how many are not over. */
  async #dispatch(engine: Engine<Rows>): Promise<number> {
    const { store, jobs } = this.#options;
    const { begun, left } = await store.change(async (rows) => {
      const standing = await standingOf(rows);
      let unended = standing.unended;
      const notTaken = unended.filter((move) => isActive(move) && move.worker === null).length;
      let room = jobs - engine.running.size - notTaken;
      const begun: Move[] = [];
      for (const move of standing.unended.filter(({ state }) => state === 'queued')) {
        const admission = admit(move, { ...standing, unended });
        if ('waits' in admission) {
          if (admission.waits !== move.waits) await rows.putMove({ ...move, waits: admission.waits });
          continue;
        }
        if (room-- <= 0) continue;
        const active = begin(move, admission.destination.id, rows.now);
        await rows.putMove(active);
        await engine.start(rows, active);
        unended = unended.map((one) => (one.id === active.id ? active : one));
        begun.push(active);
      }
      return { begun, left: unended.length };
    });
    for (const move of begun) engine.started(move);
    return left;
  }
}

const begin = (move: Move, destination: string, now: Date): Move => ({
  ...move,
  ...{ state: 'preparing', destination, attempt: move.attempt + 1, fence: move.fence + 1, worker: null },
  ...{ waits: null, notBefore: null, bytesDone: 0, changedAt: now.toISOString() },
  tried: move.tried.includes(destination) ? move.tried : [...move.tried, destination],
});

const replaced = (id: string): CutoverError =>
  new CutoverError('worker-replaced', `others have taken this worker ${id} for dead, and have its moves`, {
    next: 'start another one; where this comes again, see why the process or its link to the database stands still',
    exitCode: exitCodes.leaseHeld,
  });
