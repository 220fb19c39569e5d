import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, type Listener } from '@cutover/core';
import { assertCount, assertSameTables } from './assert-whole.ts';
import { Connections } from './connections.ts';
import { asCutoverError, isLost } from './errors.ts';
import type { Manifest } from './manifest.ts';
import type { BinlogPosition } from './server.ts';
import type { Session, SessionOptions } from './session.ts';
import { release, releasing, type Snapshot, takeSnapshot } from './snapshot.ts';
import type { Surveyed } from './survey.ts';
import type { TableWork } from './table-work.ts';
import type { Throttle } from './throttle.ts';
import type { ServerAddress } from './url.ts';

export interface SettlingOptions extends SessionOptions {
  readonly address: ServerAddress;
  readonly throttle: Throttle;
  readonly jobs?: number;
  readonly lock?: boolean;
  readonly reconnectForMs?: number;
  /** Nothing that was taken over has changed while the server stands here. */
  readonly unchangedAt: BinlogPosition | undefined;
  readonly onEvent?: Listener;
}

export type Settled = Pick<Manifest, 'snapshot' | 'withoutTransactions' | 'reconnects'>;

/** Rounds without a lock before tables that keep changing are read under one, or given up. */
const freeRounds = 3;
const rounds = 8;

/**
 * Brings all tables to the rows of one moment.
 *
 * Tables without transactions are read first. Then the snapshot begins, and whatever was read before it (those
 * tables, tables of an earlier archive, tables read before a connection was lost) is held against the server:
 * what a table had when it was read and has after the snapshot began, it had at the snapshot. What differs is
 * read again, and a table that knows no transactions needs another snapshot then. The rest is read inside it.
 */
export class Settling {
  readonly #works: readonly TableWork[];
  readonly #surveyed: Surveyed;
  readonly #options: SettlingOptions;
  readonly #connections: Connections;
  #reconnects = 0;
  #rounds = 0;
  #lockedRead = false;
  /** Tables without transactions that had changed by the time of a snapshot. */
  readonly #restless = new Set<TableWork>();

  constructor(works: readonly TableWork[], surveyed: Surveyed, options: SettlingOptions) {
    this.#works = works;
    this.#surveyed = surveyed;
    this.#options = options;
    const wanted = Math.max(1, Math.min(options.jobs ?? 1, works.length));
    this.#connections = new Connections(options.address, options, wanted);
  }

  async run(): Promise<Settled> {
    const patience = this.#options.reconnectForMs ?? 60_000;
    let progress = this.#progress();
    let since = Date.now();
    try {
      for (let delay = 100; ; delay = Math.min(delay * 2, 2000)) {
        try {
          const snapshot = await this.#attempt();
          return this.#facts(snapshot);
        } catch (error) {
          await this.#connections.close();
          if (!isLost(error)) throw error;
          if (this.#progress() !== progress) {
            since = Date.now();
            delay = 100;
          }
          progress = this.#progress();
          if (Date.now() - since > patience) throw asCutoverError(error, 'reading the source');
          this.#reconnects++;
          this.#note(
            'source-reconnect',
            'the connection was lost; what was read is held against a new snapshot',
          );
          await sleep(delay);
        }
      }
    } finally {
      await this.#connections.close();
      for (const work of this.#works) await work.discard();
    }
  }

  async #attempt(): Promise<Snapshot> {
    for (;;) {
      for (const work of this.#works) work.settled = false;
      await this.#connections.open();
      await this.#readAll(this.#works.filter((work) => !work.table.transactional && work.part === undefined));
      const snapshot = await this.#snapshot();
      this.#connections.keep(snapshot.sessions);
      if (!(await this.#holdAgainst(snapshot))) {
        this.#assertPatience();
        continue;
      }
      const inside = this.#works.filter((work) => work.table.transactional && !work.settled);
      await this.#readAll(inside, true);
      const alive = this.#connections.sessions.find((session) => session.alive);
      const names = this.#surveyed.catalog.tables.map(({ name }) => name);
      if (alive !== undefined) await assertSameTables(alive, names);
      return snapshot;
    }
  }

  /** Whether all that was read before the snapshot is as it is in it; what is not is forgotten. */
  async #holdAgainst({ facts }: Snapshot): Promise<boolean> {
    const { unchangedAt } = this.#options;
    const still =
      unchangedAt !== undefined &&
      facts.binlog?.file === unchangedAt.file &&
      facts.binlog.position === unchangedAt.position;
    let again = false;
    await this.#connections.each(
      this.#works.filter((work) => work.begun && !work.settled),
      async (session, work) => {
        const agrees =
          (work.reused && still) ||
          (await releasing(session, () => work.agrees(session, () => this.#pause(session, true))));
        if (!agrees) {
          await work.reset();
          if (!work.table.transactional) {
            again = true;
            this.#restless.add(work);
          }
        } else if (work.part !== undefined) work.settled = true;
      },
    );
    return !again;
  }

  async #readAll(works: readonly TableWork[], inSnapshot = false): Promise<void> {
    const order = [...works].sort((a, b) => b.table.bytes - a.table.bytes);
    await this.#connections.each(order, async (session, work) => {
      const read = async (): Promise<void> => {
        const pause = (): Promise<void> => this.#pause(session, inSnapshot);
        await pause();
        await work.read(session, pause);
        if (inSnapshot) await assertCount(session, work);
      };
      await (inSnapshot ? releasing(session, read) : read()).catch((error: unknown) => {
        if (isLost(error)) throw error;
        throw asCutoverError(error, `table ${work.table.name}`);
      });
      if (inSnapshot) work.settled = true;
    });
  }

  /** Waits while the server has too much to do. A table that we have a hold of may be what it waits for. */
  #pause(session: Session, inSnapshot: boolean): Promise<void> {
    const { throttle } = this.#options;
    throttle.connections = this.#connections.sessions.length;
    return throttle.wait(session, inSnapshot ? () => release(session) : undefined);
  }

  async #snapshot(): Promise<Snapshot> {
    const { privileges, server } = this.#surveyed;
    const { sessions } = this.#connections;
    const may = this.#options.lock !== false;
    const untransacted = this.#works.filter(({ table }) => !table.transactional);
    const useful = untransacted.length > 0 || sessions.length > 1 || server.binaryLog;
    const stubborn = this.#rounds >= freeRounds ? [...this.#restless] : [];
    const tables = this.#works.map(({ table }) => table.name);
    return takeSnapshot(sessions, {
      globalLock: may && useful && privileges.held.has('RELOAD'),
      tableLock: may && useful && privileges.held.has('LOCK TABLES'),
      tables,
      openLocker: () => this.#connections.openOther(),
      underLock: stubborn.length === 0 ? undefined : (locker) => this.#readUnderLock(locker, stubborn),
    });
  }

  /**
   * The tables that changed in rounds before, and no others: read while nobody can write. Without a pause: those
   * who wait for the lock are the load, and a replica that cannot write falls behind.
   */
  async #readUnderLock(locker: Session, works: readonly TableWork[]): Promise<void> {
    for (const work of works) {
      await work.reset();
      await work.read(locker, () => Promise.resolve());
      work.settled = true;
    }
    this.#lockedRead = true;
  }

  #assertPatience(): void {
    if (++this.#rounds < rounds) return;
    const names = this.#works
      .filter((work) => !work.table.transactional && !work.begun)
      .map(({ table }) => table.name);
    throw new CutoverError(
      'source-keeps-changing',
      `tables without transactions change faster than they can be read: ${names.join(', ')}`,
      {
        next: 'grant RELOAD or LOCK TABLES so that they can be read under a lock, or read while the site is frozen',
        data: { tables: names },
      },
    );
  }

  #facts({ facts }: Snapshot): Settled {
    const tables = this.#works.filter(({ table }) => !table.transactional).map(({ table }) => table.name);
    const proof =
      tables.length === 0 ? 'none-needed' : this.#lockedRead ? 'read-under-lock' : 'digests-agree';
    return {
      snapshot: facts,
      withoutTransactions: { tables, proof, rounds: this.#rounds + 1 },
      reconnects: this.#reconnects,
    };
  }

  #progress(): string {
    return this.#works.map((work) => `${work.digest.rows}${work.settled ? 's' : ''}`).join();
  }

  #note(code: string, message: string): void {
    void this.#options.onEvent?.({ type: 'note', code, message });
  }
}
