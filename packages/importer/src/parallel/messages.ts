import type { ToldError } from '@cutover/core';
import type { NamedBlobs, StagedBytes } from '@cutover/stores';
import type { SharedCorrections } from '../corrections.ts';
import type { RecordFile, SharedUploads } from '../files/uploads.ts';
import type { SharedLookup } from '../lookup/lookup.ts';
import type { SharedResult, Trial } from '../map-pass.ts';
import type { DumpFiles } from '../source.ts';
import type { BatchRoom, LookupBatch } from './lookup-batch.ts';
import type { Stretch } from './stretches.ts';

/** A table of the source as it is told to a thread, which knows the profile's sources by name. */
export type ToldTable =
  | { readonly kind: 'excluded'; readonly name: string; readonly rule: string }
  | {
      readonly kind: 'mapped';
      readonly name: string;
      readonly source: string;
      readonly order: number;
      readonly scope: string;
    };

/** A pass that a thread is to map its rows of. */
export interface ThreadInput {
  readonly kind: 'pass';
  /** URL of the module that exports the profile. */
  readonly profileModule: string;
  readonly profileName: string;
  readonly instance: string;
  readonly files: DumpFiles;
  readonly tables: readonly ToldTable[];
  readonly rowsTotal: number;
  /** How the source is cut; undefined: the thread reads all of it. */
  readonly stretches: readonly Stretch[] | undefined;
  readonly lookup: SharedLookup;
  readonly pass: Int32Array;
  readonly moment: string | undefined;
  /** Ids of records that were removed for good. */
  readonly pruned: ReadonlySet<string>;
  readonly corrections: SharedCorrections | undefined;
  readonly uploads: SharedUploads | undefined;
  /** Whether contents and private rows are wanted, or only the account. */
  readonly writes: boolean;
  /** Absent: nothing is written. */
  readonly paths: PartPaths | undefined;
  /** See `MapInput`. */
  readonly trial: Trial | undefined;
}

/** Files that a thread writes by itself; they are appended to those of the import. */
export interface PartPaths {
  readonly ledger: string;
  readonly quarantine: string;
  /** Absent: not collected. */
  readonly expectations?: string;
}

/** What a thread hands over from time to time. */
export interface ThreadBatch {
  readonly kind: 'batch';
  /** Paths of records, as `PathBytes` has put them together; their contents where they are wanted. */
  readonly paths: Uint8Array;
  readonly blobs: NamedBlobs | undefined;
  readonly staged: StagedBytes | undefined;
  /** Files of these records that are to be written. */
  readonly files: readonly RecordFile[];
  /** Identifiers to be claimed, and the records they belong to. */
  readonly identities: readonly (readonly [value: string, owner: string])[];
}

export interface ThreadDone {
  readonly kind: 'done';
  readonly result: SharedResult;
  /** Rows set aside, by rule. */
  readonly quarantined: ReadonlyMap<string, number>;
}

export interface ThreadFailed {
  readonly kind: 'failed';
  readonly error: ToldError;
}

/** Asks a thread that has nothing to map for the SHA-256 of files, see `hashFiles`. */
export interface HashAsked {
  readonly kind: 'hash';
  readonly paths: readonly string[];
}

export interface HashTold {
  readonly kind: 'hashed';
  readonly sha256: string;
}

/** Asks a thread whether it can load the profile, before it has anything to map. */
export interface LoadAsked {
  readonly kind: 'load';
  readonly profileModule: string;
  readonly profileName: string;
}

export interface LoadTold {
  readonly kind: 'loaded';
}

/** Rows to be entered into the lookup whose folder is `dir`. */
export interface FillAsked {
  readonly kind: 'fill';
  readonly dir: string;
  readonly batch: LookupBatch;
}

export interface FillTold {
  readonly kind: 'filled';
  readonly room: BatchRoom;
}

/** Asks for that lookup, with which the thread has nothing to do any more. */
export interface SettleAsked {
  readonly kind: 'settle';
  readonly dir: string;
}

export interface SettleTold {
  readonly kind: 'settled';
  readonly lookup: SharedLookup;
}

export type ThreadAsked = ThreadInput | HashAsked | LoadAsked | FillAsked | SettleAsked;
/** What ends what was asked. */
export type ThreadTold = ThreadDone | ThreadFailed | HashTold | LoadTold | FillTold | SettleTold;

/** What is said to a thread: what it is asked, by number, or that a batch was taken. */
export type ToThread = { readonly job: number; readonly asked: ThreadAsked } | 'taken';
/** What a thread says about what it was asked. */
export interface FromThread {
  readonly job: number;
  readonly said: ThreadBatch | ThreadTold;
}
