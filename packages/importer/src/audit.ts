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

/** What stands in a ledger, by table. */
export interface LedgerSum {
  readonly lines: number;
  readonly tables: Readonly<Record<string, TableAccount>>;
}

/** Reads the ledger back and adds it up; `onFolded` gets the lines of folded rows. */
export async function sumLedger(path: string, onFolded?: (line: LedgerLine) => void): Promise<LedgerSum> {
  const tables: Record<string, TableAccount> = {};
  let lines = 0;
  for await (const batch of ledgerBatches(path)) {
    lines += batch.length;
    for (const line of batch) {
      enter(line, (tables[line.table] ??= emptyAccount()));
      if (line.row !== undefined && line.outcome === 'folded') onFolded?.(line);
    }
  }
  return { lines, tables };
}

/**
 * Reads the ledger back and holds it against what was read: every row of a mapped table has exactly one line and an
 * excluded table has one for all its rows, the four outcomes make the rows read, and nothing is folded into a row that
 * was not imported itself.
 */
export async function auditLedger(
  path: string,
  tables: Readonly<Record<string, TableAccount>>,
  isExcluded: (into: string) => boolean,
): Promise<Check> {
  const findings = new FindingList();
  const sum = await sumLedger(path, (line) => {
    if (isExcluded(line.into!)) findings.add(foldedIntoExcluded(line));
  });
  return concludeLedger(sum, tables, findings);
}

/** Holds what stands in a ledger against what was read. */
export function concludeLedger(
  { lines, tables: counted }: LedgerSum,
  tables: Readonly<Record<string, TableAccount>>,
  findings = new FindingList(),
): Check {
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

function enter(line: AnyLine, account: TableAccount): void {
  const rows = line.row === undefined ? line.rows : 1;
  account.rows += rows;
  if (line.outcome !== 'excluded') account[line.outcome] += rows;
  else account.excluded[line.rule!] = (account.excluded[line.rule!] ?? 0) + rows;
}

const foldedIntoExcluded = ({ row, into }: LedgerLine): Finding => ({
  code: 'folded-into-excluded',
  message: `${row} was folded into ${into}, which was excluded`,
  subject: row,
  next: 'the profile has to exclude the row together with the one it belongs to',
});

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
