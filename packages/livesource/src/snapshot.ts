import { quoteName } from './catalog.ts';
import { isInterrupted, isLost } from './errors.ts';
import { type BinlogPosition, masterPosition, snapshotPosition } from './server.ts';
import type { Session } from './session.ts';

/** How it is known that all connections see the same moment. */
export type SnapshotMethod = 'global-lock' | 'table-locks' | 'same-position' | 'one-connection';

export interface SnapshotFacts {
  readonly method: SnapshotMethod;
  /** Milliseconds for which writers of the server (or of the tables) had to wait; 0 without a lock. */
  readonly lockHeldMs: number;
  readonly at: string;
  readonly binlog?: BinlogPosition;
  /** Why a stronger method was not used. */
  readonly because?: string;
}

export interface Snapshot {
  readonly facts: SnapshotFacts;
  /** Connections that share it: one of those that were given at least. */
  readonly sessions: readonly Session[];
}

export interface SnapshotOptions {
  /** May lock everything for a moment. */
  readonly globalLock: boolean;
  /** May lock these tables for a moment. */
  readonly tableLock: boolean;
  readonly tables: readonly string[];
  /** Opens the connection that holds the lock. */
  readonly openLocker: () => Promise<Session>;
  /** Done while the lock is held, before the snapshot is taken. Not called where there is no lock. */
  readonly underLock?: ((locker: Session) => Promise<void>) | undefined;
}

/** 1205: somebody's long statement keeps the lock from us, and ours would keep everybody waiting. */
const lockRefused = [1044, 1142, 1205, 1227];

/**
 * Starts one read-only snapshot in all sessions: under FLUSH TABLES WITH READ LOCK, else under LOCK TABLES …
 * READ, else by comparing the positions that MariaDB keeps with a snapshot, else in the first session only.
 */
export async function takeSnapshot(
  sessions: readonly Session[],
  options: SnapshotOptions,
): Promise<Snapshot> {
  const reasons: string[] = [];
  if (options.globalLock) {
    const taken = await underLock(sessions, options, 'global-lock', 'FLUSH TABLES WITH READ LOCK');
    if (taken !== undefined) return taken;
    reasons.push('the global lock was not to be had in time');
  } else reasons.push('no RELOAD privilege, or no need for a lock');
  if (options.tableLock && options.tables.length > 0) {
    const sql = `LOCK TABLES ${options.tables.map((name) => `${quoteName(name)} READ`).join(', ')}`;
    const taken = await underLock(sessions, options, 'table-locks', sql);
    if (taken !== undefined) return taken;
    reasons.push('the table locks were not to be had in time');
  }
  return withoutLock(sessions, reasons.join('; '));
}

async function underLock(
  sessions: readonly Session[],
  { openLocker, underLock: work }: SnapshotOptions,
  method: SnapshotMethod,
  sql: string,
): Promise<Snapshot | undefined> {
  const locker = await openLocker();
  try {
    if ((await locker.try(lockRefused, () => locker.query(sql))) === undefined) return undefined;
    const since = performance.now();
    await work?.(locker);
    await Promise.all(sessions.map(start));
    const at = new Date().toISOString();
    const binlog = await masterPosition(locker);
    await locker.query('UNLOCK TABLES');
    const lockHeldMs = Math.ceil(performance.now() - since);
    return { sessions, facts: { method, lockHeldMs, at, ...(binlog === undefined ? {} : { binlog }) } };
  } finally {
    await locker.close();
  }
}

async function withoutLock(sessions: readonly Session[], because: string): Promise<Snapshot> {
  for (let attempt = 0; attempt < 30; attempt++) {
    await Promise.all(sessions.map(start));
    const at = new Date().toISOString();
    const positions: (BinlogPosition | undefined)[] = [];
    // MariaDB 10.11 answers this from memory that connections share: asked at once, one gets the other's answer.
    for (const session of [...sessions, ...sessions]) positions.push(await snapshotPosition(session));
    const [first] = positions;
    if (sessions.length === 1) {
      return {
        sessions,
        facts: {
          method: 'one-connection',
          lockHeldMs: 0,
          at,
          because,
          ...(first === undefined ? {} : { binlog: first }),
        },
      };
    }
    if (first === undefined) break;
    if (positions.every((one) => one?.file === first.file && one.position === first.position)) {
      return { sessions, facts: { method: 'same-position', lockHeldMs: 0, at, because, binlog: first } };
    }
  }
  const alone = sessions.slice(0, 1);
  await Promise.all(sessions.slice(1).map((session) => session.close()));
  return withoutLock(alone, `${because}; several connections could not be shown to see the same moment`);
}

async function start(session: Session): Promise<void> {
  await session.query('ROLLBACK');
  // Servers before MySQL 5.6 and MariaDB 10.0 do not know READ ONLY.
  const readOnly = await session.try([1064], () =>
    session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'),
  );
  if (readOnly === undefined) await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
}

/** Runs work inside a savepoint, so that a table that was read can be altered by others afterwards. */
export async function releasing<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT cutover');
  try {
    return await work();
  } finally {
    if (session.alive)
      await release(session).catch((error: unknown) => {
        if (!isLost(error) && !isInterrupted(error)) throw error;
      });
  }
}

/**
 * Inside of `releasing`: lets go of the tables that were read, and keeps the snapshot. MariaDB with a binary log
 * keeps hold of them all the same.
 */
export async function release(session: Session): Promise<void> {
  await session.query('ROLLBACK TO SAVEPOINT cutover');
}
