import type { RecordFinder, StoredRecord } from '@cutover/records';

/**
 * The record that legacy meant by a handle or a number in the same place: a handle first, in any case, then the
 * number. A handle of digits only must match letter for letter, or it would hide the number.
 */
export function findLegacy(records: RecordFinder, sheet: string, named: string): StoredRecord | undefined {
  const byHandle = records.find(sheet, 'legacyHandle', named);
  if (!/^\d+$/.test(named)) return byHandle;
  return byHandle?.['legacyHandle'] === named ? byHandle : findNumbered(records, sheet, named);
}

/** The record with this legacy number; leading zeros do not count, as they did not in MySQL. */
export function findNumbered(records: RecordFinder, sheet: string, number: string): StoredRecord | undefined {
  if (!/^\d+$/.test(number)) return undefined;
  return records.find(sheet, 'legacyId', number.replace(/^0+(?=\d)/, ''));
}
