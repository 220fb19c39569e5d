import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { errorOfTold, type ToldError } from '@cutover/core';
import { type Compression, type Deflater, makeDeflater } from './deflater.ts';
import { startThread, stopThread } from '../../start-thread.ts';
import { type Batch, packBatch, type Packed } from './pack-batch.ts';

/** Batches that a worker may have in hand: one that it packs and one that waits. */
const inHand = 2;

/** A thread that packs makes hardly anything besides the buffers that it hands over. */
const youngMb = 3;

interface Hand {
  readonly worker: Worker;
  readonly jobs: Job[];
}

type Said =
  | { readonly bytes: Uint8Array; readonly objects: Uint32Array }
  | { readonly sha1: string }
  | { readonly failed: ToldError };

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

  /** SHA-1 of a file in hexadecimal, by a worker, while this thread does something else; here where there is none. */
  async sha1(path: string): Promise<string> {
    const worker = this.#workers.find(({ jobs }) => jobs.length === 0)?.worker;
    if (worker === undefined || this.#failure !== undefined) {
      const hash = createHash('sha1');
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
        hash.update(chunk as Buffer);
      return hash.digest('hex');
    }
    return new Promise<string>((resolve, reject) => {
      const end = (): void => {
        worker.off('message', take).off('exit', gone);
        worker.unref();
      };
      const take = (said: Said): void => {
        end();
        if ('sha1' in said) resolve(said.sha1);
        else
          reject('failed' in said ? errorOfTold(said.failed) : new Error('a packing thread packed unasked'));
      };
      const gone = (code: number): void => {
        end();
        reject(new Error(`a packing thread ended with ${code}`));
      };
      worker.on('message', take).on('exit', gone);
      worker.ref();
      worker.postMessage({ file: path });
    });
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('packing was stopped');
    await Promise.all(this.#workers.map(({ worker }) => stopThread(worker)));
  }

  #start(): Hand {
    const worker = startThread(
      new URL('./pack-worker.ts', import.meta.url),
      { compression: this.#compression },
      youngMb,
    );
    const entry: Hand = { worker, jobs: [] };
    worker.on('message', (said: Said) => {
      if (!('bytes' in said)) return;
      const { bytes, objects } = said;
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
