import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { HubContext } from '../attempt/context.ts';
import { Fenced } from '../attempt/hold.ts';
import type { StepOutcome } from '../attempt/outcome.ts';
import { runAttempt, workflowVersion } from '../attempt/run-attempt.ts';
import type { Move, WorkerRow } from '../move.ts';
import type { PostgresRows, PostgresStore } from '../store/postgres.ts';
import type { Engine } from './engine.ts';

const application = 'cutover-hub';
const queue = 'cutover-moves';
const workflow = 'attempt';
const pollMs = 250;
const launchPatienceMs = 60_000;

export interface DurableOptions {
  readonly hub: HubContext & { readonly store: PostgresStore };
  readonly databaseUrl: string;
  readonly worker: string;
  /** Attempts at once in this process. */
  readonly jobs: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * Attempts as durable workflows: started in the transaction that admits them, taken from the database's queue by any
 * worker, each step's answer written down with a token of ownership, and given to others when a worker is gone.
 */
export class Durable implements Engine<PostgresRows> {
  readonly running = new Set<string>();
  readonly #client: DBOSClient;
  readonly #stopped = new AbortController();

  private constructor(client: DBOSClient) {
    this.#client = client;
  }

  /** There is one in a process. */
  static async launch({ hub, databaseUrl, worker, jobs, log }: DurableOptions): Promise<Durable> {
    DBOS.setConfig({
      ...{ name: application, systemDatabaseUrl: databaseUrl, executorID: worker },
      ...{ applicationVersion: workflowVersion, listenQueues: [queue], systemDatabasePoolSize: 8 },
      logger: {
        info: () => undefined,
        debug: () => undefined,
        warn: (entry) => log('warn', textOf(entry)),
        error: (entry) => log('error', textOf(entry)),
      },
    });
    const holder: { engine?: Durable } = {};
    DBOS.registerWorkflow((id: string, attempt: number) => holder.engine!.#run(hub, worker, id, attempt), {
      ...{ name: workflow, maxRecoveryAttempts: 10_000 },
    });
    // Before the launch, which may hand something out at once.
    const client = await DBOSClient.create({
      ...{ systemDatabaseUrl: databaseUrl, systemDatabasePool: hub.store.pool, applicationName: application },
    });
    const engine = new Durable(client);
    holder.engine = engine;
    await hub.store.alone('launch', launchPatienceMs, launchEngine);
    await DBOS.registerQueue(queue, {
      ...{ workerConcurrency: jobs, minPollingIntervalMs: pollMs, onConflict: 'always_update' },
    });
    return engine;
  }

  async #run(hub: HubContext, worker: string, id: string, attempt: number): Promise<void> {
    this.running.add(id);
    // Of a worker that ends nothing is written down, not even that it was cut off: another one makes the step again.
    const step = (name: string, work: () => Promise<StepOutcome>): Promise<StepOutcome> =>
      DBOS.runStep(() => work().catch((error: unknown) => this.#unlessStopped(error)), { name });
    try {
      await runAttempt(hub, { id, attempt }, worker, step, this.#stopped.signal);
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      await this.#unlessStopped(error).catch(() => undefined);
    } finally {
      this.running.delete(id);
    }
  }

  async #unlessStopped(error: unknown): Promise<never> {
    if (this.#stopped.signal.aborted) await new Promise(() => undefined);
    throw error;
  }

  async start(rows: PostgresRows, move: Move): Promise<void> {
    await this.#client.enqueueInTransaction(
      rows.client,
      {
        ...{ queueName: queue, workflowName: workflow, appVersion: workflowVersion },
        workflowID: runOf(move.id, move.attempt),
      },
      move.id,
      move.attempt,
    );
  }

  started(): void {
    // Whoever has room takes it from the queue.
  }

  async recover(gone: WorkerRow): Promise<void> {
    const left = await DBOS.listWorkflows({
      ...{ executorId: gone.id, status: 'PENDING', applicationName: application, loadInput: false },
    });
    if (left.length > 0)
      await DBOS.resumeWorkflows(
        left.map(({ workflowID }) => workflowID),
        { queueName: queue },
      );
  }

  forget(moves: readonly Move[]): Promise<void> {
    return forgetRuns(this.#client, moves);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await DBOS.shutdown({ workflowCompletionTimeoutMS: 0 });
    await this.#client.destroy();
  }
}

const runOf = (id: string, attempt: number): string => `${id}:${attempt}`;

async function forgetRuns(client: DBOSClient, moves: readonly Move[]): Promise<void> {
  const runs = moves.flatMap(({ id, attempt }) =>
    Array.from({ length: attempt }, (_none, before) => runOf(id, before + 1)),
  );
  if (runs.length > 0) await client.deleteWorkflows(runs);
}

/** The same without a worker. */
export async function forgetRunsIn(databaseUrl: string, moves: readonly Move[]): Promise<void> {
  const client = await DBOSClient.create({ systemDatabaseUrl: databaseUrl, applicationName: application });
  try {
    await forgetRuns(client, moves);
  } finally {
    await client.destroy();
  }
}

/** Makes the engine's tables where they are not there yet; two at once get in each other's way. */
async function launchEngine(): Promise<void> {
  try {
    await DBOS.launch();
  } catch (cause) {
    throw new CutoverError('hub-engine', `the engine of durable runs does not start: ${messageOf(cause)}`, {
      next: "see whether the database's user may make the schema dbos, and start the worker again",
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
}

const textOf = (entry: unknown): string => (entry instanceof Error ? entry.message : String(entry));
