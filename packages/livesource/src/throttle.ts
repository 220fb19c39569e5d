import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './session.ts';

export interface ThrottleOptions {
  /** Wait while more than this many threads run on the server, our own not counted. */
  readonly maxLoad?: number;
  /** Wait while the server, as a replica, is more than this many seconds behind. */
  readonly maxLagSeconds?: number;
  readonly pauseMs?: number;
  readonly onWait?: (why: string) => void;
  readonly signal?: AbortSignal;
}

/** Waits between pieces of work while the server has too much else to do. */
export class Throttle {
  readonly #options: ThrottleOptions;
  /** Milliseconds spent waiting. */
  waitedMs = 0;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Resolves when the server may be asked for more; `ours` connections of the caller are running anyway. */
  async wait(session: Session, ours = 1): Promise<void> {
    const { maxLoad, maxLagSeconds, pauseMs = 500, onWait, signal } = this.#options;
    signal?.throwIfAborted();
    if (maxLoad === undefined && maxLagSeconds === undefined) return;
    for (let said = false; ; said = true) {
      const why = (await this.#load(session, ours)) ?? (await this.#lag(session));
      if (why === undefined) return;
      if (!said) onWait?.(why);
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
      this.waitedMs += pauseMs;
    }
  }

  async #load(session: Session, ours: number): Promise<string | undefined> {
    const { maxLoad } = this.#options;
    if (maxLoad === undefined) return undefined;
    const [row] = await session.query(`SHOW GLOBAL STATUS LIKE 'Threads_running'`);
    const others = Number(row?.[1] ?? 0) - ours;
    return others > maxLoad ? `${others} threads run on the server, more than ${maxLoad}` : undefined;
  }

  async #lag(session: Session): Promise<string | undefined> {
    const { maxLagSeconds } = this.#options;
    if (maxLagSeconds === undefined) return undefined;
    const refused = [1064, 1227];
    const rows =
      (await session.try(refused, () => session.records('SHOW REPLICA STATUS'))) ??
      (await session.try(refused, () => session.records('SHOW SLAVE STATUS'))) ??
      [];
    for (const row of rows) {
      const behind = row['Seconds_Behind_Source'] ?? row['Seconds_Behind_Master'];
      if (behind === null || behind === undefined) return 'the replica does not say how far it is behind';
      if (Number(behind) > maxLagSeconds)
        return `the replica is ${behind} s behind, more than ${maxLagSeconds} s`;
    }
    return undefined;
  }
}
