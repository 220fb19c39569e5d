import type { Connection } from 'mysql2';
import { Answer, type RawRow } from './answer.ts';
import { connectionOptions } from './connection-options.ts';
import { asCutoverError, connectionClosed, errorNumber } from './errors.ts';
import { type ServerAddress, shownAddress } from './url.ts';

export interface SessionOptions {
  readonly password?: string | undefined;
  /** Milliseconds without a byte of an answer after which the connection counts as lost. */
  readonly silenceMs?: number;
  /** Seconds to wait for a lock at most, which is also how long others may have to wait behind us. */
  readonly lockWaitSeconds?: number;
}

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
    connection.on('end', () => (this.#lost ??= connectionClosed()));
  }

  /** Connects once. Throws CutoverError `source-refused` (exit 2), `source-certificate` … */
  static async open(address: ServerAddress, options: SessionOptions = {}): Promise<Session> {
    // Loaded here: every command that reads a dump comes by this file, and few connect.
    const { createConnection } = await import('mysql2');
    const connection = createConnection(connectionOptions(address, options.password));
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
  async each(
    sql: string,
    take: (rows: RawRow[]) => void | Promise<void>,
    fields?: (names: string[]) => void,
  ): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost as Error;
    const onUnusable = (why: unknown): void => void (this.#lost ??= why);
    const answer = new Answer(this.#connection, { take, fields, silenceMs: this.#silenceMs, onUnusable });
    try {
      await answer.read(sql);
    } catch (error) {
      if (!this.alive) this.destroy();
      throw error;
    }
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    if (this.#lost !== undefined) return this.destroy();
    this.#lost = connectionClosed();
    await new Promise<void>((resolve) => this.#connection.end(() => resolve()));
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#lost ??= connectionClosed();
    this.#connection.destroy();
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
