import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { type CanaryResult, type HttpCanary, httpCanary, sqlCanary } from './canary.ts';
import { type Observation, observe } from './observe.ts';
import type { Sql } from './sql.ts';
import { tableSums, type TableSums } from './table-sums.ts';

/** Longer than the watchdogs that are known to thaw a frozen system. */
export const defaultWindowMs = 150_000;

/** What a frozen system looked like: later steps are held against it. */
export interface FreezeProof {
  readonly database: string;
  readonly at: string;
  readonly observation: Observation;
  readonly sums: TableSums;
}

export interface FreezeInput {
  /** An account that may read the database and the binary log's position. */
  readonly sql: Sql;
  readonly database: string;
  /** Whether the account is known to see every table of the database. */
  readonly seesEveryTable: boolean;
  /** The application's own account; absent: whether its writes are refused stays unknown. */
  readonly application?: Sql | undefined;
  /** A write through the application; absent: likewise. */
  readonly canary?: HttpCanary | undefined;
  /** Milliseconds over which nothing may change. */
  readonly windowMs?: number;
  /** Milliseconds between looks. */
  readonly intervalMs?: number;
  /** What an earlier step found: nothing may have changed since. */
  readonly since?: FreezeProof | undefined;
  readonly onProgress?: (doneMs: number, totalMs: number) => void;
}

/**
 * Watches a legacy system for a window and says whether it takes writes: its own settings, the place in its binary
 * log, writes that must be refused, and the checksums of its tables. Ends at the first sign of a thaw. `proof` is there
 * where all of it holds.
 */
export async function proveFreeze(
  input: FreezeInput,
): Promise<{ readonly checks: readonly Check[]; readonly proof: FreezeProof | undefined }> {
  const { sql, database } = input;
  const windowMs = input.windowMs ?? defaultWindowMs;
  const intervalMs = Math.min(input.intervalMs ?? 5000, windowMs);
  const first = input.since?.observation ?? (await observe(sql));
  const sums = input.since?.sums ?? (await tableSums(sql, database));
  const looks: Look[] = [];
  const beganMs = performance.now();
  for (;;) {
    const look = await lookOnce(input);
    looks.push(look);
    const doneMs = performance.now() - beganMs;
    input.onProgress?.(Math.min(doneMs, windowMs), windowMs);
    if (doneMs >= windowMs || thawed(first, look)) break;
    await sleep(Math.min(intervalMs, windowMs - doneMs));
  }
  const after = await tableSums(sql, database);
  const windowSeconds = Math.round((performance.now() - beganMs) / 1000);
  const checks = [
    readOnlyCheck(looks, input.since !== undefined),
    positionCheck(first, looks),
    canaryCheck(
      'sql',
      looks.map(({ bySql }) => bySql),
    ),
    canaryCheck(
      'application',
      looks.map(({ byApplication }) => byApplication),
    ),
    sumsCheck(sums, after, input.seesEveryTable),
  ].map((check) => ({ ...check, evidence: { ...check.evidence, looks: looks.length, windowSeconds } }));
  const holds = checks.every(({ outcome }) => outcome === 'holds');
  const observation = looks.at(-1)!.observation;
  return {
    checks,
    proof: holds ? { database, at: new Date().toISOString(), observation, sums: after } : undefined,
  };
}

interface Look {
  readonly observation: Observation;
  readonly bySql: CanaryResult;
  readonly byApplication: CanaryResult;
}

async function lookOnce({ sql, application, canary, database }: FreezeInput): Promise<Look> {
  return {
    bySql:
      application === undefined
        ? { result: 'unknown', why: "the application's own account was not given (--application-source)" }
        : await sqlCanary(application, database),
    byApplication:
      canary === undefined
        ? { result: 'unknown', why: 'no write through the application was given (--canary-url)' }
        : await httpCanary(canary),
    // Last, so that a canary that was let through shows in the position.
    observation: await observe(sql),
  };
}

function thawed(first: Observation, { observation, bySql, byApplication }: Look): boolean {
  return (
    Object.values(observation.readOnly).includes(false) ||
    bySql.result === 'accepted' ||
    byApplication.result === 'accepted' ||
    moved(first, observation).length > 0
  );
}

function moved(first: Observation, now: Observation): [name: string, before: string, after: string][] {
  return Object.entries(first.positions)
    .filter(([name, before]) => now.positions[name] !== undefined && now.positions[name] !== before)
    .map(([name, before]) => [name, before, now.positions[name]!]);
}

function readOnlyCheck(looks: readonly Look[], wasFrozen: boolean): Check {
  const findings = new FindingList();
  const off = looks.findIndex(({ observation }) => observation.readOnly['read_only'] === false);
  const later = off > 0 || wasFrozen;
  if (off !== -1) {
    findings.add({
      code: later ? 'freeze-thawed' : 'freeze-not-read-only',
      message: later
        ? 'read_only was on and somebody switched it off: something on that host thaws it'
        : 'read_only is off: the server takes writes',
      expected: true,
      actual: looks[off]!.observation.readOnly,
      next: later
        ? 'stop whatever switches it off (cron, a watchdog, configuration management), then freeze again'
        : 'SET GLOBAL read_only = 1',
    });
  }
  const told = looks.filter(({ observation }) => observation.readOnly['read_only'] !== undefined).length;
  return concludeCheck({
    id: 'freeze-read-only',
    title: 'The server is read-only, and stays so',
    looked: told,
    expected: { read_only: true },
    actual: looks.at(-1)!.observation.readOnly,
    findings,
    evidence: { restarted: restarted(looks) },
    couldNotTell: told < looks.length ? 'the server does not tell whether it is read-only' : undefined,
  });
}

function restarted(looks: readonly Look[]): boolean {
  return looks.some(
    ({ observation }, at) => at > 0 && observation.uptimeSeconds < looks[at - 1]!.observation.uptimeSeconds,
  );
}

function positionCheck(first: Observation, looks: readonly Look[]): Check {
  const findings = new FindingList();
  const last = looks.at(-1)!.observation;
  for (const [name, before, after] of moved(first, last)) {
    findings.add({
      code: 'freeze-written',
      message: `the ${name} moved from ${before} to ${after}: something was written`,
      subject: name,
      expected: before,
      actual: after,
      next: 'see what with mariadb-binlog or mysqlbinlog from the first position on, stop it, freeze again and take the dump again',
    });
  }
  const gone = Object.keys(first.positions).filter((name) => last.positions[name] === undefined);
  const gaps = [
    ...new Set([...first.gaps, ...last.gaps, ...gone.map((name) => `the ${name} cannot be seen any more`)]),
  ];
  return concludeCheck({
    id: 'freeze-position',
    title: 'Nothing was added to the binary log',
    looked: Object.keys(last.positions).length,
    expected: first.positions,
    actual: last.positions,
    findings,
    couldNotTell: gaps.length === 0 ? undefined : gaps.join('; '),
  });
}

function canaryCheck(kind: 'sql' | 'application', results: readonly CanaryResult[]): Check {
  const findings = new FindingList();
  const accepted = results.find((one) => one.result === 'accepted');
  if (accepted !== undefined) {
    findings.add({
      code: 'freeze-write-accepted',
      message: `a write was accepted: ${accepted.by}`,
      expected: 'refused',
      actual: 'accepted',
      next: 'freeze the system, and take the dump again if one was taken since',
    });
  }
  const unknown = results.find((one) => one.result === 'unknown');
  return concludeCheck({
    id: `freeze-canary-${kind}`,
    title: kind === 'sql' ? "The application's account cannot write" : 'The application refuses writes',
    looked: results.filter(({ result }) => result !== 'unknown').length,
    expected: 'refused',
    actual: results.at(-1)!.result,
    findings,
    evidence: { by: results.flatMap((one) => ('by' in one ? [one.by] : [])).at(-1) },
    couldNotTell: unknown?.why,
  });
}

function sumsCheck(before: TableSums, after: TableSums, seesEveryTable: boolean): Check {
  const findings = new FindingList();
  const unread: string[] = [];
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [then, now] = [before[table], after[table]];
    if (then === null || now === null) unread.push(table);
    if (then === now) continue;
    findings.add({
      code: 'freeze-table-changed',
      message: `${table} changed while nothing may change`,
      subject: table,
      expected: then ?? 'a table that is not there',
      actual: now ?? 'a table that is not there',
      next: 'find who writes, freeze again and take the dump again',
    });
  }
  const why = [
    seesEveryTable
      ? undefined
      : 'the account is not known to see every table: GRANT SELECT ON the_database.*',
    unread.length === 0 ? undefined : `no checksum of ${unread.join(', ')}`,
  ].filter((text) => text !== undefined);
  return concludeCheck({
    id: 'freeze-tables',
    title: 'No table changed',
    looked: Object.keys(after).length,
    expected: Object.keys(before).length,
    actual: Object.keys(after).length,
    findings,
    couldNotTell: why.length === 0 ? undefined : why.join('; '),
  });
}
