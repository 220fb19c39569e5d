import type { HistoryPart, SourceKey } from '@cutover/records';

export type Values = readonly (string | Uint8Array | null)[];

/** When a row got a state, in seconds since 1970, and key of the person who gave it that; both absent where not known. */
export interface Stamp {
  readonly at?: number;
  readonly by?: string;
}

/** A file in git that goes with a record. */
export interface PlacedFile {
  readonly path: string;
  /** Name of its blob. */
  readonly oid: string;
}

/** A record as the import made it. */
export interface CurrentRecord {
  readonly id: string;
  readonly path: string;
  /** Name of its blob. */
  readonly oid: string;
  /** Only of rows that have earlier states, or may have. */
  readonly content?: string;
  /** Its upload, where that is beside it. */
  readonly file?: PlacedFile;
}

/** A row as it is, in the file that is sorted by row. */
export interface CurrentLine extends Stamp {
  readonly kind: 'row' | 'part';
  readonly row: SourceKey;
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: readonly (string | null)[];
  readonly outcome: 'imported' | 'folded' | 'excluded' | 'quarantined';
  readonly records: readonly CurrentRecord[];
  /** Its past is kept back, by what its record says. */
  readonly withheld?: boolean;
}

/** An earlier state of a row. */
export interface RevisionLine extends Stamp {
  readonly kind: 'revision' | 'part-revision';
  readonly row: SourceKey;
  readonly table: string;
  readonly number: string;
  readonly digest: string;
  readonly columns: readonly string[];
  readonly values: readonly (string | null)[];
}

/** A file's change, in the file that is sorted by time. */
export interface ChangeLine {
  readonly path: string;
  /** Path that the record had before, where it was another. */
  readonly from?: string;
  /** Whether the record was there before. */
  readonly is: 'created' | 'changed';
  /** A blob of the import, or text that is not in git yet. */
  readonly oid?: string;
  readonly content?: string;
  /** The record's upload, where it comes with this change, and where it goes away. */
  readonly file?: { readonly written?: PlacedFile; readonly removed?: string };
}

/** Git dates commits from 1970 on; up to here a key of twelve digits holds it. */
const latest = 253_402_300_799;

/** Who and when, by the first pair of the profile's columns that has a date. */
export function stampOf(part: HistoryPart, columns: readonly string[], values: Values): Stamp {
  for (const { at, by } of part.stamps) {
    const cell = textAt(values, columns.indexOf(at));
    const instant = cell === null ? undefined : part.instant(cell);
    const seconds = instant === undefined ? Number.NaN : Math.floor(Date.parse(instant) / 1000);
    if (!(seconds > 0 && seconds <= latest)) continue;
    const who = textAt(values, columns.indexOf(by));
    return who === null || who === '' || who === '0' ? { at: seconds } : { at: seconds, by: who };
  }
  return {};
}

function textAt(values: Values, at: number): string | null {
  const value = at === -1 ? null : values[at];
  return typeof value === 'string' ? value : null;
}

/** Cells as JSON can hold them: columns that mappers see are text. */
export function textsOf(values: Values): (string | null)[] {
  return values.map((value) => (typeof value === 'string' ? value : null));
}

/** Sorts by row, then by kind, then by number. */
export const groupKey = (row: string, kind: string, number: string): string =>
  `${row}\u0001${kind}\u0001${number.padStart(20, '0')}`;

/** The row of a group's key. */
export const groupOf = (key: string): string => key.slice(0, key.indexOf('\u0001'));

/** Sorts by time, then by how many states of the row came in the same second, then by author; equal so far: one commit. */
export function commitKey(at: number, round: number, author: string): string {
  return `${String(at).padStart(12, '0')}\u0001${String(round).padStart(6, '0')}\u0001${encodeURIComponent(author)}`;
}

export function parseCommitKey(key: string): { at: number; author: string; commit: string } {
  const [at, round, author] = key.split('\u0001') as [string, string, string];
  return { at: Number(at), author: decodeURIComponent(author), commit: `${at}\u0001${round}\u0001${author}` };
}
