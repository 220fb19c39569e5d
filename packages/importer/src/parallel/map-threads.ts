import type { Worker } from 'node:worker_threads';
import { errorOfTold } from '@cutover/core';
import { startThread, stopThread } from '@cutover/stores';
import type { HashAsked, HashTold, ThreadBatch, ThreadDone, ThreadInput, ThreadMessage } from './messages.ts';

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

  /** SHA-256 of files, by a thread that has nothing to map yet. Throws what the thread has thrown. */
  hash(paths: readonly string[]): Promise<string> {
    return this.#threads[0]!.hash(paths);
  }

  /** Ends the threads, whatever they are at. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

/** What a thread is at. */
interface Job {
  readonly take: (batch: ThreadBatch) => Promise<void>;
  readonly taking: Promise<void>[];
  readonly resolve: (done: ThreadDone | HashTold) => void;
  readonly reject: (error: unknown) => void;
}

class MapThread {
  readonly #worker: Worker;
  #job: Job | undefined;
  #failure: Error | undefined;

  constructor() {
    this.#worker = startThread(new URL('./map-thread.ts', import.meta.url), {}, youngMb);
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a mapping thread ended with ${code}`)));
  }

  async map(input: ThreadInput, take: Job['take']): Promise<ThreadDone> {
    return (await this.#do(input, take)) as ThreadDone;
  }

  async hash(paths: readonly string[]): Promise<string> {
    const told = await this.#do({ kind: 'hash', paths }, () => Promise.resolve());
    return (told as HashTold).sha256;
  }

  #do(asked: ThreadInput | HashAsked, take: Job['take']): Promise<ThreadDone | HashTold> {
    return new Promise<ThreadDone | HashTold>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#job = { take, taking: [], resolve, reject };
      this.#worker.postMessage(asked);
    }).finally(() => {
      // What a pass has made is not to be held by a thread that waits for the next.
      this.#job = undefined;
    });
  }

  async stop(): Promise<void> {
    await stopThread(this.#worker);
  }

  #hear(message: ThreadMessage): void {
    const job = this.#job;
    if (job === undefined) return;
    if (message.kind === 'failed') job.reject(errorOfTold(message.error));
    else if (message.kind === 'batch') {
      const taken = job.take(message).then(() => this.#worker.postMessage('taken'));
      taken.catch(job.reject);
      job.taking.push(taken);
    } else Promise.all(job.taking).then(() => job.resolve(message), job.reject);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#job?.reject(this.#failure);
  }
}
