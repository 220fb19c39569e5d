import { Readable } from 'node:stream';
import type { StoredRecord } from '@cutover/records';
import { stringify } from 'csv-stringify';

/**
 * A list as CSV (RFC 4180), with a header, as it is read. A cell that a spreadsheet would run as a formula gets an
 * apostrophe in front; a field with several values has them in one cell, separated by spaces.
 */
export function tableOf(columns: readonly string[], records: readonly StoredRecord[]): Readable {
  const rows = function* (): Generator<string[]> {
    for (const record of records) yield columns.map((column) => cellOf(record[column]));
  };
  const csv = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  return Readable.from(rows()).pipe(csv);
}

function cellOf(value: StoredRecord[string]): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? value.join(' ') : String(value);
}
