import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { errorOfTold } from '@cutover/core';
import type { Target } from '@cutover/records';
import { startThread, stopThread } from '../start-thread.ts';
import { type GroupInput, GroupMerger, type GroupOutput, type MergeBasis } from './merge-group.ts';
import { type ClaimsInput, type ClaimsOutput, mergeClaims } from './merge-claims.ts';
import type { MergeJob, MergeOutput, MergeThreadInput, MergeThreadMessage } from './merge-thread.ts';

/** Where a thread finds the profile whose target is merged for. */
export interface MergeModule {
  /** URL of the module that exports it. */
  readonly module: string;
  readonly name: string;
}

export interface MergeThreadsOptions {
  readonly profile: MergeModule;
  /** Threads besides this one. */
  readonly count: number;
}

/** Groups that a thread may have in hand: one that it merges and one that waits. */
const inHand = 2;
/** A group's rows live until it is merged. */
const youngMb = 16;

interface Hand {
  readonly worker: Worker;
  readonly jobs: { resolve(output: MergeOutput): void; reject(error: Error): void }[];
  /** Why the thread is gone, once it is: what it is given then would wait for ever. */
  failure: Error | undefined;
}

/** Merges groups in this thread and others: each group where there is room at once, so that nobody waits. */
export class GroupMergers {
  readonly #own: GroupMerger;
  readonly #basis: MergeBasis;
  readonly #options: MergeThreadsOptions | undefined;
  #hands: Hand[] | undefined;

  constructor(target: Target, basis: MergeBasis, options: MergeThreadsOptions | undefined) {
    this.#own = new GroupMerger(target, basis);
    this.#basis = basis;
    this.#options = options;
  }

  /** Groups that may be under way at a time: those of threads, and in this one what it merges and what is written. */
  get atOnce(): number {
    return 2 + (this.#options?.count ?? 0) * inHand;
  }

  /**
   * Merges a group, whose bytes may be handed over. Threads are started by the first one with `isOneOfMany`.
   *
   * @throws CutoverError `private-store-unsorted` or `private-line-invalid`
   */
  merge(group: GroupInput, isOneOfMany: boolean): Promise<GroupOutput> {
    return this.#merge({ group }, isOneOfMany, () => this.#own.merge(group));
  }

  /** The same for shards of imported claims. */
  mergeClaims(claims: ClaimsInput, isOneOfMany: boolean): Promise<ClaimsOutput> {
    return this.#merge({ claims }, isOneOfMany, () => mergeClaims(claims));
  }

  async #merge<Output extends MergeOutput>(
    job: MergeJob,
    isOneOfMany: boolean,
    mergeHere: () => Output,
  ): Promise<Output> {
    const hand = isOneOfMany ? await this.#free() : undefined;
    if (hand === undefined) return mergeHere();
    if (hand.failure !== undefined) throw hand.failure;
    const merged = new Promise<MergeOutput>((resolve, reject) => {
      hand.jobs.push({ resolve, reject });
      hand.worker.postMessage(job, ownBuffers(job));
    });
    // A thread answers each job in its turn, and with what is made of such a job.
    return merged as Promise<Output>;
  }

  async close(): Promise<void> {
    await Promise.all((this.#hands ?? []).map(({ worker }) => stopThread(worker)));
  }

  async #free(): Promise<Hand | undefined> {
    const { count } = this.#options ?? { count: 0 };
    this.#hands ??= Array.from({ length: count }, () => this.#start());
    // Results that are in are taken first: they make room.
    if (count > 0) await turn();
    return this.#hands
      .filter(({ jobs }) => jobs.length < inHand)
      .sort((a, b) => a.jobs.length - b.jobs.length)[0];
  }

  #start(): Hand {
    const { key, claimed } = this.#basis;
    const input: MergeThreadInput = { profile: this.#options!.profile, basis: { key, claimed } };
    const hand: Hand = {
      worker: startThread(new URL('./merge-thread.ts', import.meta.url), input, youngMb),
      jobs: [],
      failure: undefined,
    };
    hand.worker.on('message', (message: MergeThreadMessage) => {
      const job = hand.jobs.shift();
      if ('output' in message) job?.resolve(message.output);
      else job?.reject(errorOfTold(message.failed));
    });
    const fail = (error: Error): void => {
      hand.failure ??= error;
      for (const job of hand.jobs.splice(0)) job.reject(error);
    };
    hand.worker.on('error', fail);
    hand.worker.on('exit', (code) => fail(new Error(`a merging thread ended with ${code}`)));
    return hand;
  }
}

/** Memory that a job alone holds: it is handed over, not copied. */
function ownBuffers(job: MergeJob): ArrayBuffer[] {
  const files =
    'group' in job
      ? [job.group.records, job.group.digests, job.group.staged]
      : [job.claims.there, job.claims.staged];
  const whole = files.flat().filter(({ bytes }) => bytes.byteLength === bytes.buffer.byteLength);
  return [...new Set(whole.map(({ bytes }) => bytes.buffer as ArrayBuffer))];
}
