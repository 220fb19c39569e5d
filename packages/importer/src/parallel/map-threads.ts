import type { Worker } from 'node:worker_threads';
import { CutoverError, errorOfTold } from '@cutover/core';
import { startThread, stopThread } from '@cutover/stores';
import type { SharedLookup } from '../lookup/lookup.ts';
import { type BatchRoom, buffersOf, type LookupBatch } from './lookup-batch.ts';
import type {
  FillTold,
  FromThread,
  HashTold,
  LoadTold,
  SettleTold,
  ThreadAsked,
  ThreadBatch,
  ThreadDone,
  ThreadInput,
  ThreadTold,
  ToThread,
} from './messages.ts';

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
    return this.#threads[number]!.do<ThreadDone>(input, { take });
  }

  /** SHA-256 of files, by a thread that has nothing to map yet. Throws what the thread has thrown. */
  async hash(paths: readonly string[]): Promise<string> {
    return (await this.#threads.at(-1)!.do<HashTold>({ kind: 'hash', paths })).sha256;
  }

  /** Whether threads can load the profile; what is in their way where they cannot. Throws as `hash` does. */
  async load(profileModule: string, profileName: string): Promise<CutoverError | undefined> {
    try {
      await this.#threads.at(-1)!.do<LoadTold>({ kind: 'load', profileModule, profileName });
      return undefined;
    } catch (error) {
      if (error instanceof CutoverError && error.code === 'profile-not-for-threads') return error;
      throw error;
    }
  }

  /** Fills a lookup by a thread that has nothing to map yet; gives back the room of the batch. Throws as `hash` does. */
  async fill(dir: string, batch: LookupBatch): Promise<BatchRoom> {
    const transfer = buffersOf(batch);
    return (await this.#threads[0]!.do<FillTold>({ kind: 'fill', dir, batch }, { transfer })).room;
  }

  /** What was filled, settled. Throws as `hash` does. */
  async settle(dir: string): Promise<SharedLookup> {
    return (await this.#threads[0]!.do<SettleTold>({ kind: 'settle', dir })).lookup;
  }

  /** Ends the threads, whatever they are at. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

/** Something that a thread is at. */
interface Job {
  readonly take: ((batch: ThreadBatch) => Promise<void>) | undefined;
  readonly taking: Promise<void>[];
  readonly resolve: (told: ThreadTold) => void;
  readonly reject: (error: unknown) => void;
}

class MapThread {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  #asked = 0;
  #failure: Error | undefined;

  constructor() {
    this.#worker = startThread(new URL('./map-thread.ts', import.meta.url), {}, youngMb);
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a mapping thread ended with ${code}`)));
  }

  /** Asks for something; `take` gets what is handed over before it ends, `transfer` are buffers that go along. */
  async do<Told extends ThreadTold>(
    asked: ThreadAsked,
    { take, transfer = [] }: { take?: Job['take']; transfer?: readonly ArrayBuffer[] } = {},
  ): Promise<Told> {
    if (this.#failure !== undefined) throw this.#failure;
    const job = ++this.#asked;
    try {
      return (await new Promise<ThreadTold>((resolve, reject) => {
        this.#jobs.set(job, { take, taking: [], resolve, reject });
        this.#worker.postMessage({ job, asked } satisfies ToThread, transfer);
      })) as Told;
    } finally {
      // What a pass has made is not to be held by a thread that waits for the next.
      this.#jobs.delete(job);
    }
  }

  async stop(): Promise<void> {
    await stopThread(this.#worker);
  }

  #hear({ job: number, said }: FromThread): void {
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    if (said.kind === 'failed') job.reject(errorOfTold(said.error));
    else if (said.kind === 'batch') {
      const taken = job.take!(said).then(() => this.#worker.postMessage('taken' satisfies ToThread));
      taken.catch(job.reject);
      job.taking.push(taken);
    } else Promise.all(job.taking).then(() => job.resolve(said), job.reject);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#jobs.values()) reject(this.#failure);
  }
}
