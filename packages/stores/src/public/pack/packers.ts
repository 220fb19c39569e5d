import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type Compression, type Deflater, makeDeflater } from './deflater.ts';
import { startThread } from '../../start-thread.ts';
import { type Batch, packBatch, type Packed } from './pack-batch.ts';

/** Batches that a worker may have in hand: one that it packs and one that waits. */
const inHand = 2;

/** A thread that packs makes hardly anything besides the buffers that it hands over. */
const youngMb = 3;

interface Hand {
  readonly worker: Worker;
  readonly jobs: Job[];
}

interface Job {
  readonly batch: Batch;
  readonly done: (packed: Packed) => void;
}

/**
 * Packs batches on up to `jobs` threads: this one and `jobs - 1` workers. A batch that no worker takes at
 * once is packed here, so that nobody waits while there is work, and no more batches than the workers hold
 * are in memory. Results come in any order.
 */
export class Packers {
  readonly #deflate: Deflater;
  readonly #compression: Compression;
  readonly #jobs: number;
  readonly #workers: Hand[] = [];
  #batches = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(compression: Compression, jobs: number = availableParallelism()) {
    this.#deflate = makeDeflater(compression);
    this.#compression = compression;
    this.#jobs = jobs;
  }

  /** Packs a batch; `done` is called before this returns, or later. Throws what a worker failed with. */
  async pack(batch: Batch, done: (packed: Packed) => void): Promise<void> {
    // One batch alone is packed before a worker has started; what is small never starts one.
    if (++this.#batches > 1 && this.#workers.length < this.#jobs - 1) this.#workers.push(this.#start());
    // Results that are in are taken first: they make room.
    if (this.#workers.length > 0) await turn();
    if (this.#failure !== undefined) throw this.#failure;
    const free = this.#workers
      .filter(({ jobs }) => jobs.length < inHand)
      .sort((a, b) => a.jobs.length - b.jobs.length)[0];
    if (free === undefined) {
      done(packBatch(batch, this.#deflate));
      return;
    }
    free.jobs.push({ batch, done });
    // A worker keeps the process alive only while it has something in hand.
    free.worker.ref();
    const { bytes, objects } = batch;
    free.worker.postMessage({ bytes, objects }, [bytes.buffer as ArrayBuffer, objects.buffer as ArrayBuffer]);
  }

  /** Waits for every batch that was given. Throws what a worker failed with. */
  async settle(): Promise<void> {
    while (this.#workers.some(({ jobs }) => jobs.length > 0) && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('packing was stopped');
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  #start(): Hand {
    const worker = startThread(
      new URL('./pack-worker.ts', import.meta.url),
      { compression: this.#compression },
      youngMb,
    );
    const entry: Hand = { worker, jobs: [] };
    worker.on('message', ({ bytes, objects }: { bytes: Uint8Array; objects: Uint32Array }) => {
      // Once it was stopped, whoever stops it waits for the thread's end: it must not be let go of.
      if (this.#failure !== undefined) return;
      const { done } = entry.jobs.shift()!;
      if (entry.jobs.length === 0) worker.unref();
      try {
        done({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), objects });
      } catch (error) {
        this.#fail(error as Error);
      }
      this.#wake?.();
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => {
      if (entry.jobs.length > 0) this.#fail(new Error(`a packing thread ended with ${code}`));
    });
    worker.unref();
    return entry;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
