import { z } from 'zod';
import type { SourceKey } from './id.ts';

/** A file that lies outside of the legacy database, and the record that describes it. */
export interface FileDraft {
  /** Name that it gets beside its record, e.g. `original.jpg`. */
  readonly name: string;
  /** Where it may lie below the folder of uploads, the likeliest first. */
  readonly paths: readonly string[];
  /** Where the legacy site gives it, below the site's address, e.g. `media/open/12`. */
  readonly url: string;
  /** What the database says that it is; a page in its place is no file. */
  readonly mimeType?: string | undefined;
}

/** Uploads of a legacy system. */
export interface FilesPart {
  /** Sources whose rows may have a file: their drafts name it. */
  readonly sources: readonly string[];
  /** Fields by sheet in which links to files are rewritten: texts, and nothing that a key or path is made of. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** The row whose file the legacy site gave at this path, e.g. `/media/open/12`; undefined where it gave none. */
  rowAt(path: string): SourceKey | undefined;
  /** Where the new site gives that file. */
  link(row: SourceKey): string;
}

/**
 * Fields of a record that has a file, for its sheet's schema. `file` is a path in the same tree, or with
 * `fileIn = "bucket"` the name of an object in the public part of the private store.
 */
export const fileFields = {
  file: z.string().optional(),
  fileIn: z.enum(['repository', 'bucket']).optional(),
  fileBytes: z.int().nonnegative().optional(),
  fileSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};

/** Where a record's file is; undefined where it has none. */
export interface FilePlace {
  readonly at: string;
  readonly where: 'repository' | 'bucket';
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The fields above, read. */
export function filePlaceOf(record: Readonly<Record<string, unknown>>): FilePlace | undefined {
  const { file, fileIn, fileBytes, fileSha256 } = record;
  if (typeof file !== 'string' || typeof fileBytes !== 'number' || typeof fileSha256 !== 'string')
    return undefined;
  return {
    at: file,
    where: fileIn === 'bucket' ? 'bucket' : 'repository',
    sizeBytes: fileBytes,
    sha256: fileSha256,
  };
}

/** Names of these fields, which say one thing together. */
export const fileFieldNames: ReadonlySet<string> = new Set(Object.keys(fileFields));

/**
 * Path in the tree of a record's file; undefined where it has none there, or names a path that no file of this sheet
 * may have: outside of the sheet's folder, or a record's.
 */
export function fileInTree(sheet: string, record: Readonly<Record<string, unknown>>): string | undefined {
  const place = filePlaceOf(record);
  if (place?.where !== 'repository') return undefined;
  const [folder, ...parts] = place.at.split('/');
  const safe =
    folder === sheet &&
    parts.length > 0 &&
    // eslint-disable-next-line no-control-regex
    !/[\u0000-\u001f"\\]|\.toml$/.test(place.at) &&
    !parts.some((part) => part === '' || part === '.' || part === '..');
  return safe ? place.at : undefined;
}
