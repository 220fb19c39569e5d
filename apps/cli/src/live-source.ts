import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Check, CutoverError, exitCodes, type TableAccount } from '@cutover/core';
import {
  checkAccounts,
  checkAgainstServer,
  checkArchive,
  checkSource,
  deltaBetween,
  digestRows,
  firstSession,
  type Manifest,
  parseSourceUrl,
  type ReadRows,
  readManifest,
  type ServerAddress,
  sourceDetails,
  type TableDigest,
  takeArchive,
  type TakeOptions,
  Throttle,
} from '@cutover/livesource';
import type { DumpRow, Reading } from '@cutover/verify';
import type { Command } from 'commander';
import { dumpFiles } from './dump-files.ts';
import { type DumpOptions, dumpOptionsOf, positiveInteger } from './options.ts';
import type { Output } from './output.ts';
import { sourcePassword } from './secret-input.ts';
import { version } from './version.ts';

export interface LiveOptions {
  readonly source?: ServerAddress;
  readonly sourcePasswordFile?: string;
  readonly passwordFromStdin?: boolean;
  readonly jobs?: number;
  readonly since?: string;
  readonly maxLoad?: number;
  readonly maxLag?: number;
  readonly maxWait?: number;
  readonly lock?: boolean;
  readonly acceptUnproven?: boolean;
  readonly keepDump?: string;
}

/** Options of everything that can read the legacy server itself. */
export function withLiveOptions(command: Command): Command {
  return command
    .option(
      '--source <url>',
      'mysql://user@host:port/database of the legacy server; the password comes from CUTOVER_SOURCE_PASSWORD',
      parseSourceUrl,
    )
    .option('--source-password-file <file>', 'file whose first line is the password of --source')
    .option(
      '--jobs <n>',
      'tables read at once, all from one snapshot; an import’s threads as well',
      positiveInteger,
    )
    .option('--since <archive>', 'an archive taken before: only tables that changed since are read')
    .option('--max-load <n>', 'wait while more threads than this run on the server', positiveInteger)
    .option('--max-lag <seconds>', 'wait while the server, a replica, is further behind', positiveInteger)
    .option('--max-wait <seconds>', 'give up after waiting this long for either (600)', positiveInteger)
    .option('--no-lock', 'never lock the server, not even for a moment')
    .option('--accept-unproven', 'go on where the account is not known to see every table');
}

/** What `takeArchive` needs of the options; asks for the password. */
export async function takeOptionsOf(
  options: LiveOptions & { readonly source: ServerAddress },
  out: string,
  output: Output,
  stdinTaken = false,
): Promise<TakeOptions> {
  const { sourcePasswordFile: file, maxLoad, maxLag, maxWait, jobs, since } = options;
  const fromStdin = options.passwordFromStdin === true && !stdinTaken;
  const password = await sourcePassword({ fromStdin, ...(file === undefined ? {} : { file }) });
  return {
    address: options.source,
    out,
    toolVersion: version,
    lock: options.lock !== false,
    acceptUnproven: options.acceptUnproven === true,
    onEvent: output.onEvent,
    onWait: (why) => output.note(`waiting: ${why}`),
    password,
    ...(jobs === undefined ? {} : { jobs }),
    ...(since === undefined ? {} : { since }),
    ...(maxLoad === undefined ? {} : { maxLoad }),
    ...(maxLag === undefined ? {} : { maxLagSeconds: maxLag }),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * 1000 }),
  };
}

/** A dump to import, wherever it came from. */
export interface Obtained {
  readonly files: string[];
  /** Of a live source that was read. */
  readonly manifest?: Manifest;
  /** Checks of a live source, once all rows (or, `limited`, some) are accounted for; none of dump files. */
  checks(tables: Readonly<Record<string, TableAccount>>, limited?: boolean): Check[];
  /** For the report; empty for dump files. */
  readonly details: Readonly<Record<string, unknown>>;
  remove(): Promise<void>;
}

export interface ObtainOptions {
  /** Stdin is for another password. */
  readonly stdinTaken?: boolean;
  /**
   * What takes a while to load and may fail on bad options: done before anything is read, but behind the sign-in,
   * so that a password that is refused is told at once.
   */
  readonly prepare: () => Promise<unknown>;
}

/**
 * The dump files that were given, or an archive of the live source, which is removed again unless it is to be
 * kept. Throws CutoverError `source-missing` where neither or both were given, and what taking an archive throws.
 */
export async function obtain(
  options: LiveOptions & { readonly dump?: readonly string[]; readonly stateDir: string },
  output: Output,
  { stdinTaken = false, prepare }: ObtainOptions,
): Promise<Obtained> {
  const { dump, source } = options;
  if ((dump === undefined) === (source === undefined)) throw sourceMissing(dump !== undefined);
  if (source === undefined) {
    await prepare();
    const { files, remove } = await dumpFiles(dump ?? [], options.stateDir);
    return { files, remove, checks: () => [], details: {} };
  }
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  await removeLeftOvers(resolve(options.stateDir));
  const scratch = await mkdtemp(join(resolve(options.stateDir), `source-${process.pid}-`));
  const remove = (): Promise<void> => rm(scratch, { recursive: true, force: true });
  try {
    const out = options.keepDump === undefined ? join(scratch, 'archive.sql.gz') : resolve(options.keepDump);
    const before = options.since === undefined ? undefined : await readManifest(options.since);
    const take = await takeOptionsOf({ ...options, source }, out, output, stdinTaken);
    const manifest = await takeArchive({
      ...take,
      level: options.keepDump === undefined ? 1 : 6,
      onSignedIn: prepare,
    });
    return {
      files: [out],
      manifest,
      remove,
      checks: (tables, limited = false) => [
        checkSource(manifest),
        ...(limited ? [] : [checkAccounts(manifest, tables)]),
      ],
      details: {
        source: sourceDetails(manifest),
        ...(before === undefined ? {} : { delta: deltaBetween(before, manifest) }),
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Rows and digest of each table, in the form in which a server computes them, by the reader that exists to check the
 * importer's. Throws CutoverError `dump-not-understood`.
 */
async function independentDigests(
  files: readonly string[],
  reading: Reading,
): Promise<Map<string, TableDigest>> {
  const { readRows } = await import('@cutover/verify');
  const tables: ReadRows[] = [];
  async function* items(): AsyncGenerator<ReadRows> {
    const onTables = (found: readonly ReadRows['table'][]): void =>
      found.forEach((table) => void tables.push({ table, rows: [] }));
    for await (const rows of readRows(files, { ...reading, onTables }))
      for (const { table, columns, cells } of rows) yield { table, columns, rows: [cells.map(understood)] };
    yield* tables;
  }
  return digestRows(items());
}

function understood(cell: DumpRow['cells'][number]): string | Buffer | null {
  if (cell !== undefined) return cell;
  throw new CutoverError(
    'dump-not-understood',
    'the dump holds expressions, or text in a charset that the independent reader does not know',
    { next: 'dump again with --default-character-set=utf8mb4', exitCode: exitCodes.unknown },
  );
}

/** The archive of a live source, read by other code, held against what the server gave; nothing of dump files. */
export async function archiveCheck({ files, manifest }: Obtained): Promise<Check[]> {
  const [archive] = files;
  if (manifest === undefined || archive === undefined) return [];
  return [await checkArchive(archive, manifest, await independentDigests(files, {}))];
}

/** A server that is asked about a dump. */
export interface AskedSource {
  /** The dump held against what the server counts and digests now. */
  check(files: readonly string[]): Promise<Check>;
  close(): Promise<void>;
}

/** Signs in where a dump and a source were both given; undefined otherwise. */
export async function askedSource(
  options: LiveOptions & DumpOptions & { readonly dump?: readonly string[] },
  output: Output,
): Promise<AskedSource | undefined> {
  const { source } = options;
  if (source === undefined || options.dump === undefined) return undefined;
  const take = await takeOptionsOf({ ...options, source }, '', output);
  const session = await firstSession(source, take);
  return {
    check: async (files) =>
      checkAgainstServer(
        await independentDigests(files, dumpOptionsOf(options)),
        session,
        new Throttle(take),
      ),
    close: () => session.close(),
  };
}

/** One line on how the source was read. */
export function sourceLine(manifest: Manifest): string {
  const { snapshot, withoutTransactions: without } = manifest;
  const lock = snapshot.lockHeldMs > 0 ? `, writers waited ${snapshot.lockHeldMs} ms` : '';
  const others =
    without.tables.length > 0
      ? `; ${without.tables.length} tables without transactions: ${without.proof}`
      : '';
  return `one moment by ${snapshot.method}${lock}${others}`;
}

/** Scratch dumps of processes that are no more: they hold private rows. */
async function removeLeftOvers(stateDir: string): Promise<void> {
  for (const name of await readdir(stateDir)) {
    const pid = /^source-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(stateDir, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function sourceMissing(both: boolean): CutoverError {
  return new CutoverError(
    'source-missing',
    both ? '--dump and --source were both given' : 'neither --dump nor --source was given',
    {
      next: 'give the files of a dump with --dump, or the legacy server with --source',
      exitCode: exitCodes.usage,
    },
  );
}
