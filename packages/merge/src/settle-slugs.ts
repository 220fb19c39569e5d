import { recordPath, type Sheet, type StoredRecord } from '@cutover/records';

/** The field that names a record's file, and by it its URL. */
export const slugField = (sheet: Sheet): string => sheet.path.at(-1)!.field;

/**
 * What of a record's path no other record of the sheet may share: all but its shards, e.g. `jane` of
 * `people/3f/jane.toml`, or `site-2/hello` where the path starts with a whole field.
 */
export function slugAddress(sheet: Sheet, path: string): string {
  const parts = path.slice(sheet.name.length + 1, -'.toml'.length).split('/');
  return parts.filter((_, index) => sheet.path[index]?.first === undefined).join('/');
}

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
  isTaken: (address: string) => boolean,
): { readonly record: StoredRecord; readonly settled?: SettledSlug } {
  const field = slugField(sheet);
  const wanted = record[field];
  const taken = (candidate: StoredRecord) =>
    isTaken(slugAddress(sheet, recordPath(sheet.name, sheet.path, candidate)));
  if (typeof wanted !== 'string' || !taken(record)) return { record };
  for (let number = 2; ; number++) {
    const given = `${wanted}-${number}`;
    const settled = { ...record, [field]: given };
    if (!taken(settled))
      return { record: settled, settled: { sheet: sheet.name, id: record.id, wanted, given } };
  }
}
