import { parentPort } from 'node:worker_threads';
import { tellError } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { loadProfile } from '@cutover/stores';
import { collectGarbage } from '../collect-garbage.ts';
import { correctedSource, Corrections } from '../corrections.ts';
import { Uploads } from '../files/uploads.ts';
import { Lookup } from '../lookup/lookup.ts';
import { type MapInput, mapShare, MapState } from '../map-pass.ts';
import { prunedRows } from '../pruned.ts';
import { dumpSource, hashFiles } from '../source.ts';
import type { BoundTable } from '../tables.ts';
import type {
  FillAsked,
  FillTold,
  FromThread,
  HashAsked,
  HashTold,
  SettleAsked,
  SettleTold,
  ThreadAsked,
  ThreadBatch,
  ThreadDone,
  ThreadFailed,
  ThreadInput,
  ThreadTold,
  ToldTable,
  ToThread,
} from './messages.ts';
import { buffersOf, enterBatch } from './lookup-batch.ts';
import { SharedPass } from './shared-pass.ts';
import { ThreadSinks } from './thread-sinks.ts';

/** Batches that may be under way before this thread waits. */
const underWayAtMost = 2;

const port = parentPort!;
let underWay = 0;
let wake: (() => void) | undefined;
port.on('message', (message: ToThread) => {
  if (message === 'taken') {
    underWay--;
    wake?.();
    return;
  }
  const { job, asked } = message;
  void answer(asked, job)
    .catch(failed)
    .then((said) => {
      const transfer = said.kind === 'filled' ? buffersOf(said.room) : [];
      port.postMessage({ job, said } satisfies FromThread, transfer);
    });
});

async function answer(asked: ThreadAsked, job: number): Promise<ThreadTold> {
  switch (asked.kind) {
    case 'hash':
      return hash(asked);
    case 'load':
      loadProfile(asked.profileModule, asked.profileName);
      return { kind: 'loaded' };
    case 'fill':
      return fill(asked);
    case 'settle':
      return settle(asked);
    case 'pass':
      return run(asked, (batch) => send(batch, job));
  }
}

function send(batch: ThreadBatch, job: number): void | Promise<void> {
  const { blobs, paths, staged } = batch;
  const parts = [blobs?.bytes, blobs?.starts, blobs?.oids, paths, staged?.bytes];
  const buffers = new Set(parts.flatMap((part) => part?.buffer ?? []));
  port.postMessage({ job, said: batch } satisfies FromThread, [...buffers] as ArrayBuffer[]);
  if (++underWay < underWayAtMost) return;
  return new Promise((resolve) => {
    wake = resolve;
  });
}

/** The lookup that is being filled. */
let filling: Lookup | undefined;

function fill({ dir, batch }: FillAsked): FillTold {
  enterBatch((filling ??= Lookup.filling(dir)), batch);
  const { bytes, numbers } = batch;
  return { kind: 'filled', room: { bytes, numbers } };
}

async function settle({ dir }: SettleAsked): Promise<SettleTold> {
  const lookup = filling ?? Lookup.filling(dir);
  filling = undefined;
  lookup.settle();
  const shared = lookup.share();
  await lookup.close();
  // What slugs were claimed in, and what the others have grown out of.
  collectGarbage();
  return { kind: 'settled', lookup: shared };
}

const hash = async ({ paths }: HashAsked): Promise<HashTold> => ({
  kind: 'hashed',
  sha256: await hashFiles(paths),
});

/** Maps this thread's rows of one pass, and tells what came of them. */
async function run(
  input: ThreadInput,
  send: (batch: ThreadBatch) => void | Promise<void>,
): Promise<ThreadDone> {
  const profile = loadProfile(input.profileModule, input.profileName);
  const sinks = input.paths && new ThreadSinks(input.paths, input.writes, send);
  const lookup = Lookup.attach(input.lookup);
  const source = dumpSource(input.files.paths, input.files.options);
  const corrections = input.corrections && new Corrections(input.corrections, profile);
  const mapInput: MapInput = {
    profile,
    lookup,
    instance: input.instance,
    source: corrections === undefined ? source : correctedSource(source, corrections),
    originalOf: corrections && ((values) => corrections.originalOf(values)),
    isPruned: prunedRows(input.pruned, profile, input.instance),
    uploads: input.uploads && new Uploads(input.uploads, profile, input.instance),
    facts: {
      tables: new Map(input.tables.map((table) => [table.name, bound(profile, table)])),
      rowsTotal: input.rowsTotal,
    },
    moment: input.moment,
    sink: sinks?.sink ?? nowhere,
    wantUrls: input.paths?.expectations !== undefined,
    trial: input.trial,
    pass: new SharedPass(input.pass),
    stretches: input.stretches,
    isThread: true,
  };
  const state = new MapState(mapInput);
  await mapShare(mapInput, state);
  await sinks?.close();
  const result = state.share();
  await lookup.close();
  return { kind: 'done', result, quarantined: sinks?.quarantined ?? new Map() };
}

const nowhere = (): void => undefined;

function bound(profile: Profile, table: ToldTable): BoundTable {
  if (table.kind === 'excluded') return table;
  return { ...table, source: profile.sources.find(({ source }) => source === table.source)! };
}

const failed = (error: unknown): ThreadFailed => ({ kind: 'failed', error: tellError(error) });
