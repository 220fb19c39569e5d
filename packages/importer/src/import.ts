import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type Check,
  concludeCheck,
  type CutoverError,
  type Listener,
  type TableAccount,
  makeFolder,
} from '@cutover/core';
import type { DumpNote } from '@cutover/mysqldump';
import type { Profile } from '@cutover/records';
import {
  type ActivationResult,
  type CrowdedDirectory,
  type Head,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { collectGarbage } from './collect-garbage.ts';
import { correctedSource, type Corrections } from './corrections.ts';
import type { Delta } from './delta.ts';
import { assertPastWanted } from './history/past.ts';
import { type HistoryResult, publishHistory } from './history/write-history.ts';
import { assertInputsKept, correctionsTrailer, uploadsTrailer } from './inputs-kept.ts';
import { collectUploads, type UploadOptions, type UploadTally } from './files/uploads.ts';
import { indexSource, type SourceFacts } from './index-pass.ts';
import { Lookup } from './lookup/lookup.ts';
import { LookupFeed } from './parallel/lookup-feed.ts';
import { MapThreads } from './parallel/map-threads.ts';
import { stretchBytesOf } from './parallel/stretches.ts';
import { prunedRows, readPruned } from './pruned.ts';
import { publish } from './publish.ts';
import { beginRunning, settleStaged } from './settle-staged.ts';
import { bytesOf, type Source } from './source.ts';
import { checkQuarantine, type Waiver } from './waivers.ts';
import { instanceOf, writeUntilSettled } from './write-pass.ts';

export interface ThreadsOptions {
  /**
   * URL of the module that exports the profile, by which other threads load it. Where they cannot, as it awaits outside
   * of functions, one thread maps, and a note says so.
   */
  readonly profileModule: string;
  readonly aboveBytes?: number;
  /** Bytes between the ends of the parts that a thread claims, at least, where dump files can be read in parts. */
  readonly stretchBytes?: number;
}

export interface ImportOptions {
  readonly profile: Profile;
  /** Name of the source instance that ids are hashed from; by default the profile's. */
  readonly instance?: string;
  readonly source: Source;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
  readonly waivers?: readonly Waiver[];
  /**
   * Rows of a quarantine that were mended: read instead of the source's own of the same key. To be read anew for each
   * import, as they know which of them were used.
   */
  readonly corrections?: Corrections;
  /** The import before was of mended rows, and this one shall be of the source's own. */
  readonly withoutCorrections?: boolean;
  /** Map at most this many rows a table; implies that nothing is written. */
  readonly limit?: number;
  /** Read, map and account for everything; write nothing to either store. */
  readonly dryRun?: boolean;
  /** When the source was as it is in the dump; by default what the dump itself says. */
  readonly asOf?: string;
  /** Scratch folder for lookups; a folder of its own is made below it and removed. */
  readonly workDir: string;
  /** Threads that map and compress; by default as many as the machine runs at once. Changes no byte of the tree. */
  readonly jobs?: number;
  /**
   * Absent: one thread maps. More than one does where the source is dump files of more bytes than `aboveBytes`, and
   * no past is wanted.
   */
  readonly threads?: ThreadsOptions;
  /** Where to write what the imported rows owe the new site; absent: not collected. */
  readonly expectations?: string;
  /** Uploads that rows refer to; absent: records are made without their files. */
  readonly uploads?: UploadOptions;
  /** The import before took uploads over, and this one shall leave them away. */
  readonly withoutUploads?: boolean;
  /** Branch for earlier states of rows as commits of then; absent: their tables are excluded. */
  readonly history?: string;
  readonly toolVersion: string;
  readonly onEvent?: Listener;
}

export interface ImportResult {
  readonly importId: string;
  /** Undefined where nothing was to be written. */
  readonly tree: string | undefined;
  readonly head: Head | undefined;
  /** Whether the branch moved: false where the tree is what it was. */
  readonly moved: boolean;
  readonly records: number;
  /** What changed against the import before; undefined for the first, and where nothing was written. */
  readonly delta: Delta | undefined;
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly absent: readonly string[];
  /** Directories of more entries than a commit of one record should write. */
  readonly crowded: readonly CrowdedDirectory[];
  readonly notes: readonly DumpNote[];
  readonly declassified: Readonly<Record<string, number>>;
  readonly privates: ActivationResult | undefined;
  /** Undefined where it was not asked for, or nothing was to be written, or what was written did not hold. */
  readonly history: HistoryResult | undefined;
  readonly dumpSha256: string;
  readonly moment: string | undefined;
  readonly checks: readonly Check[];
}

/**
 * Imports a dump: checks its schema, maps every row, writes the tree and stages the private rows, then
 * moves the branch and activates them. The same inputs give the same tree and make no commit. Both
 * stores are as before where it throws, except that rows staged by a killed import are completed or
 * discarded by the next one.
 */
export async function importDump(given: ImportOptions): Promise<ImportResult> {
  const { corrections } = given;
  const options =
    corrections === undefined ? given : { ...given, source: correctedSource(given.source, corrections) };
  if (options.history !== undefined) assertPastWanted(options);
  const importId = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
  const writes = options.dryRun !== true && options.limit === undefined;
  const work = join(options.workDir, `import-${importId}`);
  await makeFolder(work, { mode: 0o700 });
  const ended = beginRunning(importId);
  const lookup = await Lookup.create(join(work, 'lookup'));
  let othersGiven = false;
  let threads: MapThreads | undefined;
  let feed: LookupFeed | undefined;
  try {
    // A dry run says what the real one would; with a limit it is no account of an import.
    if (options.limit === undefined) othersGiven = await assertInputsKept(options);
    if (writes) await settleStaged(options);
    const pruned = await readPruned(options.privateStore);
    const isPruned = prunedRows(pruned, options.profile, instanceOf(options));
    threads = await startThreads(options);
    feed = threads && new LookupFeed(join(work, 'lookup'), threads);
    const loading = threads?.load(options.threads!.profileModule, options.profile.name);
    loading?.catch(() => undefined);
    const hashing = threads?.hash(options.source.files!.paths) ?? options.source.fingerprint();
    // Who waits for it below throws it.
    hashing.catch(() => undefined);
    if (threads === undefined) await hashing;
    const facts = await indexSource({
      profile: options.profile,
      source: options.source,
      lookup,
      feed,
      isPruned,
      keepHolders: options.history !== undefined,
      stretchBytes:
        threads &&
        (options.threads!.stretchBytes ?? stretchBytesOf(await bytesOf(options.source.files!.paths))),
      onEvent: options.onEvent,
    });
    const dumpSha256 = await hashing;
    const inTheWay = await loading;
    if (inTheWay !== undefined) {
      await threads?.stop();
      threads = undefined;
      await options.onEvent?.({ type: 'note', code: inTheWay.code, message: mapsAlone(inTheWay) });
    }
    const moment = options.asOf ?? facts.completedAt;
    const { profile, source, onEvent } = options;
    const found = { profile, source, facts, lookup, moment, onEvent, instance: instanceOf(options) };
    const uploads =
      options.uploads === undefined
        ? undefined
        : await collectUploads({ ...found, uploads: options.uploads, limit: options.limit });
    const written = await writeUntilSettled({
      options,
      importId,
      writes,
      lookup,
      facts,
      pruned,
      isPruned,
      moment,
      work,
      uploads,
      threads,
    });
    const message = (): string => commitMessage(options, importId, facts, dumpSha256, written.mapped.uploads);
    const past = written.history;
    const mergeThreads =
      threads === undefined
        ? undefined
        : {
            profile: { module: options.threads!.profileModule, name: profile.name },
            count: threads.count,
          };
    // The tree's tables and its pack's index, before private rows take as much.
    if (writes) collectGarbage();
    const head = writes
      ? await publish({
          ...options,
          importId,
          tree: written.tree!,
          message,
          mergeThreads,
          always: othersGiven,
        })
      : undefined;
    const history =
      past?.line === undefined || past.checks.some(({ outcome }) => outcome === 'fails')
        ? undefined
        : await publishHistory({ publicStore: options.publicStore, branch: options.history! }, past.line);
    return {
      importId,
      tree: written.tree,
      head: head?.head,
      moved: head?.moved ?? false,
      records: written.mapped.records,
      delta: head?.delta,
      tables: written.mapped.tables,
      absent: facts.absent,
      crowded: written.crowded,
      notes: facts.notes,
      declassified: addUp(written.mapped.declassified, past?.declassified ?? {}),
      privates: head?.privates,
      history,
      dumpSha256,
      moment,
      checks: [
        checkQuarantine(written.quarantined, options.waivers ?? [], facts.rowsTotal),
        written.ledger,
        ...(past?.checks ?? []),
        ...(written.mapped.provenance === undefined ? [] : [written.mapped.provenance]),
        ...(written.mapped.uploads === undefined
          ? []
          : [written.mapped.uploads.conclude(options.waivers ?? [])]),
        rowsKnown(facts),
        ...(corrections === undefined ? [] : [corrections.check()]),
      ],
    };
  } finally {
    ended();
    await threads?.stop();
    feed?.close();
    await lookup.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** Threads that map besides this one; undefined where it does so alone. */
async function startThreads(options: ImportOptions): Promise<MapThreads | undefined> {
  const { threads, jobs = availableParallelism(), source, history, limit } = options;
  if (threads === undefined || source.files === undefined || jobs < 2) return undefined;
  if (history !== undefined || limit !== undefined) return undefined;
  const { aboveBytes = worthThreads } = threads;
  const bytes = await bytesOf(source.files.paths);
  return bytes < aboveBytes ? undefined : new MapThreads(Math.min(jobs, mostThreads) - 1);
}

const mapsAlone = ({ message, next }: CutoverError): string => `one thread maps, as ${message}; ${next}`;

/** Smaller dumps, compressed or not, are mapped before a thread has started. */
const worthThreads = 4 << 20;
/** More than these wait for the one that writes, and each takes tens of megabytes. */
const mostThreads = 4;

function addUp(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sums: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function commitMessage(
  options: ImportOptions,
  importId: string,
  facts: SourceFacts,
  dumpSha256: string,
  uploads: UploadTally | undefined,
): string {
  const rows = Object.entries(facts.rows)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, count]) => `Cutover-Rows: ${table}=${count}`);
  return [
    `Import ${options.profile.name}: ${facts.rowsTotal} rows of ${facts.tables.size} tables`,
    '',
    `Cutover-Import: ${importId}`,
    `Cutover-Profile: ${options.profile.name}/${options.profile.version}`,
    `Cutover-Tool: ${options.toolVersion}`,
    `Cutover-Dump-SHA256: ${dumpSha256}`,
    ...(uploads === undefined ? [] : [`${uploadsTrailer}: ${uploads.found}`]),
    ...(options.corrections === undefined ? [] : [`${correctionsTrailer}: ${options.corrections.sha256}`]),
    ...rows,
    '',
  ].join('\n');
}

/** Rows that a dump mentions without holding them (`INSERT … SELECT`) make the accounts incomplete. */
function rowsKnown(facts: SourceFacts): Check {
  return concludeCheck({
    id: 'rows-known',
    title: 'The dump holds the rows of every table',
    looked: facts.tables.size,
    expected: 'rows in the dump itself',
    actual:
      facts.rowsUnknown.length === 0 ? 'rows in the dump itself' : `not for ${facts.rowsUnknown.join(', ')}`,
    couldNotTell:
      facts.rowsUnknown.length === 0
        ? undefined
        : `${facts.rowsUnknown.join(', ')} is filled by INSERT … SELECT, whose rows are not in the dump`,
  });
}
