import type { StoredRecord } from './target.ts';

/** A name and an address for a commit. The address is one that nobody can write to. */
export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
}

/** Columns that say when a row got a state, and who gave it that. */
export interface RevisionStamp {
  readonly at: string;
  readonly by: string;
}

/** A table that holds earlier states of the rows of a source: a number of its own, and the same columns. */
export interface RevisionTable {
  /** Names in dumps; a RegExp's named group `scope` is the scope of the rows. Such a table is an excluded one besides. */
  readonly tables: readonly (string | RegExp)[];
  /** Whose rows' states they are. */
  readonly source: string;
  /** Column that numbers the states in the order in which they were kept. */
  readonly revision: string;
  /**
   * Columns of which only the present value is shown, in every earlier state too: what somebody was called before
   * is nobody's business.
   */
  readonly asOfNow?: readonly string[];
  /** Whether the past of this record is kept back as a whole, by what the record says now. */
  readonly withheld?: (record: StoredRecord) => boolean;
  /** Rows of the source are parts of the records of another one; `column` holds that one's key. */
  readonly partOf?: { readonly source: string; readonly column: string };
}

/** The past of a legacy system, where it kept one: what becomes commits. */
export interface HistoryPart {
  readonly revisions: readonly RevisionTable[];
  /** For states and for rows as they are: the first whose date is one counts. Columns that a table does not have are passed over. */
  readonly stamps: readonly RevisionStamp[];
  /** Reads a date: ISO 8601 in UTC; undefined, or any other text, where it is none. */
  instant(cell: string | null): string | undefined;
  /** Source of the people whom the stamps name by key. */
  readonly people: string;
  /** Whether nobody is told what this person did, by what their record says now. */
  readonly hidden?: (record: StoredRecord) => boolean;
  author(person: { readonly id: string; readonly slug: string }): CommitAuthor;
  /** Whoever is hidden, gone or not known. */
  readonly nobody: CommitAuthor;
}
