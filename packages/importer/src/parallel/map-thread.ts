import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { Lookup } from '../lookup/lookup.ts';
import { type MapInput, mapShare, MapState } from '../map-pass.ts';
import { dumpSource } from '../source.ts';
import type { BoundTable } from '../tables.ts';
import type { ThreadBatch, ThreadFailed, ThreadInput, ThreadMessage, ToldTable } from './messages.ts';
import { SharedPass } from './shared-pass.ts';
import { ThreadSinks } from './thread-sinks.ts';

/** Batches that may be under way before this thread waits. */
const underWayAtMost = 2;

const port = parentPort!;
let underWay = 0;
let wake: (() => void) | undefined;
port.on('message', (message: ThreadInput | 'taken') => {
  if (message === 'taken') {
    underWay--;
    wake?.();
    return;
  }
  void run(message)
    .catch(failed)
    .then((said) => port.postMessage(said));
});

function send(batch: ThreadBatch): void | Promise<void> {
  const { blobs } = batch;
  const buffers = [blobs?.bytes, blobs?.starts, blobs?.oids].flatMap((part) => part?.buffer ?? []);
  port.postMessage(batch, buffers as ArrayBuffer[]);
  if (++underWay < underWayAtMost) return;
  return new Promise((resolve) => {
    wake = resolve;
  });
}

/** Maps this thread's rows of one pass, and tells what came of them. */
async function run(input: ThreadInput): Promise<ThreadMessage> {
  const profile = profileOf(input);
  const sinks = new ThreadSinks(input.paths, input.writes, send);
  const lookup = Lookup.attach(input.lookup);
  const mapInput: MapInput = {
    profile,
    lookup,
    instance: input.instance,
    source: dumpSource(input.files.paths, input.files.options),
    facts: {
      tables: new Map(input.tables.map((table) => [table.name, bound(profile, table)])),
      rowsTotal: input.rowsTotal,
    },
    moment: input.moment,
    sink: sinks.sink,
    wantUrls: input.paths.expectations !== undefined,
    pass: new SharedPass(input.pass),
    isThread: true,
  };
  const state = new MapState(mapInput);
  await mapShare(mapInput, state);
  await sinks.close();
  const result = state.share();
  await lookup.close();
  return { kind: 'done', result, quarantined: sinks.quarantined };
}

const load = createRequire(import.meta.url);

function profileOf({ profileModule, profileName }: ThreadInput): Profile {
  let module: Record<string, Partial<Profile> | undefined>;
  try {
    module = load(fileURLToPath(profileModule)) as typeof module;
  } catch (cause) {
    throw new CutoverError(
      'profile-not-for-threads',
      `a thread cannot load ${fileURLToPath(profileModule)}: ${messageOf(cause).replaceAll('\n', ' ')}`,
      {
        next: 'import with --jobs 1, or let the modules of the profile do without await outside of functions; no branch was moved',
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
  const profile = Object.values(module).find((value) => value?.name === profileName && value.sources);
  if (profile === undefined) throw new TypeError(`${profileModule} exports no profile ${profileName}`);
  return profile as Profile;
}

function bound(profile: Profile, table: ToldTable): BoundTable {
  if (table.kind === 'excluded') return table;
  return { ...table, source: profile.sources.find(({ source }) => source === table.source)! };
}

function failed(error: unknown): ThreadFailed {
  const { code, next, data, exitCode } = error instanceof CutoverError ? error : ({} as CutoverError);
  return {
    kind: 'failed',
    message: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
    coded: error instanceof CutoverError ? { code, next, data, exitCode } : undefined,
  };
}
