import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildReport, CutoverError, exitCodeOf, linkVersions } from '@cutover/core';
import type { HistoryResult } from '@cutover/importer';
import type { Profile } from '@cutover/records';
import type { PrivateStore, PublicStore } from '@cutover/stores';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type LiveOptions, obtain, withLiveOptions } from '../live-source.ts';
import type { Finish } from '../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  moment,
  outputOf,
  quarantineOption,
  positiveInteger,
  withCommonOptions,
  withDumpOptions,
} from '../options.ts';
import { count, type Output } from '../output.ts';
import { loadProfile, profileModule } from '../profile.ts';
import { writeReport } from '../report-file.ts';
import { tuneHeap } from '../tune-heap.ts';
import { type UploadCommandOptions, uploadsOf, withUploadOptions } from '../uploads.ts';
import { version } from '../version.ts';

interface ImportCommandOptions extends CommonOptions, DumpOptions, LiveOptions, UploadCommandOptions {
  readonly dump?: string[];
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly waivers?: string;
  readonly quarantine?: string;
  readonly withoutQuarantine?: boolean;
  readonly instance?: string;
  readonly asOf?: string;
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly report?: string;
  readonly withoutFiles?: boolean;
  readonly versionUrl?: string;
  readonly history?: boolean;
  readonly historyBranch: string;
}

export function importCommand(finish: Finish): Command {
  const command = new Command('import').description(
    'Import a dump or a live server: public records into a git branch, private ones beside it, every row accounted for.',
  );
  return withUploadOptions(withLiveOptions(withDumpOptions(withCommonOptions(command))))
    .option('--dump <file...>', 'mysqldump files in order, a folder of mydumper or --tab, or - for stdin')
    .option('--keep-dump <file>', 'with --source: keep what was read as a dump, for --since next time')
    .option('--password-from-stdin', 'read the password of --source from stdin')
    .requiredOption('--public <dir>', 'bare git repository of public records; made where there is none')
    .requiredOption(
      '--private <url>',
      'private store, file:///dir or s3://bucket/prefix; made where there is none',
    )
    .option('--branch <name>', 'branch that the importer owns', 'legacy-import')
    .option('--waivers <file>', 'TOML file of quarantined rows that somebody has looked at')
    .addOption(new Option(...quarantineOption).conflicts('withoutQuarantine'))
    .option('--without-quarantine', 'take the dump’s own rows where an earlier import took mended ones')
    .option('--instance <name>', 'name of the source that ids are made from, where a profile has several')
    .option('--as-of <time>', 'when the dump was taken, where it does not say so', moment)
    .option('--without-files', 'take away the uploads that an earlier import took over')
    .option(
      '--history',
      'make a branch of the earlier states that legacy kept: commits of then, by who made them',
    )
    .option('--history-branch <name>', 'branch of --history', 'legacy-history')
    .option('--dry-run', 'account for every row, write to neither store')
    .option('--limit <n>', 'map at most N rows a table, write to neither store', positiveInteger)
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .option(
      '--version-url <template>',
      'where versions of changed records can be looked at, for links in the report: https://…/blob/{commit}/{path}',
      versionUrl,
    )
    .action((options: ImportCommandOptions) => finish(runImport(options)));
}

/** An address with places for a commit and a path, for commander. */
function versionUrl(text: string): string {
  const whole = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!whole || !text.includes('{commit}') || !text.includes('{path}') || /[\s<>"]/.test(text))
    throw new InvalidArgumentError('It must be an http or https address with {commit} and {path}.');
  return text;
}

async function runImport(options: ImportCommandOptions): Promise<number> {
  tuneHeap();
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const prepare = (): Promise<Profile> => loadProfile(options.profile);
  const uploads = await uploadsOf(options);
  const obtained = await obtain(options, out, { prepare });
  const { files, remove } = obtained;
  let removeStores = async (): Promise<void> => {};
  try {
    const profile = await prepare();
    // Loaded behind the source: a password that is refused is told before half a second goes into these.
    const { dumpSource, historyReasons, importDump, readCorrections, readWaivers } =
      await import('@cutover/importer');
    const waivers = options.waivers === undefined ? [] : await readWaivers(options.waivers);
    const corrections =
      options.quarantine === undefined ? undefined : await readCorrections(options.quarantine, profile);
    const stores = await openStores(options, out);
    removeStores = stores.remove;
    const imported = await importDump({
      profile,
      source: dumpSource(files, dumpOptionsOf(options)),
      publicStore: stores.publicStore,
      privateStore: stores.privateStore,
      branch: options.branch,
      waivers,
      ...(corrections === undefined ? {} : { corrections }),
      toolVersion: version,
      workDir: resolve(options.stateDir, 'work'),
      threads: { profileModule: profileModule(options.profile) },
      onEvent: out.onEvent,
      ...(options.instance === undefined ? {} : { instance: options.instance }),
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
      ...(options.dryRun === true ? { dryRun: true } : {}),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(uploads === undefined ? {} : { uploads }),
      ...(options.withoutFiles === true ? { withoutUploads: true } : {}),
      ...(options.withoutQuarantine === true ? { withoutCorrections: true } : {}),
      ...(options.history === true ? { history: options.historyBranch } : {}),
    });
    const checks = [...obtained.checks(imported.tables, options.limit !== undefined), ...imported.checks];
    const report = buildReport({
      toolVersion: version,
      command: 'import',
      mode: writesNothing(options) ? 'dry-run' : 'real',
      startedAt,
      checks,
      tables: imported.tables,
      stepsNotExercised: [],
      details: {
        profile: `${profile.name}/${profile.version}`,
        importId: imported.importId,
        dumpSha256: imported.dumpSha256,
        dumpTakenAt: imported.moment,
        branch: options.branch,
        commit: imported.head?.commit,
        tree: imported.tree,
        moved: imported.moved,
        records: imported.records,
        delta:
          imported.delta && options.versionUrl !== undefined
            ? linkVersions(imported.delta, options.versionUrl)
            : imported.delta,
        sourcesAbsent: imported.absent,
        directoriesCrowded: imported.crowded,
        readerNotes: imported.notes.map(({ code, message }) => ({ code, message })).slice(0, 50),
        declassified: imported.declassified,
        privates: imported.privates,
        ...(options.history === true ? { history: imported.history, historyRules: historyReasons } : {}),
        ...obtained.details,
      },
    });
    if (options.report !== undefined) await writeReport(options.report, report);
    for (const check of checks) out.check(check);
    for (const [sheet, delta] of Object.entries(imported.delta?.sheets ?? {})) {
      out.line(
        `  ${sheet}: ${count(delta.added)} added, ${count(delta.changed)} changed, ${count(delta.removed)} removed`,
      );
    }
    if (imported.absent.length > 0) out.line(`  not in the dump: ${imported.absent.join(', ')}`);
    const where =
      imported.head === undefined
        ? 'nothing was written'
        : `${options.branch} is at ${imported.head.commit.slice(0, 12)}${imported.moved ? '' : ', as before'}`;
    out.line(`${count(imported.records)} records; ${where}`);
    if (imported.history !== undefined) out.line(`  ${saidOf(imported.history)}`);
    out.document(report);
    return exitCodeOf(report.outcome);
  } finally {
    await removeStores();
    await remove();
  }
}

const writesNothing = ({ dryRun, limit }: ImportCommandOptions): boolean =>
  dryRun === true || limit !== undefined;

/** The stores; where nothing is to be written, empty ones in place of those that are not there yet. */
async function openStores(
  options: ImportCommandOptions,
  out: Output,
): Promise<{
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  remove(): Promise<void>;
}> {
  const { openPrivateStore, openPublicStore } = await import('@cutover/stores');
  const create = { create: true };
  if (!writesNothing(options)) {
    const publicStore = await openPublicStore(options.public, { ...create, onEvent: out.onEvent });
    return { publicStore, privateStore: await openPrivateStore(options.private, create), async remove() {} };
  }
  const scratch = await mkdtemp(join(tmpdir(), 'cutover-import-'));
  const remove = (): Promise<void> => rm(scratch, { recursive: true, force: true });
  const orEmpty = async <Store>(opening: Promise<Store>, empty: () => Promise<Store>): Promise<Store> => {
    try {
      return await opening;
    } catch (error) {
      if (error instanceof CutoverError && /^(?:public|private)-store-missing$/.test(error.code))
        return empty();
      throw error;
    }
  };
  try {
    const publicStore = await orEmpty(openPublicStore(options.public), () =>
      openPublicStore(join(scratch, 'public.git'), create),
    );
    const privateStore = await orEmpty(openPrivateStore(options.private), () =>
      openPrivateStore(join(scratch, 'private'), create),
    );
    return { publicStore, privateStore, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function saidOf({ branch, commit, commits, moved, extended }: HistoryResult): string {
  const how = !moved ? ', as before' : extended ? '' : '; its past was made anew';
  return `${count(commits)} commits of the past; ${branch} is at ${commit.slice(0, 12)}${how}`;
}
