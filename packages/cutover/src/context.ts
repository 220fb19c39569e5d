import { type Check, CutoverError, exitCodes, type Listener, type TableAccount } from '@cutover/core';
import type {
  Corrections,
  ImportResult,
  Source,
  ThreadsOptions,
  UploadOptions,
  Waiver,
} from '@cutover/importer';
import type { Profile } from '@cutover/records';
import type { Mode } from '@cutover/runs';
import type { Head, PrivateStore, PublicStore } from '@cutover/stores';
import type { FreezeProof, Reading, SignInAttempt } from '@cutover/verify';
import type { Hooks } from './hooks/hooks.ts';
import type { CarriedBack, Site } from './site/site.ts';
import type { WayBackBaseline } from './way-back/detector.ts';

/** A new system that was booted for the rehearsal. */
export interface BootedTarget {
  readonly url: string;
  /** Of the process, where it is one of its own. */
  readonly pid?: number;
  stop(): Promise<void>;
}

/** Boots the new system on two stores, on a free port. Handed in by the command. */
export type BootTarget = (stores: {
  readonly publicDir: string;
  readonly privateUrl: string;
  readonly branch: string;
}) => Promise<BootedTarget>;

/** What is known of where the dump came from, for the report: a live server that was read, say. */
export interface Origin {
  /** Checks of it, given what became of each table's rows (none where nothing was imported). */
  checks(tables: Readonly<Record<string, TableAccount>>): readonly Check[];
  readonly details: Readonly<Record<string, unknown>>;
}

export interface RehearsalOptions {
  readonly profile: Profile;
  /** The dump as the importer reads it; absent where a step takes it. */
  readonly source?: Source;
  /** The dump's files, for those who look at them without the importer. */
  readonly dump: readonly string[];
  /** How to read a dump that does not say it, for those who look at it without the importer. */
  readonly reading?: Reading;
  /** Whether a dump whose end is not marked is taken for whole. */
  readonly lenient: boolean;
  readonly origin?: Origin;
  /** What lets other threads map as well; absent: one thread imports. */
  readonly threads?: ThreadsOptions;
  /** Branch that imports go to. */
  readonly branch: string;
  /** Branch that the new system serves; the import is merged into it. */
  readonly into: string;
  /** Branch for earlier states of rows; absent: they are excluded. */
  readonly history?: string;
  /** Uploads that rows refer to, each time they are read; absent: records are made without their files. */
  readonly uploads?: () => Promise<UploadOptions>;
  /** Rows that somebody mended, each time they are read; absent: rows are those of the dump. */
  readonly corrections?: () => Promise<Corrections>;
  readonly waivers: readonly Waiver[];
  readonly asOf?: string;
  /** A new system to check instead of booting one. */
  readonly targetUrl?: string;
  /** Existing stores to rehearse on top of; they are copied, never changed. */
  readonly basePublicDir?: string;
  readonly basePrivateUrl?: string;
  /** How many legacy URLs to look at; absent: all. */
  readonly sample?: number;
  readonly signIn?: SignInAttempt;
  readonly toolVersion: string;
  readonly boot: BootTarget;
  /** What the run file says of the site, and what the command can do for it; absent: a rehearsal of the import alone. */
  readonly site?: Site;
}

/** What the steps of a plan share. Steps fill in what later steps need. */
export interface RunContext {
  readonly options: RehearsalOptions;
  readonly mode: Mode;
  /** Folder of the run; stores, scratch files and expectations of a rehearsal live below it. */
  readonly dir: string;
  readonly publicDir: string;
  /** A folder in a rehearsal, the store's URL in a real run. */
  readonly privateUrl: string;
  readonly hooks: Hooks | undefined;
  readonly onEvent: Listener;
  /** The dump that is imported: given, or taken by a step. */
  dump: readonly string[];
  source: Source | undefined;
  origin: Origin | undefined;
  stores?: { readonly publicStore: PublicStore; readonly privateStore: PrivateStore };
  imported?: ImportResult;
  /** Where the served branch was before the merge; absent where it did not exist. */
  servedBefore?: Head;
  /** Where it was when the merge had ended: what comes after it is the new side's. */
  mergedHead?: Head;
  target?: BootedTarget;
  freezeProof?: FreezeProof;
  /** When the TTL was lowered, in milliseconds since the epoch. */
  ttlLoweredMs?: number;
  /** What the new side had before anybody was led to it. */
  baseline?: WayBackBaseline;
  /** When the new side was opened for writes. */
  openedAt?: string;
  /** On the way back: that what the new side has is given up. */
  loseNewSide?: boolean;
  /** On the way back: what of the new side was carried out, last. */
  carriedBack?: CarriedBack;
}

/** Whether the run changes anything outside its folder: a rehearsal does so on servers that nobody uses, where its run file says so. */
export const actsOutside = ({ mode, options }: RunContext): boolean =>
  mode === 'real' || options.site?.file.rehearsal.hooks === 'do';

/** Whether people are asked: always in a real run, in a rehearsal where its run file says so. */
export const asksPeople = ({ mode, options }: RunContext): boolean =>
  mode === 'real' || options.site?.file.rehearsal.people === 'ask';

/** The dump as the importer reads it. Throws CutoverError `dump-not-taken`. */
export function sourceOf({ source }: RunContext): Source {
  if (source !== undefined) return source;
  throw new CutoverError('dump-not-taken', 'there is no dump yet', {
    next: 'give source.dump in the run file, or let 09-last-dump take one',
    exitCode: exitCodes.usage,
  });
}

/** Whether the new system is the one that the deploy hook leads to the run's stores: in a rehearsal that acts too. */
const isDeployed = (context: RunContext): boolean =>
  context.mode === 'real' || (actsOutside(context) && context.hooks?.has('deploy') === true);

/** The new system that is checked: the one that was given or deployed, or one booted on the run's stores. */
export async function targetOf(context: RunContext): Promise<BootedTarget> {
  const { targetUrl, boot, into, site } = context.options;
  const url = isDeployed(context) ? site?.file.target.url : targetUrl;
  context.target ??=
    url === undefined
      ? await boot({ publicDir: context.publicDir, privateUrl: context.privateUrl, branch: into })
      : { url, stop: () => Promise.resolve() };
  return context.target;
}

/** The stores of a context; a step that needs them names the step that opens them. */
export function storesOf(context: RunContext): {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
} {
  if (context.stores === undefined) throw new TypeError('the stores are not open yet');
  return context.stores;
}

export function importOf(context: RunContext): ImportResult {
  if (context.imported === undefined) throw new TypeError('nothing was imported yet');
  return context.imported;
}
