import type { PrivateRecord, StoredRecord } from './target.ts';

/**
 * What may stand in a legacy column and means the same: `[null, '']` where the import took both for absent.
 * The first that the column takes is what is written there. Texts are as the server prints them.
 */
export type LegacySpellings = readonly (string | null)[];

/** The number of the row that a record is, or will be, in legacy. */
export interface LegacyRowRef {
  readonly rowOf: string;
  readonly sheet: string;
}

export type LegacyValue = LegacySpellings | LegacyRowRef;

/** One column of a row to be written. */
export interface LegacyCell {
  readonly column: string;
  /** The field that it says, e.g. `about` or `profiles.email`, for people. */
  readonly field?: string;
  readonly to: LegacyValue;
}

/** A column of a row that the import has read: what it read, and what it shall be; without `to` it stays. */
export interface LegacyKnownCell {
  readonly column: string;
  readonly field?: string;
  /** Undefined: not known, so that nobody can tell whether it was changed there meanwhile. */
  readonly from: LegacyValue | undefined;
  readonly to?: LegacyValue;
}

/** A twin table that holds every version of the rows: the version made is put there too, where legacy has it. */
export interface LegacyRevisions {
  readonly table: string;
  /** Columns by which a version is told from the others of its row. */
  readonly by: readonly string[];
}

export interface LegacyInsert {
  readonly kind: 'insert';
  readonly table: string;
  /** The column that the server numbers by itself, where others refer to the row. */
  readonly id?: string;
  /** Columns that no two rows share: by these the row is found again when the same is applied twice. */
  readonly key: readonly string[];
  readonly cells: readonly LegacyCell[];
  readonly revisions?: LegacyRevisions;
}

export interface LegacyUpdate {
  readonly kind: 'update';
  readonly table: string;
  /** Which row, by its primary key. */
  readonly where: readonly LegacyCell[];
  readonly cells: readonly LegacyKnownCell[];
  readonly revisions?: LegacyRevisions;
}

export interface LegacyDelete {
  readonly kind: 'delete';
  readonly table: string;
  readonly where: readonly LegacyCell[];
  readonly cells: readonly LegacyKnownCell[];
}

export type LegacyWrite = LegacyInsert | LegacyUpdate | LegacyDelete;

/** What is said of one field, or of a record as a whole, that no row says. */
export interface CarryNote {
  readonly field?: string;
  /** `lost`: legacy cannot say it, and who goes back loses it. `kept`: legacy needs nothing for it. */
  readonly kind: 'lost' | 'kept';
  /** For people; holds no private value. */
  readonly why: string;
}

/** One private record that is not as the last import left it. */
export interface PrivateSideChange {
  readonly kind: 'created' | 'changed' | 'removed';
  /** Fields that differ from what the import left. */
  readonly fields: readonly string[];
  readonly current: PrivateRecord | undefined;
  /** Values that the import left, by field, as far as they are still known; a null was imported as null. */
  readonly imported: Readonly<Record<string, string | number | boolean | null>>;
}

/** One record of the new side, with what belongs to it in private, against what legacy said at the last import. */
export interface NewSideChange {
  readonly sheet: string;
  readonly id: string;
  /** As legacy said it; undefined: legacy did not have it. */
  readonly before: StoredRecord | undefined;
  /** As the new side says it; undefined: it is gone there. */
  readonly after: StoredRecord | undefined;
  /** By private sheet. */
  readonly privates: Readonly<Record<string, PrivateSideChange>>;
}

export interface Carried {
  readonly writes: readonly LegacyWrite[];
  readonly notes: readonly CarryNote[];
}

/** A legacy column as a dump describes it. */
export interface LegacyColumn {
  /** E.g. `enum('Person','User')`. */
  readonly type: string;
}

export interface CarryContext {
  /** Columns of a legacy table; undefined where the table is not there. Absent as a whole: the schema is not known. */
  readonly columns?: (table: string) => Readonly<Record<string, LegacyColumn>> | undefined;
}

/** How what was made and changed on the new side is said in the legacy system's own tables. */
export interface CarryBackPart {
  /** Sheets in an order in which whatever a row refers to is there before it. */
  readonly order: readonly string[];
  /** The number of a record's row in legacy, where the import read it from one. */
  rowNumber(record: StoredRecord): string | undefined;
  carry(change: NewSideChange, context: CarryContext): Carried;
}
