import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import pg from 'pg';
import type { HubNode, Move, WorkerRow } from '../move.ts';
import { fromRow, moveColumns, nodeColumns, schemaSql, upsert, workerColumns } from './postgres-schema.ts';
import type { MoveFilter, MoveRows, MoveStore } from './store.ts';

/** Of the advisory lock under which rows are changed; any number that nobody else uses. */
const lockNumber = 7_235_113_901;
/** Of what one process does at a time, without a transaction. */
const aloneLocks = { launch: 7_235_113_902 } as const;
const askEveryMs = 200;
const firstDelayMs = 100;
const longestDelayMs = 2000;

/** int8 as a number: bytes stay far below 2^53. */
pg.types.setTypeParser(20, Number);

/** As the indexes have them. */
const isOpen = `state NOT IN ('done', 'failed', 'cancelled')`;
const isAside = `state = 'done' AND archived IS NOT NULL AND source_removed_at IS NULL`;

const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

export class PostgresRows implements MoveRows {
  readonly now: Date;
  /** For what has to be written in the same transaction. */
  readonly client: pg.PoolClient;

  constructor(client: pg.PoolClient, now: Date) {
    this.client = client;
    this.now = now;
  }

  async #all<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    const { rows } = await this.client.query<Record<string, unknown>>(sql, values);
    return rows.map((row) => fromRow<T>(row));
  }

  async move(id: string): Promise<Move | undefined> {
    return (await this.#all<Move>('SELECT * FROM cutover_hub.moves WHERE id = $1', [id]))[0];
  }

  async moveByKey(key: string): Promise<Move | undefined> {
    return (await this.#all<Move>('SELECT * FROM cutover_hub.moves WHERE key = $1', [key]))[0];
  }

  unended(): Promise<Move[]> {
    return this.#all(
      `SELECT * FROM cutover_hub.moves WHERE ${isOpen}
       ORDER BY priority DESC, asked_at, id`,
    );
  }

  moves({ site, states, ids, endedSince, limit }: MoveFilter): Promise<Move[]> {
    const values: unknown[] = [];
    const value = (one: unknown): string => `$${values.push(one)}`;
    // Only what is asked for is in the query: else no index is used.
    const where = [
      ...(site === undefined ? [] : [`site = ${value(site)}`]),
      ...(states === undefined ? [] : [`state = ANY(${value(states)})`]),
      ...(ids === undefined ? [] : [`id = ANY(${value(ids.filter(isUuid))}::uuid[])`]),
      ...(endedSince === undefined ? [] : [`(${isOpen} OR ended_at > ${value(endedSince)})`]),
    ];
    return this.#all(
      `SELECT * FROM cutover_hub.moves ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
       ORDER BY asked_at DESC, id LIMIT ${value(limit ?? null)}`,
      values,
    );
  }

  keptAside(before: Date, limit: number): Promise<Move[]> {
    return this.#all(
      `SELECT * FROM cutover_hub.moves WHERE ${isAside} AND ended_at < $1 ORDER BY ended_at LIMIT $2`,
      [before, limit],
    );
  }

  settled(before: Date, limit?: number): Promise<Move[]> {
    return this.#all(
      `SELECT * FROM cutover_hub.moves WHERE ended_at < $1 AND NOT (${isAside}) ORDER BY ended_at LIMIT $2`,
      [before, limit ?? null],
    );
  }

  async removeMove(id: string): Promise<void> {
    await this.client.query('DELETE FROM cutover_hub.moves WHERE id = $1', [id]);
  }

  async putMove(move: Move): Promise<void> {
    await this.client.query(...upsert('moves', moveColumns, move));
  }

  nodes(): Promise<HubNode[]> {
    return this.#all('SELECT * FROM cutover_hub.nodes ORDER BY id');
  }

  async putNode(node: HubNode): Promise<void> {
    await this.client.query(...upsert('nodes', nodeColumns, node));
  }

  async removeNode(id: string): Promise<void> {
    await this.client.query('DELETE FROM cutover_hub.nodes WHERE id = $1', [id]);
  }

  workers(): Promise<WorkerRow[]> {
    return this.#all('SELECT * FROM cutover_hub.workers ORDER BY id');
  }

  async putWorker(worker: WorkerRow): Promise<void> {
    await this.client.query(...upsert('workers', workerColumns, worker));
  }

  async removeWorker(id: string): Promise<void> {
    await this.client.query('DELETE FROM cutover_hub.workers WHERE id = $1', [id]);
  }
}

export interface PostgresOptions {
  /** `postgres://user:password@host/database`; a secret. */
  readonly url: string;
  /** For so long a database that is away is waited for. */
  readonly patienceMs: number;
}

/** Rows in a PostgreSQL database. Changes are made one after the other under an advisory lock, by the database's clock. */
export class PostgresStore implements MoveStore<PostgresRows> {
  readonly place: string;
  readonly pool: pg.Pool;
  readonly #patienceMs: number;

  private constructor({ url, patienceMs }: PostgresOptions) {
    const { host, pathname } = new URL(url);
    this.place = `postgres://${host}${pathname}`;
    this.#patienceMs = patienceMs;
    this.pool = new pg.Pool({
      connectionString: url,
      max: 8,
      application_name: 'cutover hub',
      connectionTimeoutMillis: 10_000,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
    });
    // A connection that is cut while nobody uses it is made again when it is needed.
    this.pool.on('error', () => undefined);
  }

  /** Throws CutoverError `hub-database` (exit 3; 2 where the password is refused). */
  static async open(options: PostgresOptions): Promise<PostgresStore> {
    const store = new PostgresStore(options);
    try {
      await store.#within(async (client) => {
        await client.query(`SELECT pg_advisory_xact_lock(${lockNumber})`);
        await client.query(schemaSql);
      });
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  change<T>(work: (rows: PostgresRows) => Promise<T>): Promise<T> {
    return this.#within(async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${lockNumber})`);
      return work(new PostgresRows(client, await nowOf(client)));
    });
  }

  read<T>(work: (rows: PostgresRows) => Promise<T>): Promise<T> {
    return this.#within(async (client) => work(new PostgresRows(client, await nowOf(client))));
  }

  /** Does something while no other process does the same. Throws CutoverError `hub-locked` (exit 5) after a while. */
  async alone(what: keyof typeof aloneLocks, patienceMs: number, work: () => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    const until = performance.now() + patienceMs;
    try {
      for (;;) {
        const sql = `SELECT pg_try_advisory_lock(${aloneLocks[what]}) AS got`;
        const { rows } = await client.query<{ got: boolean }>(sql);
        if (rows[0]?.got === true) break;
        if (performance.now() > until) throw locked(what, this.place);
        await sleep(askEveryMs);
      }
      await work();
    } finally {
      // Its end gives the lock back.
      client.release(true);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  async #within<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const until = performance.now() + this.#patienceMs;
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (!isAway(error)) throw refusedOr(error, this.place);
        if (performance.now() > until) throw away(error, this.place);
        await sleep(delay);
      }
    }
  }

  async #once<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // Between two statements nobody else hears that the connection was cut; the next one tells.
    const onError = (why: Error): void => void (broken = why);
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((why: Error) => (broken = why));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

/** Of this moment, not of the beginning of the transaction: it may have waited for the lock. */
async function nowOf(client: pg.PoolClient): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]!.now;
}

/** Whether the database was away, is restarting, or had too many at once. */
function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isAway);
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(08|53|57P0)/.test(code) ||
    ['40001', '40P01'].includes(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      message,
    )
  );
}

function refusedOr(error: unknown, place: string): unknown {
  const { code = '' } = error as { code?: string };
  if (!/^(28|3D)/.test(code)) return error;
  return new CutoverError('hub-database', `${place} refuses: ${messageOf(error)}`, {
    next: 'see whether user, password and database are right, and that the database has been made',
    exitCode: code.startsWith('28') ? exitCodes.authenticationRefused : exitCodes.preflightFailed,
    cause: error,
  });
}

const away = (error: unknown, place: string): CutoverError =>
  new CutoverError('hub-database', `${place} does not answer: ${messageOf(error)}`, {
    next: 'see whether the database runs and is reached from here; what was begun goes on when it is back',
    exitCode: exitCodes.preflightFailed,
    cause: error,
  });

const locked = (what: string, place: string): CutoverError =>
  new CutoverError('hub-locked', `another worker has been at its ${what} in ${place} for long`, {
    next: 'see whether one of the workers stands still, and end it',
    exitCode: exitCodes.leaseHeld,
  });
