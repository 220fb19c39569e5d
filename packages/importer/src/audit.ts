import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import {
  accountedRows,
  type Check,
  concludeCheck,
  emptyAccount,
  FindingList,
  type TableAccount,
} from '@cutover/core';
import type { LedgerLine, LedgerRevisionLine, LedgerTableLine } from './ledger.ts';

/** Lines of a ledger file, streamed. */
export async function* readLedger(
  path: string,
): AsyncGenerator<LedgerLine | LedgerTableLine | LedgerRevisionLine> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Infinity });
  for await (const line of lines) yield JSON.parse(line) as LedgerLine | LedgerTableLine | LedgerRevisionLine;
}

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
  for await (const line of readLedger(path)) {
    lines++;
    const account = (counted[line.table] ??= emptyAccount());
    if (line.row === undefined) {
      account.rows += line.rows;
      if (line.outcome === 'excluded')
        account.excluded[line.rule!] = (account.excluded[line.rule!] ?? 0) + line.rows;
      else account[line.outcome] += line.rows;
      continue;
    }
    account.rows++;
    if (line.outcome === 'excluded') account.excluded[line.rule!] = (account.excluded[line.rule!] ?? 0) + 1;
    else account[line.outcome]++;
    if (line.outcome === 'folded' && isExcluded(line.into!)) {
      findings.add({
        code: 'folded-into-excluded',
        message: `${line.row} was folded into ${line.into}, which was excluded`,
        subject: line.row,
        next: 'the profile has to exclude the row together with the one it belongs to',
      });
    }
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
