import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import {
  accountedRows,
  type Check,
  concludeCheck,
  emptyAccount,
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

/**
 * Reads the ledger back and adds it up: every row of a mapped table has exactly one line and an excluded table has
 * one for all its rows, the four outcomes make the rows read, and nothing is folded into a row that was not imported
 * itself.
 */
export async function auditLedger(
  path: string,
  tables: Readonly<Record<string, TableAccount>>,
  isExcluded: (into: string) => boolean,
): Promise<Check> {
  const findings = new FindingList();
  const counted: Record<string, TableAccount> = {};
  let lines = 0;
  for await (const batch of ledgerBatches(path)) {
    lines += batch.length;
    for (const line of batch) enter(line, (counted[line.table] ??= emptyAccount()), isExcluded, findings);
  }
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

function enter(
  line: AnyLine,
  account: TableAccount,
  isExcluded: (into: string) => boolean,
  findings: FindingList,
): void {
  const rows = line.row === undefined ? line.rows : 1;
  account.rows += rows;
  if (line.outcome !== 'excluded') account[line.outcome] += rows;
  else account.excluded[line.rule!] = (account.excluded[line.rule!] ?? 0) + rows;
  if (line.row === undefined || line.outcome !== 'folded' || !isExcluded(line.into!)) return;
  findings.add({
    code: 'folded-into-excluded',
    message: `${line.row} was folded into ${line.into}, which was excluded`,
    subject: line.row,
    next: 'the profile has to exclude the row together with the one it belongs to',
  });
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
