import type { HubContext } from '../attempt/context.ts';
import { Fenced } from '../attempt/hold.ts';
import { runAttempt } from '../attempt/run-attempt.ts';
import { isActive, type Move, type WorkerRow } from '../move.ts';
import type { Engine } from './engine.ts';

/** For one machine: the row is all that is remembered, and an attempt that was cut off is gone through again. */
export class InProcess implements Engine {
  readonly running = new Set<string>();
  readonly #hub: HubContext;
  readonly #worker: string;
  readonly #onError: (error: unknown) => void;
  readonly #stopped = new AbortController();
  readonly #ended = new Set<Promise<void>>();

  constructor(hub: HubContext, worker: string, onError: (error: unknown) => void) {
    this.#hub = hub;
    this.#worker = worker;
    this.#onError = onError;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  started(move: Move): void {
    this.running.add(move.id);
    const ended = runAttempt(this.#hub, move, this.#worker, (_name, work) => work(), this.#stopped.signal)
      .catch((error: unknown) => {
        if (!(error instanceof Fenced)) this.#onError(error);
      })
      .finally(() => {
        this.running.delete(move.id);
        this.#ended.delete(ended);
      });
    this.#ended.add(ended);
  }

  async recover(gone: WorkerRow): Promise<void> {
    const left = (await this.#hub.store.read((rows) => rows.unended())).filter(
      (move) => isActive(move) && move.worker === gone.id && !this.running.has(move.id),
    );
    for (const move of left) this.started(move);
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#ended);
  }
}
