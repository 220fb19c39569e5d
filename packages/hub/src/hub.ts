import { join } from 'node:path';
import type { HubConfig } from './config.ts';
import { HttpsNodes } from './nodes/node-api.ts';
import { forgetOver } from './forget.ts';
import type { HubContext } from './attempt/context.ts';
import { FileStore } from './store/files.ts';
import { PostgresStore } from './store/postgres.ts';
import type { MoveRows, MoveStore } from './store/store.ts';
import { type Engine } from './worker/engine.ts';
import { InProcess } from './worker/in-process.ts';
import { Worker, type WorkerEvent } from './worker/worker.ts';

/** A command answers within this where the database is away; a worker waits for it. */
const commandPatienceMs = 10_000;
const workerPatienceMs = 24 * 3600 * 1000;

export interface HubPlace {
  readonly config: HubConfig;
  readonly stateDir: string;
}

/** Rows in PostgreSQL where the configuration names a database, else files of the state folder. */
export function openStore({ config, stateDir }: HubPlace): Promise<PostgresStore | FileStore> {
  if (config.databaseUrl === undefined) return Promise.resolve(new FileStore(join(stateDir, 'hub')));
  return PostgresStore.open({ url: config.databaseUrl, patienceMs: commandPatienceMs });
}

/** Removes moves that ended longer ago than `keptMs`, and what the engine keeps of them. Answers how many. */
export async function forgetMoves(place: HubPlace, keptMs: number): Promise<number> {
  const store = await openStore(place);
  const { databaseUrl } = place.config;
  try {
    return await forgetOver(store, keptMs, async (moves) => {
      // Without an attempt nobody may have made the engine's tables.
      if (databaseUrl === undefined || moves.every(({ attempt }) => attempt === 0)) return;
      const { forgetRunsIn } = await import('./worker/durable.ts');
      await forgetRunsIn(databaseUrl, moves);
    });
  } finally {
    await store.close();
  }
}

export interface WorkOptions extends HubPlace {
  readonly version: string;
  readonly jobs: number;
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly onStart: (worker: { readonly id: string; readonly place: string }) => void;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** Works at the queue until told to stop. The process ends after it: with a database, runs are left as they stand. */
export async function work(options: WorkOptions): Promise<void> {
  const { config, onEvent } = options;
  // An address that is wrong is said at once; from then on a database that is away is waited for.
  if (config.databaseUrl !== undefined) await (await openStore(options)).close();
  const store =
    config.databaseUrl === undefined
      ? new FileStore(join(options.stateDir, 'hub'))
      : await PostgresStore.open({ url: config.databaseUrl, patienceMs: workerPatienceMs });
  const nodes = new HttpsNodes(config, options.version, () =>
    store.read((rows) => Promise.resolve(rows.now)),
  );
  try {
    if (store instanceof FileStore) {
      const hub = { store, nodes, config };
      await runWorker(options, store, hub, (worker) =>
        Promise.resolve(
          new InProcess(hub, worker, (error) => onEvent({ level: 'error', message: stackOf(error) })),
        ),
      );
    } else {
      const hub = { store, nodes, config };
      const { Durable } = await import('./worker/durable.ts');
      await runWorker(options, store, hub, (worker) =>
        Durable.launch({
          ...{ hub, databaseUrl: config.databaseUrl ?? '', worker, jobs: options.jobs },
          log: (level, message) => onEvent({ level, message }),
        }),
      );
    }
  } finally {
    nodes.close();
    await store.close();
  }
}

async function runWorker<Rows extends MoveRows>(
  options: WorkOptions,
  store: MoveStore<Rows>,
  hub: HubContext,
  makeEngine: (worker: string) => Promise<Engine<Rows>>,
): Promise<void> {
  const worker = new Worker({ ...options, hub, store, makeEngine });
  options.onStart({ id: worker.id, place: store.place });
  await worker.run();
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
