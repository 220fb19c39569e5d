import { messageOf } from '@cutover/core';
import { Site } from '../http.ts';
import { errnoOf, type Sql } from './sql.ts';
import { quoteName } from './table-sums.ts';

/** What came of a write that must be refused. */
export type CanaryResult =
  | { readonly result: 'refused'; readonly by: string }
  | { readonly result: 'accepted'; readonly by: string }
  | { readonly result: 'unknown'; readonly why: string };

/**
 * A write as the application's own account that would change no row even where it was let through. 1290 and 1836: the server is
 * read-only; 1142, 1143, 1044: the account's right to write was taken; 1205, 3572, 1099, 1223: somebody holds a read lock.
 */
export async function sqlCanary(sql: Sql, database: string): Promise<CanaryResult> {
  let statement: string;
  try {
    statement = await harmlessWrite(sql, database);
  } catch (error) {
    return { result: 'unknown', why: messageOf(error) };
  }
  try {
    await sql.query(statement);
    return { result: 'accepted', by: statement };
  } catch (error) {
    const errno = errnoOf(error) ?? 0;
    const by = refusals[errno];
    return by === undefined
      ? { result: 'unknown', why: messageOf(error) }
      : { result: 'refused', by: `${by} (${errno})` };
  }
}

const refusals: Readonly<Record<number, string>> = {
  1290: 'the server is read-only',
  1836: 'the server is in read-only mode',
  1044: 'the account may not write',
  1142: 'the account may not write',
  1143: 'the account may not write',
  1205: 'somebody holds a lock',
  3572: 'somebody holds a lock',
  1099: 'a read lock is held',
  1223: 'a read lock is held',
};

async function harmlessWrite(sql: Sql, database: string): Promise<string> {
  const [first] = await sql.query(
    `SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND EXTRA NOT LIKE '%GENERATED%' ORDER BY TABLE_NAME, ORDINAL_POSITION LIMIT 1`,
  );
  if (first === undefined) throw new Error(`the application's account sees no table of ${database}`);
  const [table, column] = first.map((name) => quoteName(name ?? ''));
  return `UPDATE ${table} SET ${column} = ${column} WHERE 1 = 0`;
}

export interface HttpCanary {
  readonly url: string;
  readonly method?: 'POST' | 'GET';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Statuses by which the application says that it takes no writes. */
  readonly refusedBy?: readonly number[];
}

/** What an application says that was told to take no writes (RFC 9110): 503, and 403, 405, 423 of those in front of it. */
export const refusingStatuses: readonly number[] = [403, 405, 423, 503];

/** A write through the application. 2xx and 3xx: it was taken; 404, 400 and the like: it did not get as far as a write. */
export async function httpCanary(canary: HttpCanary): Promise<CanaryResult> {
  const site = new Site(canary.url);
  const { pathname, search } = new URL(canary.url);
  try {
    const answer = await site.request(`${pathname}${search}`, {
      method: canary.method ?? 'POST',
      ...(canary.body === undefined ? {} : { body: canary.body }),
      ...(canary.headers === undefined ? {} : { headers: canary.headers }),
    });
    if (answer === undefined) return { result: 'unknown', why: site.couldNotTell() ?? 'no answer' };
    const by = `${canary.url} answers ${answer.status}`;
    if ((canary.refusedBy ?? refusingStatuses).includes(answer.status)) return { result: 'refused', by };
    if (answer.status < 400) return { result: 'accepted', by };
    return { result: 'unknown', why: `${by}: that does not say that writes are refused` };
  } finally {
    await site.close();
  }
}
