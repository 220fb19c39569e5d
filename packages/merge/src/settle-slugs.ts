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

/** Fields that the new side has the word on once it has the record: what its path is made of, and names of others. */
export const newSideFields = (sheet: Sheet): string[] => [
  ...pathFields(sheet),
  ...Object.keys(sheet.copies ?? {}),
];

/** What the record that a reference leads to is called after the merge; undefined where that is as it was. */
export type NameOf = (sheet: string, id: string, field: string) => string | undefined;

/**
 * A record with the names of those it refers to as they are after the merge, and its own slug with them: what hangs
 * on a newcomer that got another slug must not appear under the address of whoever has the slug.
 */
export function followNames(sheet: Sheet, record: StoredRecord, nameOf: NameOf): StoredRecord {
  const own = slugField(sheet);
  const slug = record[own];
  const parts = typeof slug === 'string' ? slug.split('.') : [];
  const changed: Record<string, string> = {};
  let from = 0;
  for (const [copy, { reference, field }] of Object.entries(sheet.copies ?? {})) {
    const before = record[copy];
    const id = record[reference];
    if (typeof before !== 'string' || typeof id !== 'string') continue;
    // The last part may have something appended that tells it apart.
    const isIt = (part: string, at: number) =>
      part === before || (at === parts.length - 1 && part.startsWith(`${before}-`));
    const at = parts.findIndex((part, index) => index >= from && isIt(part, index));
    if (at !== -1) from = at + 1;
    const name = nameOf(sheet.references[reference]!, id, field);
    if (name === undefined || name === before) continue;
    changed[copy] = name;
    if (at !== -1) parts[at] = name + parts[at]!.slice(before.length);
  }
  if (Object.keys(changed).length === 0) return record;
  return { ...record, ...changed, ...(typeof slug === 'string' ? { [own]: parts.join('.') } : {}) };
}

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
