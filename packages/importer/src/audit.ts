import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import {
  accountedRows,
  type Check,
  concludeCheck,
  emptyAccount,
  type Finding,
  FindingList,
  type TableAccount,
} from '@cutover/core';
import { lineBatches } from '@cutover/stores';
import type { LedgerLine, LedgerRevisionLine, LedgerTableLine } from './ledger.ts';

type AnyLine = LedgerLine | LedgerTableLine | LedgerRevisionLine;

/** Lines of a ledger file, streamed. */
export async function* readLedger(path: string): AsyncGenerator<AnyLine> {
  for await (const lines of ledgerBatches(path)) yield* lines;
}

/** The same, all lines of a piece of the file at once. */
async function* ledgerBatches(path: string): AsyncGenerator<AnyLine[]> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  const text = file.pipe(createGunzip({ chunkSize: chunkBytes }));
  file.on('error', (error) => text.destroy(error));
  for await (const lines of lineBatches(text)) yield lines.map((line) => JSON.parse(line) as AnyLine);
}

const chunkBytes = 1 << 18;

/** What the lines of a ledger add up to. */
export interface LedgerSum {
  readonly lines: number;
  readonly counted: Readonly<Record<string, TableAccount>>;
}

/** Rows that were folded into others: their name, and that of the other. */
export type Folded = readonly (readonly [row: string, into: string])[];

/** Reads a ledger back and adds it up; `onFolded` gets the rows that were folded, some at a time. */
export async function sumLedger(path: string, onFolded: (folded: Folded) => void): Promise<LedgerSum> {
  const counted: Record<string, TableAccount> = {};
  let lines = 0;
  for await (const batch of ledgerBatches(path)) {
    lines += batch.length;
    const folded: [string, string][] = [];
    for (const line of batch) enter(line, (counted[line.table] ??= emptyAccount()), folded);
    if (folded.length > 0) onFolded(folded);
  }
  return { lines, counted };
}

/**
 * Holds a ledger against what was counted while it was made: every row of a mapped table has exactly one line and an
 * excluded table has one for all its rows, the four outcomes make the rows read, and nothing is folded into a row that
 * was not imported itself. `sum` reads the ledger: by default this thread.
 */
export async function auditLedger(
  path: string,
  tables: Readonly<Record<string, TableAccount>>,
  isExcluded: (into: string) => boolean,
  sum: typeof sumLedger = sumLedger,
): Promise<Check> {
  const findings = new FindingList();
  const { lines, counted } = await sum(path, (folded) => {
    for (const [row, into] of folded) if (isExcluded(into)) findings.add(foldedIntoExcluded(row, into));
  });
  let rows = 0;
  for (const [table, account] of Object.entries(tables)) {
    rows += account.rows;
    const entered = counted[table] ?? emptyAccount();
    if (accountedRows(account) === account.rows && same(entered, account)) continue;
    findings.add({
      code: 'ledger-does-not-add-up',
      message: `${table}: ${account.rows} rows read, ${accountedRows(entered)} accounted for`,
      subject: table,
      expected: account,
      actual: entered,
    });
  }
  return concludeCheck({
    id: 'ledger',
    title: 'Every source row has exactly one outcome, and they add up',
    looked: rows,
    expected: rows,
    actual: Object.values(tables).reduce((sum, account) => sum + accountedRows(account), 0),
    findings,
    evidence: { ledgerLines: lines },
  });
}

function enter(line: AnyLine, account: TableAccount, folded: [string, string][]): void {
  const rows = line.row === undefined ? line.rows : 1;
  account.rows += rows;
  if (line.outcome !== 'excluded') account[line.outcome] += rows;
  else account.excluded[line.rule!] = (account.excluded[line.rule!] ?? 0) + rows;
  if (line.row !== undefined && line.outcome === 'folded') folded.push([line.row, line.into!]);
}

function foldedIntoExcluded(row: string, into: string): Finding {
  return {
    code: 'folded-into-excluded',
    message: `${row} was folded into ${into}, which was excluded`,
    subject: row,
    next: 'the profile has to exclude the row together with the one it belongs to',
  };
}

function same(a: TableAccount, b: TableAccount): boolean {
  const key = (account: TableAccount) =>
    JSON.stringify([
      account.rows,
      account.imported,
      account.folded,
      account.quarantined,
      Object.entries(account.excluded).sort(),
    ]);
  return key(a) === key(b);
}
