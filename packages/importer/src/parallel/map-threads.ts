import type { Worker } from 'node:worker_threads';
import { errorOfTold } from '@cutover/core';
import { startThread, stopThread } from '@cutover/stores';
import type { ThreadBatch, ThreadDone, ThreadInput, ThreadMessage } from './messages.ts';

/** What lives longer than a row is in shared memory or handed over. */
const youngMb = 12;

/** Threads that map. They are started once, while there is nothing to map yet, and serve one pass after the other. */
export class MapThreads {
  readonly #threads: readonly MapThread[];

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => new MapThread());
  }

  get count(): number {
    return this.#threads.length;
  }

  /**
   * Lets thread `number` map its rows of a pass; `take` gets what it has made. Throws what the thread has thrown, and
   * what `take` throws.
   */
  map(number: number, input: ThreadInput, take: (batch: ThreadBatch) => Promise<void>): Promise<ThreadDone> {
    return this.#threads[number]!.map(input, take);
  }

  /** Ends the threads, whatever they are at. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

interface Pass {
  readonly take: (batch: ThreadBatch) => Promise<void>;
  readonly taking: Promise<void>[];
  readonly resolve: (done: ThreadDone) => void;
  readonly reject: (error: unknown) => void;
}

class MapThread {
  readonly #worker: Worker;
  #pass: Pass | undefined;
  #failure: Error | undefined;

  constructor() {
    this.#worker = startThread(new URL('./map-thread.ts', import.meta.url), {}, youngMb);
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a mapping thread ended with ${code}`)));
  }

  map(input: ThreadInput, take: Pass['take']): Promise<ThreadDone> {
    return new Promise<ThreadDone>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#pass = { take, taking: [], resolve, reject };
      this.#worker.postMessage(input);
    }).finally(() => {
      // What a pass has made is not to be held by a thread that waits for the next.
      this.#pass = undefined;
    });
  }

  async stop(): Promise<void> {
    await stopThread(this.#worker);
  }

  #hear(message: ThreadMessage): void {
    const pass = this.#pass;
    if (pass === undefined) return;
    if (message.kind === 'failed') pass.reject(errorOfTold(message.error));
    else if (message.kind === 'done') Promise.all(pass.taking).then(() => pass.resolve(message), pass.reject);
    else {
      const taken = pass.take(message).then(() => this.#worker.postMessage('taken'));
      taken.catch(pass.reject);
      pass.taking.push(taken);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#pass?.reject(this.#failure);
  }
}
