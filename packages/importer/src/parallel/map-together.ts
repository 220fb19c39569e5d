import { CutoverError } from '@cutover/core';
import { startThread } from '@cutover/stores';
import { type MapInput, type MapResult, mapShare, MapState } from '../map-pass.ts';
import type { BoundTable } from '../tables.ts';
import type {
  PartPaths,
  ThreadBatch,
  ThreadDone,
  ThreadFailed,
  ThreadInput,
  ThreadMessage,
  ToldTable,
} from './messages.ts';
import { SharedPass } from './shared-pass.ts';

export interface Threads {
  /** Threads besides this one. */
  readonly count: number;
  /** URL of the module that exports the profile. */
  readonly profileModule: string;
  readonly writes: boolean;
  /** Files of the thread of a number. */
  partPaths(thread: number): PartPaths;
  /** Takes what a thread has made; it is acknowledged once the promise is kept. */
  take(batch: ThreadBatch): Promise<void>;
  /** Counts rows that were set aside. */
  quarantined(rule: string, rows: number): void;
}

/**
 * Maps a source with several threads, this one included. Rows are looked up in shared memory, in which a row that does
 * not fit is taken out in one step with the question who looked at it: a pass that need not be made again gives what
 * one thread alone gives, whoever was faster. Throws what a thread has thrown.
 */
export async function mapTogether(input: MapInput, threads: Threads): Promise<MapResult> {
  const pass = SharedPass.create(input.facts.rowsTotal);
  const own: MapInput = { ...input, pass };
  const state = new MapState(own);
  const others = Array.from({ length: threads.count }, (_, number) =>
    runThread(inputOf(own, pass, threads, number), state, pass, threads),
  );
  try {
    const ended = Promise.all(others.map(({ done }) => done));
    // Who waits for it below throws it; until then a failure only makes this thread hurry.
    ended.catch(() => pass.tellLate());
    await mapShare(own, state);
    for (const { result, quarantined } of await ended) {
      state.add(result);
      for (const [rule, rows] of quarantined) threads.quarantined(rule, rows);
    }
    return state.result();
  } finally {
    await Promise.all(others.map(({ stop }) => stop()));
  }
}

/** What lives longer than a row is in shared memory or handed over. */
const youngMb = 12;

interface Running {
  readonly done: Promise<ThreadDone>;
  stop(): Promise<unknown>;
}

function runThread(input: ThreadInput, state: MapState, pass: SharedPass, threads: Threads): Running {
  const worker = startThread(new URL('./map-thread.ts', import.meta.url), input, youngMb);
  const taking: Promise<void>[] = [];
  let isDone = false;
  const done = new Promise<ThreadDone>((resolve, reject) => {
    const take = async (batch: ThreadBatch): Promise<void> => {
      if (!state.takePaths(batch.paths)) pass.tellConflict();
      await threads.take(batch);
      worker.postMessage('taken');
    };
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'failed') reject(errorOf(message));
      else if (message.kind === 'done') {
        isDone = true;
        Promise.all(taking).then(() => resolve(message), reject);
      } else {
        const taken = take(message);
        taken.catch(reject);
        taking.push(taken);
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      if (!isDone) reject(new Error(`a mapping thread ended with ${code}`));
    });
  });
  return { done, stop: () => worker.terminate() };
}

function inputOf(
  { profile, instance, source, facts, lookup, moment }: MapInput,
  pass: SharedPass,
  threads: Threads,
  number: number,
): ThreadInput {
  return {
    profileModule: threads.profileModule,
    profileName: profile.name,
    instance,
    files: source.files!,
    tables: [...facts.tables.values()].map(told),
    rowsTotal: facts.rowsTotal,
    lookup: lookup.share(),
    pass: pass.shared,
    moment,
    writes: threads.writes,
    paths: threads.partPaths(number),
  };
}

function told(table: BoundTable): ToldTable {
  return table.kind === 'excluded' ? table : { ...table, source: table.source.source };
}

function errorOf({ message, stack, coded }: ThreadFailed): Error {
  const { code, ...options } = coded ?? {};
  const error =
    coded === undefined ? new Error(message) : new CutoverError(code!, message, options as typeof coded);
  if (stack !== undefined) error.stack = stack;
  return error;
}
