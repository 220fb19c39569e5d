import type { FileDraft } from '@cutover/records';

/** A file that was found: where it lies on this machine, and what it is. */
export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Why a file is not there, for the report. */
export interface MissingFile {
  readonly missing: string;
}

export const isMissing = (file: FoundFile | MissingFile): file is MissingFile => 'missing' in file;

/** Where uploads come from. */
export interface FileSource {
  /** What to name in reports: a folder or an address. */
  readonly from: string;
  /** Files that may be looked for at once. */
  readonly atOnce: number;
  /** Host names of the legacy site that are known from here. */
  readonly hosts: readonly string[];
  /** Throws CutoverError where the source itself cannot be read. */
  find(draft: FileDraft): Promise<FoundFile | MissingFile>;
}
