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
