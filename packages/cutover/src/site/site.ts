import type { Check, Listener } from '@cutover/core';
import type { Source } from '@cutover/importer';
import type { Head, PrivateStore, PublicStore } from '@cutover/stores';
import type { FrozenSystem } from '@cutover/verify';
import type { Origin } from '../context.ts';
import type { RunFile } from './run-file.ts';

/** A dump, wherever it came from. */
export interface DumpTaken {
  readonly files: readonly string[];
  readonly source: Source;
  readonly origin?: Origin;
}

/** What is looked at to find it, and to carry it back. */
export interface NewSide {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** The dump that the run has imported, for the legacy tables' columns. */
  readonly source: Source;
  /** Branch that the new system serves. */
  readonly into: string;
  /** Where it was when the merge of the run had ended. */
  readonly mergedHead: Head;
  /** When the new side was opened for writes; absent while it was not. */
  readonly openedAt?: string;
}

/** Going back without losing what the new side has. */
export interface WayBack {
  /** Private sheets in which people ask the new side's staff for something, with the field that names the person. */
  readonly requests?: Readonly<Record<string, string>>;
  /**
   * Writes everything that the new side has since the import into a folder of its own below `dir`, where one of the
   * same state is not there already, and says what legacy cannot express. Throws where it cannot be written.
   */
  writeCarryBack(side: NewSide, dir: string): Promise<CarriedBack>;
}

/** What was carried out of the new side, and where to. */
export interface CarriedBack {
  readonly dir: string;
  /** Fails where legacy cannot hold all of it, with a finding for each thing, person by person. */
  readonly checks: readonly Check[];
}

/** What can be told of the legacy server before it is read. */
export interface SourceSurvey {
  readonly checks: readonly Check[];
  /** Of its tables, as far as it knows. */
  readonly bytes: number;
  /** Its tables' definitions, as a dump without rows. */
  readonly schema: string;
}

/**
 * A site and its run file, and what the command can do for it: the plan's package knows no database driver and
 * reads no environment.
 */
export interface Site {
  readonly file: RunFile;
  /** What hooks and calls may be given values of. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the legacy server is there, lets this account in, and lets it read all. Throws where the password is refused (exit 2). */
  readonly sourceChecks?: () => Promise<SourceSurvey>;
  /** Reads the live server into a file. */
  readonly takeDump?: (out: string, onEvent: Listener) => Promise<DumpTaken>;
  /** Opens a dump that is there: given, taken by a hook, or by an earlier process of the run. */
  readonly openDump: (files: readonly string[]) => Promise<DumpTaken>;
  /** The legacy server and its application, for the proof that they are frozen; absent where there is no server to ask. */
  readonly frozen?: FrozenSystem;
  readonly wayBack?: WayBack;
  /** Tells the webhook something, and why it did not take it; undefined where it did. Absent: there is none. */
  readonly tryWebhook?: () => Promise<string | undefined>;
}
