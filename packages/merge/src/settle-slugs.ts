import { type NamedReference, recordPath, type Sheet, type StoredRecord } from '@cutover/records';

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

/** What legacy and the merged tree call the record that a reference leads to; undefined where that is as it was. */
export type NamesOf = (
  sheet: string,
  id: string,
  field: string,
) => { readonly legacy: string; readonly merged: string } | undefined;

/**
 * A record with the names of those it refers to as they are after the merge, and its own slug with them where it is
 * made of them: what hangs on a newcomer that got another slug must not appear under the address of whoever has the
 * slug.
 */
export function followNames(sheet: Sheet, record: StoredRecord, namesOf: NamesOf): StoredRecord {
  const named = ({ reference, field }: NamedReference) => {
    const id = record[reference];
    return typeof id === 'string' ? namesOf(sheet.references[reference]!, id, field) : undefined;
  };
  const changed: Record<string, string> = {};
  for (const [copy, to] of Object.entries(sheet.copies ?? {})) {
    const merged = named(to)?.merged;
    if (typeof record[copy] === 'string' && merged !== undefined && merged !== record[copy])
      changed[copy] = merged;
  }
  const own = slugField(sheet);
  const slug = record[own];
  if (sheet.joins !== undefined && typeof slug === 'string') {
    const { begins, ends = [] } = sheet.joins;
    const last = ends.find(({ reference }) => typeof record[reference] === 'string');
    const joined = joinedSlug(slug, named(begins), last === undefined ? undefined : named(last));
    if (joined !== slug) changed[own] = joined;
  }
  return Object.keys(changed).length === 0 ? record : { ...record, ...changed };
}

/** `hack.jane` with other names; the last part may have something appended that tells it apart. */
function joinedSlug(slug: string, first: ReturnType<NamesOf>, last: ReturnType<NamesOf>): string {
  let joined = slug;
  if (last !== undefined) {
    const at = joined.lastIndexOf('.') + 1;
    const part = joined.slice(at);
    if (at > 0 && (part === last.legacy || part.startsWith(`${last.legacy}-`)))
      joined = joined.slice(0, at) + last.merged + part.slice(last.legacy.length);
  }
  return first !== undefined && joined.startsWith(`${first.legacy}.`)
    ? first.merged + joined.slice(first.legacy.length)
    : joined;
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
