import type { Sheet, StoredRecord } from '@cutover/records';

/** The field that names a record's file, and by it its URL. */
export const slugField = (sheet: Sheet): string => sheet.path.at(-1)!.field;

/** Fields that a record's path is made of, its id apart. */
export const pathFields = (sheet: Sheet): string[] =>
  sheet.path.map(({ field }) => field).filter((field) => field !== 'id');

export interface SettledSlug {
  readonly sheet: string;
  readonly id: string;
  readonly wanted: string;
  readonly given: string;
}

/**
 * Gives a newcomer whose slug is taken another one. Whoever has the slug keeps it: neither URL moves
 * silently. The number that is appended is the lowest that is free.
 */
export function settleSlug(
  sheet: Sheet,
  record: StoredRecord,
  isTaken: (slug: string) => boolean,
): { readonly record: StoredRecord; readonly settled?: SettledSlug } {
  const field = slugField(sheet);
  const wanted = record[field];
  if (typeof wanted !== 'string' || !isTaken(wanted)) return { record };
  let number = 2;
  while (isTaken(`${wanted}-${number}`)) number++;
  const given = `${wanted}-${number}`;
  return {
    record: { ...record, [field]: given },
    settled: { sheet: sheet.name, id: record.id, wanted, given },
  };
}
