import { accountedRows, type Check, concludeCheck, FindingList, type TableAccount } from '@cutover/core';
import type { Manifest } from './manifest.ts';

/** Whether the archive is of one moment and of the whole database, and how that is known. */
export function checkSource(manifest: Manifest): Check {
  const { snapshot, withoutTransactions } = manifest;
  return concludeCheck({
    id: 'source',
    title: 'The source was read whole, as of one moment',
    looked: manifest.tables.length,
    expected: 'one moment',
    actual: `${snapshot.method}, ${snapshot.at}`,
    evidence: {
      method: snapshot.method,
      lockHeldMs: snapshot.lockHeldMs,
      binlog: snapshot.binlog,
      because: snapshot.because,
      tablesWithoutTransactions: withoutTransactions.tables,
      proofForThem: withoutTransactions.proof,
      rounds: withoutTransactions.rounds,
      reconnects: manifest.reconnects,
      waitedMs: manifest.waitedMs,
      privilegesMissing: manifest.privilegesMissing,
      notIncluded: manifest.notIncluded,
    },
    couldNotTell: manifest.proven
      ? undefined
      : 'the account is not known to see every table of the database (SELECT on all of it is not proven)',
  });
}

/** Holds the rows that an import accounted for against those that the server counted in the snapshot. */
export function checkAccounts(manifest: Manifest, tables: Readonly<Record<string, TableAccount>>): Check {
  const findings = new FindingList();
  let rows = 0;
  let accounted = 0;
  const counted = new Map(manifest.tables.map((table) => [table.name, table.rows]));
  for (const name of new Set([...counted.keys(), ...Object.keys(tables)])) {
    const onServer = counted.get(name) ?? 0;
    const account = tables[name];
    const inLedger = account === undefined ? 0 : accountedRows(account);
    rows += onServer;
    accounted += inLedger;
    if (onServer === inLedger) continue;
    findings.add({
      code: 'rows-differ',
      message: `${name}: the server counted ${onServer} rows, the import accounted for ${inLedger}`,
      subject: name,
      expected: onServer,
      actual: inLedger,
      next: 'do not go on: rows were lost or invented between the server and the import',
    });
  }
  return concludeCheck({
    id: 'source-accounts',
    title: 'The import accounted for the rows that the server counted',
    looked: rows,
    expected: rows,
    actual: accounted,
    findings,
    evidence: { tables: counted.size },
  });
}

/** What a report says of the source: no row, no password. */
export function sourceDetails(manifest: Manifest): Readonly<Record<string, unknown>> {
  const { source, server, startedAt, finishedAt, snapshot, withoutTransactions, reconnects, waitedMs, file } =
    manifest;
  return {
    source,
    server: server.version,
    startedAt,
    finishedAt,
    snapshot,
    withoutTransactions,
    reconnects,
    waitedMs,
    sha256: file.sha256,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    tables: manifest.tables.length,
    tablesReused: manifest.tables.filter(({ reused }) => reused).length,
    notIncluded: manifest.notIncluded,
  };
}
