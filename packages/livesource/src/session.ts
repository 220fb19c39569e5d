import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { CutoverError, exitCodes } from '@cutover/core';
import { createConnection, type Connection, type ConnectionOptions, type Query } from 'mysql2';
import { asCutoverError, errorNumber } from './errors.ts';
import { type ServerAddress, shownAddress } from './url.ts';

/** A row as the server sent it: bytes of each cell, null for NULL. */
export type RawRow = (Buffer | null)[];

export interface SessionOptions {
  readonly password?: string | undefined;
  /** Milliseconds without a byte of an answer after which the connection counts as lost. */
  readonly silenceMs?: number;
  /** Seconds to wait for a lock at most, which is also how long others may have to wait behind us. */
  readonly lockWaitSeconds?: number;
}

/** Rows are handed over when this many bytes of them are there. */
const batchBytes = 1 << 18;

/**
 * One connection. Values stay bytes; nothing is decoded or rounded. The time zone is UTC, sql_mode is empty
 * and text comes as utf8mb4, as mysqldump sets them, so that every cell is the one a dump would have.
 */
export class Session {
  readonly #connection: Connection;
  readonly #silenceMs: number;
  #lost: unknown;

  private constructor(connection: Connection, silenceMs: number) {
    this.#connection = connection;
    this.#silenceMs = silenceMs;
    connection.on('error', (error: unknown) => (this.#lost ??= error));
    connection.on('end', () => (this.#lost ??= closed()));
  }

  /** Connects once. Throws CutoverError `source-refused` (exit 2), `source-certificate` … */
  static async open(address: ServerAddress, options: SessionOptions = {}): Promise<Session> {
    const connection = createConnection(connectionOptions(address, options));
    const session = new Session(connection, options.silenceMs ?? 300_000);
    try {
      await new Promise<void>((resolve, reject) =>
        connection.connect((error) => (error === null ? resolve() : reject(error))),
      );
      await session.#prepare(options.lockWaitSeconds ?? 3);
      return session;
    } catch (error) {
      session.destroy();
      throw asCutoverError(error, `connecting to ${shownAddress(address)}`);
    }
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** All rows of a small answer, as text. */
  async query(sql: string): Promise<(string | null)[][]> {
    const rows: (string | null)[][] = [];
    await this.each(sql, (batch) => {
      for (const row of batch) rows.push(row.map((cell) => (cell === null ? null : cell.toString('utf8'))));
    });
    return rows;
  }

  /** The rows of a small answer by column name. */
  async records(sql: string): Promise<Record<string, string | null>[]> {
    let names: readonly string[] = [];
    const records: Record<string, string | null>[] = [];
    const take = (batch: RawRow[]): void => {
      for (const row of batch)
        records.push(
          Object.fromEntries(
            row.map((cell, i) => [names[i] ?? '', cell === null ? null : cell.toString('utf8')]),
          ),
        );
    };
    await this.each(sql, take, (fields) => (names = fields));
    return records;
  }

  /** The answer, or undefined where the server refuses the statement for one of these error numbers. */
  async try<T>(numbers: readonly number[], ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (numbers.includes(errorNumber(error) ?? -1)) return undefined;
      throw error;
    }
  }

  /**
   * Streams an answer: batches of rows, the next only when `take` is done with one, the connection being
   * paused meanwhile. Throws the driver's error; a short answer is always an error.
   */
  each(
    sql: string,
    take: (rows: RawRow[]) => void | Promise<void>,
    fields?: (names: string[]) => void,
  ): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost as Error);
    return new Promise<void>((resolve, reject) => {
      const connection = this.#connection;
      const query = connection.query({ sql, rowsAsArray: true, typeCast: false } as Parameters<
        Connection['query']
      >[0]) as Query;
      let rows: RawRow[] = [];
      let bytes = 0;
      let busy: Promise<void> | undefined;
      let ended = false;
      let failed = false;
      let timer = this.#watch(() =>
        fail(Object.assign(new Error('the server is silent'), { code: 'SOURCE_SILENT' })),
      );
      const settle = (): void => {
        clearInterval(timer.handle);
        connection.off('error', fail);
        connection.off('end', lost);
      };
      const fail = (error: unknown): void => {
        if (failed) return;
        failed = true;
        settle();
        if ((error as { code?: string }).code === 'SOURCE_SILENT') this.#lost ??= error;
        if (this.#lost !== undefined) this.destroy();
        // Whoever goes on after this must not meet a batch that is still being taken.
        void (busy ?? Promise.resolve()).then(() => reject(error as Error));
      };
      const lost = (): void => fail(this.#lost ?? closed());
      const flush = (): void => {
        if (busy !== undefined || failed) return;
        if (rows.length === 0) {
          if (ended) {
            settle();
            resolve();
          }
          return;
        }
        const batch = rows;
        rows = [];
        bytes = 0;
        connection.pause();
        timer.paused = true;
        busy = Promise.resolve()
          .then(() => take(batch))
          .then(() => {
            busy = undefined;
            timer.touch();
            timer.paused = false;
            connection.resume();
            if (ended || bytes >= batchBytes) flush();
          })
          .catch((error: unknown) => {
            // The rest of the answer is still on its way: this connection is of no more use.
            this.#lost ??= error;
            fail(error);
          });
      };
      query.on('fields', (list: { name: string }[] | undefined) => {
        timer.touch();
        fields?.((list ?? []).map(({ name }) => name));
      });
      query.on('result', (row: unknown) => {
        timer.touch();
        if (!Array.isArray(row)) return;
        rows.push(row as RawRow);
        for (const cell of row as RawRow) bytes += cell === null ? 1 : cell.length + 8;
        if (bytes >= batchBytes) flush();
      });
      query.on('error', fail);
      query.on('end', () => {
        ended = true;
        flush();
      });
      connection.on('error', fail);
      connection.on('end', lost);
      timer = timer.start();
    });
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    if (this.#lost !== undefined) return this.destroy();
    this.#lost = closed();
    await new Promise<void>((resolve) => this.#connection.end(() => resolve()));
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#lost ??= closed();
    this.#connection.destroy();
  }

  #watch(silent: () => void): Watch {
    return new Watch(this.#silenceMs, silent);
  }

  async #prepare(lockWaitSeconds: number): Promise<void> {
    const unknown = [1193, 1231, 1227];
    if ((await this.try([1115], () => this.query('SET NAMES utf8mb4'))) === undefined)
      await this.query('SET NAMES utf8');
    await this.query(`SET SESSION sql_mode=''`);
    await this.query(`SET SESSION time_zone='+00:00'`);
    await this.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    for (const setting of [
      `lock_wait_timeout=${lockWaitSeconds}`,
      'net_write_timeout=3600',
      'net_read_timeout=3600',
      'wait_timeout=28800',
      'sql_quote_show_create=1',
      'sql_big_selects=1',
      'max_statement_time=0',
      'max_execution_time=0',
    ]) {
      await this.try(unknown, () => this.query(`SET SESSION ${setting}`));
    }
  }
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CutoverError('source-authorities', `the certificate authorities at ${path} cannot be read`, {
      next: 'give ?tls-ca= the path of a PEM file',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

function closed(): Error {
  return Object.assign(new Error('the connection is closed'), { code: 'PROTOCOL_CONNECTION_LOST' });
}

/** Fires when nothing was heard for a while, pauses of our own not counted. */
class Watch {
  paused = false;
  handle: NodeJS.Timeout | undefined;
  readonly #ms: number;
  readonly #silent: () => void;
  #heard = Date.now();

  constructor(ms: number, silent: () => void) {
    this.#ms = ms;
    this.#silent = silent;
  }

  touch(): void {
    this.#heard = Date.now();
  }

  start(): this {
    this.handle = setInterval(
      () => {
        if (!this.paused && Date.now() - this.#heard > this.#ms) this.#silent();
      },
      Math.max(20, Math.min(1000, this.#ms / 4)),
    );
    this.handle.unref();
    return this;
  }
}

function connectionOptions(address: ServerAddress, { password }: SessionOptions): ConnectionOptions {
  const { host, port, socket, tls, tlsCa, tlsName } = address;
  return {
    user: address.user,
    database: address.database,
    charset: 'utf8mb4',
    connectTimeout: 10_000,
    enableKeepAlive: true,
    multipleStatements: false,
    // A server may ask its client for files; this one gives none.
    flags: ['-LOCAL_FILES'],
    ...(password === undefined ? {} : { password }),
    ...(socket === undefined ? { host: tlsName ?? host, port } : { socketPath: socket }),
    ...(tlsName === undefined || socket !== undefined ? {} : { stream: () => connectSocket(port, host) }),
    ...(tls === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: true,
            verifyIdentity: true,
            minVersion: 'TLSv1.2',
            ...(tlsCa === undefined ? {} : { ca: readAuthorities(tlsCa) }),
          },
        }),
  };
}
