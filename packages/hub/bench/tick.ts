import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { scratchDir, startPostgres } from '@cutover/testkit';
import type { HubContext } from '../src/attempt/context.ts';
import type { HubConfig } from '../src/config.ts';
import type { Nodes } from '../src/nodes/node-api.ts';
import { FileStore } from '../src/store/files.ts';
import { PostgresStore } from '../src/store/postgres.ts';
import type { MoveRows, MoveStore } from '../src/store/store.ts';
import type { Engine } from '../src/worker/engine.ts';
import { Worker } from '../src/worker/worker.ts';
import { aMove, aNode } from '../test/support/rows.ts';

/**
 * `npx tsx packages/hub/bench/tick.ts`: what one tick of a worker takes, and what its look at nodes and house takes
 * besides, with 1,000 moves that wait for a node that is full, without and with 100,000 that are over; the queue in
 * PostgreSQL, and in files; `--only files` one of them.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const waiting = 1000;
const over = 100_000;
const ticks = 25;
const leaseSeconds = 1;
const warmMs = 15_000;

const config = {
  ...{ leaseSeconds, keepSourceSeconds: 604_800, keepMovesSeconds: 7_776_000, patienceSeconds: 20 },
} as HubConfig;
const nodes = { facts: ({ id }) => Promise.resolve({ id, freeBytes: 1e12 }) } as Partial<Nodes> as Nodes;
const engine: Engine = {
  running: new Set(),
  start: () => Promise.resolve(),
  started: () => undefined,
  recover: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** A store that says how long was spent in it. */
function timed(store: MoveStore) {
  const spent = { ms: 0, calls: 0 };
  const time = async <T>(work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    try {
      return await work();
    } finally {
      spent.ms += performance.now() - from;
      spent.calls++;
    }
  };
  const wrapped: MoveStore = {
    place: store.place,
    change: (work) => time(() => store.change(work)),
    read: (work) => time(() => store.read(work)),
    close: () => store.close(),
  };
  return { wrapped, spent };
}

async function measure(store: MoveStore): Promise<string> {
  const { wrapped, spent } = timed(store);
  const stop = new AbortController();
  const hub: HubContext = { store: wrapped, nodes, config };
  const worker = new Worker({
    ...{ hub, store: wrapped, jobs: 4, once: false, signal: stop.signal },
    makeEngine: () => Promise.resolve(engine as Engine<MoveRows>),
    onEvent: ({ message }) => process.stderr.write(`${message}\n`),
  });
  const running = worker.run();
  // The first ticks write down why each waits, the first look reads what is to be forgotten, as one does each hour.
  await sleep(warmMs);
  Object.assign(spent, { ms: 0, calls: 0 });
  const cpu = process.cpuUsage();
  await sleep((ticks * leaseSeconds * 1000) / 5);
  const { user, system } = process.cpuUsage(cpu);
  const said = `${spent.calls} transactions of ${(spent.ms / spent.calls).toFixed(1)} ms; ${((user + system) / 1000 / ticks).toFixed(0)} ms of processor a tick at most`;
  stop.abort();
  await running;
  return said;
}

async function fill(store: MoveStore, count: number, make: (n: number) => object): Promise<void> {
  for (let done = 0; done < count; done += 5000)
    await store.change(async (rows) => {
      for (let n = done; n < Math.min(count, done + 5000); n++)
        await rows.putMove(aMove({ site: randomUUID(), ...make(n) }));
    });
}

async function both(what: string, store: MoveStore): Promise<void> {
  if (!what.includes(values.only)) return;
  await store.change(async (rows) => {
    for (const id of ['a', 'b']) await rows.putNode(aNode(id, { limit: 1 }));
    await rows.putMove(
      aMove({ state: 'sending', destination: 'b', worker: 'w', attempt: 1, changedAt: later }),
    );
    await rows.putWorker({ id: 'w', host: 'elsewhere', pid: 1, began: '1', beatAt: later, goneAt: null });
  });
  await fill(store, waiting, () => ({}));
  process.stdout.write(`${what}, ${waiting} waiting, none over: ${await measure(store)}\n`);
  const endedAt = new Date(Date.now() - 3_600_000).toISOString();
  await fill(store, over, () => ({
    ...{ state: 'done', destination: 'b', attempt: 1, archived: 'x', sourceRemovedAt: endedAt, endedAt },
  }));
  process.stdout.write(`${what}, ${waiting} waiting, ${over} over: ${await measure(store)}\n`);
}

const later = new Date(Date.now() + 3_600_000).toISOString();
const server = await startPostgres();
const scratch = await scratchDir();
try {
  const postgres = await PostgresStore.open({ url: await server.createDatabase(), patienceMs: 5000 });
  await both('PostgreSQL', postgres);
  await postgres.close();
  await both('files', new FileStore(scratch.dir));
} finally {
  await server.stop();
  await scratch.remove();
}
