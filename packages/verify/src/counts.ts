import { type Check, concludeCheck, FindingList, type TableAccount } from '@cutover/core';
import { countRows } from './count-rows.ts';

/** Holds the rows that the importer accounted for against an independent count of the dump, table by table. */
export async function checkCounts(
  dump: readonly string[],
  tables: Readonly<Record<string, TableAccount>>,
): Promise<Check> {
  const counted = await countRows(dump);
  const findings = new FindingList();
  let rows = 0;
  let accounted = 0;
  for (const table of new Set([...counted.keys(), ...Object.keys(tables)])) {
    const inDump = counted.get(table) ?? 0;
    const inLedger = tables[table]?.rows ?? 0;
    rows += inDump;
    accounted += inLedger;
    if (inDump === inLedger) continue;
    findings.add({
      code: inLedger === 0 ? 'table-empty' : 'rows-differ',
      message: `${table}: the dump holds ${inDump} rows, the import accounted for ${inLedger}`,
      subject: table,
      expected: inDump,
      actual: inLedger,
      next: 'do not go on: rows were lost or invented between the dump and the import',
    });
  }
  return concludeCheck({
    id: 'counts',
    title: 'An independent count finds the rows that the import accounted for',
    looked: rows,
    expected: rows,
    actual: accounted,
    findings,
    evidence: { tables: counted.size },
  });
}
