import { fileFieldNames, type FilePlace, recordPath, type Sheet, type StoredRecord } from '@cutover/records';

/** A record's file as one side has it: what the record says of it, and what is there. */
export interface Upload extends FilePlace {
  /** Blob in that side's tree; null: there is none. Undefined: what all sides have there, or it is in the bucket. */
  readonly oid?: string | null | undefined;
}

/** The file of a record on the three sides. */
export interface UploadSides {
  readonly base?: Upload | undefined;
  readonly legacy?: Upload | undefined;
  readonly main?: Upload | undefined;
}

/** Whether two sides have the same file, wherever in the tree it lies: where, is the new side's to say. */
export function sameUpload(a: Upload | undefined, b: Upload | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.where !== b.where || a.sha256 !== b.sha256) return false;
  if (a.where === 'bucket') return a.at === b.at;
  const anyOf = (oid: string | null | undefined) => oid === undefined;
  return a.oid === b.oid || (anyOf(a.oid) && b.oid !== null) || (anyOf(b.oid) && a.oid !== null);
}

/** The record with the file of another version of it. */
export function withUploadOf(record: StoredRecord, source: StoredRecord): StoredRecord {
  const own = Object.entries(record).filter(([field]) => !fileFieldNames.has(field));
  const taken = Object.entries(source).filter(
    ([field, value]) => fileFieldNames.has(field) && value !== null,
  );
  return Object.fromEntries([...own, ...taken]) as StoredRecord;
}

/**
 * Where legacy's file of a record goes: where the new side has the file that it takes the place of, else beside the
 * record, which may have another slug than in legacy.
 */
export function uploadTarget(
  sheet: Sheet,
  record: StoredRecord,
  legacy: { readonly path: string; readonly at: string },
  mainAt: string | undefined,
): string {
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  if (mainAt !== undefined && name(mainAt) === name(legacy.at)) return mainAt;
  const path = recordPath(sheet.name, sheet.path, record);
  return path === legacy.path ? legacy.at : `${path.slice(0, -'.toml'.length)}/${name(legacy.at)}`;
}
