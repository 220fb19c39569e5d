import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { replicaStatus } from './server.ts';
import type { Session } from './session.ts';

export interface ThrottleOptions {
  /** Wait while more than this many threads run on the server, our own not counted. */
  readonly maxLoad?: number;
  /** Wait while the server, as a replica, is more than this many seconds behind. */
  readonly maxLagSeconds?: number;
  /** Give up after waiting this long at one place; ten minutes without. */
  readonly maxWaitMs?: number;
  readonly pauseMs?: number;
  /** Told when a wait begins, and once a minute while it lasts. */
  readonly onWait?: (why: string) => void;
  readonly signal?: AbortSignal;
}

const sayEveryMs = 60_000;

/** Waits between pieces of work while the server has too much else to do. */
export class Throttle {
  readonly #options: ThrottleOptions;
  /** Connections of ours that may be running, which are no load of others. */
  connections = 1;
  /** Milliseconds spent waiting, of all connections together. */
  waitedMs = 0;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the server may be asked for more. `release` is called before a wait begins: what we hold may be
   * what the server waits for. Throws CutoverError `source-busy` when it has waited long enough, and
   * `source-lag-unseen` or `source-no-replica` (exit 3) where there is no lag to go by.
   */
  async wait(session: Session, release?: () => Promise<void>): Promise<void> {
    const { pauseMs = 500, maxWaitMs = 600_000, onWait, signal } = this.#options;
    signal?.throwIfAborted();
    let why = await this.#reason(session);
    if (why === undefined) return;
    await release?.();
    const since = performance.now();
    const waited = (): number => performance.now() - since;
    for (let sayAt = 0; why !== undefined; why = await this.#reason(session)) {
      if (waited() > maxWaitMs) throw busy(why, waited());
      if (waited() >= sayAt) {
        onWait?.(why);
        sayAt += sayEveryMs;
      }
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
    }
    this.waitedMs += Math.round(waited());
  }

  async #reason(session: Session): Promise<string | undefined> {
    return (await this.#load(session)) ?? (await this.#lag(session));
  }

  async #load(session: Session): Promise<string | undefined> {
    const { maxLoad } = this.#options;
    if (maxLoad === undefined) return undefined;
    const [row] = await session.query(`SHOW GLOBAL STATUS LIKE 'Threads_running'`);
    const others = Number(row?.[1] ?? 0) - this.connections;
    return others > maxLoad ? `${others} threads run on the server, more than ${maxLoad}` : undefined;
  }

  async #lag(session: Session): Promise<string | undefined> {
    const { maxLagSeconds } = this.#options;
    if (maxLagSeconds === undefined) return undefined;
    const sources = await replicaStatus(session);
    if (sources === undefined) throw lagUnseen();
    if (sources.length === 0) throw noReplica();
    for (const row of sources) {
      const behind = row['Seconds_Behind_Source'] ?? row['Seconds_Behind_Master'];
      if (behind === null || behind === undefined)
        return `replication is stopped (${stoppedThreads(row)}), so how far the replica is behind is not known`;
      if (Number(behind) > maxLagSeconds)
        return `the replica is ${behind} s behind, more than ${maxLagSeconds} s`;
    }
    return undefined;
  }
}

function stoppedThreads(row: Readonly<Record<string, string | null>>): string {
  return Object.entries(row)
    .filter(([name, value]) => /^(Slave|Replica)_(IO|SQL)_Running$/.test(name) && value !== 'Yes')
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}

function busy(why: string, waitedMs: number): CutoverError {
  return new CutoverError('source-busy', `waited ${Math.round(waitedMs / 1000)} s for the server: ${why}`, {
    next: 'start again when it has less to do, or allow more with --max-load, --max-lag or --max-wait',
  });
}

function lagUnseen(): CutoverError {
  return new CutoverError('source-lag-unseen', 'the account may not see how far the replica is behind', {
    next: 'GRANT SLAVE MONITOR (MariaDB 10.5 and later) or REPLICATION CLIENT ON *.* to the account, or leave --max-lag out',
    exitCode: exitCodes.preflightFailed,
  });
}

function noReplica(): CutoverError {
  return new CutoverError('source-no-replica', 'the server is no replica, so there is no lag to go by', {
    next: 'read a replica, or leave --max-lag out and say --max-load',
    exitCode: exitCodes.preflightFailed,
  });
}
