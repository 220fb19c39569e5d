import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CutoverError, exitCodes } from '@cutover/core';
import { shownAddress } from '@cutover/livesource';
import type { Profile } from '@cutover/records';
import { Command, Option } from 'commander';
import { bootProcess } from '../boot.ts';
import { type LiveOptions, obtain, withLiveOptions } from '../live-source.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  httpUrl,
  moment,
  outputOf,
  quarantineOption,
  positiveInteger,
  withCommonOptions,
  withDumpOptions,
} from '../options.ts';
import { count } from '../output.ts';
import { loadProfile, profileModule } from '../profile.ts';
import { writeReport } from '../report-file.ts';
import { signInPassword } from '../secret-input.ts';
import { stopOnSignals } from '../signals.ts';
import type { Finish } from '../main.ts';
import { tuneHeap } from '../tune-heap.ts';
import { version } from '../version.ts';
import { type UploadCommandOptions, uploadOptionNames, uploadsOf, withUploadOptions } from '../uploads.ts';
import { notifierOf, type TellOptions, withTellOptions } from '../webhook-options.ts';

export interface DryRunOptions
  extends CommonOptions, DumpOptions, LiveOptions, TellOptions, UploadCommandOptions {
  readonly dump?: string[];
  readonly waivers?: string;
  readonly quarantine?: string;
  readonly target?: string;
  readonly public?: string;
  readonly private?: string;
  readonly branch: string;
  readonly into: string;
  readonly history?: boolean;
  readonly sample?: number;
  readonly asOf?: string;
  readonly signIn?: string;
  readonly passwordFromStdin?: boolean;
  readonly report?: string;
  readonly keep?: boolean;
  readonly until?: string;
  readonly config?: string;
}

export function dryRunCommand(finish: Finish): Command {
  return withRehearsalOptions(
    new Command('dry-run').description(
      'Rehearse the whole cutover on scratch stores: import, boot the new system, check it as a user would, go back.\nWithout --dump or --source it takes the bundled sample.',
    ),
  )
    .option('--until <step>', 'go no further than this step of the plan, e.g. 11-counts')
    .action((options: DryRunOptions) =>
      finish(dryRun(options, { command: 'dry-run', title: 'The rehearsal' })),
    );
}

/** What every command takes that goes through the plan. */
export function withRehearsalOptions(command: Command): Command {
  return withUploadOptions(withTellOptions(withLiveOptions(withDumpOptions(withCommonOptions(command)))))
    .addOption(
      new Option(
        '--config <file>',
        'rehearse with this run file: its source, hooks, people and calendar',
      ).conflicts([
        'dump',
        'source',
        'target',
        'public',
        'private',
        'waivers',
        'quarantine',
        'sample',
        'asOf',
        'signIn',
        'history',
        'keepDump',
        'lenient',
        ...uploadOptionNames,
      ]),
    )
    .option('--dump <file...>', 'mysqldump files in order, a folder of mydumper or --tab, or - for stdin')
    .option('--waivers <file>', 'TOML file of quarantined rows that somebody has looked at')
    .option(...quarantineOption)
    .option('--target <url>', 'check this system instead of booting one', httpUrl)
    .option('--public <dir>', 'rehearse on a copy of this bare repository')
    .option(
      '--private <url>',
      'rehearse on a copy on disk of this private store, file:///dir or s3://bucket/prefix',
    )
    .option('--branch <name>', 'branch that imports go to', 'legacy-import')
    .option('--into <name>', 'branch that the new system serves', 'main')
    .option('--history', 'make the branch legacy-history of earlier states too, and look at it')
    .option('--sample <n>', 'look at N legacy URLs instead of all', positiveInteger)
    .option('--as-of <time>', 'when the dump was taken, where it does not say so', moment)
    .option('--sign-in <login>', 'account to sign in as; its password comes from CUTOVER_SIGN_IN_PASSWORD')
    .option('--password-from-stdin', 'read the password of --sign-in, or without it of --source, from stdin')
    .option('--keep-dump <file>', 'with --source: keep what was read as a dump, for --since next time')
    .option('--report <file>', 'write the report there too: JSON, Markdown for .md, a page for .html')
    .option('--keep', 'keep the scratch stores even where everything holds');
}

/** Goes through the plan as far as asked; the exit code is that of what was found. */
export async function dryRun(
  options: DryRunOptions,
  { command, title }: { readonly command: string; readonly title: string },
): Promise<number> {
  const { config, quarantine } = options;
  if (config !== undefined) {
    const { driveRun } = await import('../drive-run.ts');
    return driveRun(options, { mode: 'rehearsal', command, title, config });
  }
  const out = outputOf(options);
  const prepare = (): Promise<Profile> => loadProfile(options.profile);
  const bundled = options.dump === undefined && options.source === undefined;
  if (bundled && options.profile !== 'laddr') {
    // A profile that is not there is said first.
    await prepare();
    throw new CutoverError('dump-missing', `there is no bundled sample for the profile ${options.profile}`, {
      next: 'give a dump with --dump, or the legacy server with --source',
      exitCode: exitCodes.usage,
    });
  }
  // What is asked for wrongly is said before anything is read.
  const uploads = await uploadsOf(options);
  const sample = bundled ? await import('@cutover/laddr') : undefined;
  const given = sample === undefined ? options : { ...options, dump: [fileURLToPath(sample.sampleDump)] };
  const obtained = await obtain(given, out, { stdinTaken: options.signIn !== undefined, prepare });
  const { files, remove } = obtained;
  const notifier = notifierOf(options, out);
  const waivers = options.waivers ?? (sample === undefined ? undefined : fileURLToPath(sample.sampleWaivers));
  try {
    const profile = await prepare();
    const signIn =
      options.signIn === undefined
        ? undefined
        : { login: options.signIn, password: await signInPassword(options.passwordFromStdin === true) };
    const sourceName = bundled
      ? 'the bundled sample'
      : options.source === undefined
        ? files.join(', ')
        : shownAddress(options.source);
    out.note(`rehearsing on ${sourceName}`);
    tuneHeap();
    // Loaded behind the source: a password that is refused is told before half a second goes into these.
    const { rehearse } = await import('@cutover/cutover');
    const { dumpSource, readCorrections, readWaivers } = await import('@cutover/importer');
    const rehearsal = await rehearse(
      {
        profile,
        threads: { profileModule: profileModule(options.profile) },
        source: dumpSource(files, dumpOptionsOf(options)),
        dump: files,
        reading: dumpOptionsOf(options),
        lenient: options.lenient === true,
        origin: obtained,
        branch: options.branch,
        into: options.into,
        ...(options.history === true ? { history: 'legacy-history' } : {}),
        ...(uploads === undefined ? {} : { uploads: async () => uploads }),
        ...(quarantine === undefined ? {} : { corrections: () => readCorrections(quarantine, profile) }),
        waivers: waivers === undefined ? [] : await readWaivers(waivers),
        toolVersion: version,
        boot: bootProcess(options.profile),
        ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
        ...(options.target === undefined ? {} : { targetUrl: options.target }),
        ...(options.public === undefined ? {} : { basePublicDir: resolve(options.public) }),
        ...(options.private === undefined ? {} : { basePrivateUrl: options.private }),
        ...(options.sample === undefined ? {} : { sample: options.sample }),
        ...(signIn === undefined ? {} : { signIn }),
      },
      {
        stateDir: resolve(options.stateDir),
        onEvent: out.onEvent,
        keep: options.keep === true,
        command,
        sourceName,
        ...(options.until === undefined ? {} : { until: options.until }),
        ...(notifier === undefined ? {} : { notifier }),
        onStart: ({ control }) => stopOnSignals(control, out),
      },
    );
    const { dir, report } = rehearsal;
    for (const check of obtained.checks(report.tables)) out.check(check);
    if (options.report !== undefined) await writeReport(options.report, report);
    for (const reason of new Set(report.stepsNotExercised.map((left) => left.reason))) {
      const steps = report.stepsNotExercised.filter((left) => left.reason === reason).map(({ step }) => step);
      out.line(`  ${out.paint('dim', `${steps.join(', ')} not exercised: ${reason}`)}`);
    }
    const absent = report.details['sourcesAbsent'];
    if (Array.isArray(absent) && absent.length > 0) {
      out.line(`  ${out.paint('dim', `not in the dump: ${absent.join(', ')}`)}`);
    }
    out.line();
    out.line(`${out.paint('bold', title)} ${out.outcome(report.outcome).trim()}: ${summary(report.checks)}`);
    out.line(out.paint('dim', `report: ${dir}/report.md`));
    if (rehearsal.stoppedBy !== undefined) {
      const { error } = rehearsal.stoppedBy;
      out.line(`${rehearsal.stoppedBy.step} stopped the run: ${error.message}\n  → ${error.next}`);
    }
    out.document(report);
    return rehearsal.exitCode;
  } finally {
    await notifier?.close();
    await remove();
  }
}

function summary(checks: readonly { outcome: string }[]): string {
  const of = (outcome: string) => checks.filter((check) => check.outcome === outcome).length;
  return `${count(of('holds'))} checks hold, ${of('fails')} fail, ${of('unknown')} unknown`;
}
