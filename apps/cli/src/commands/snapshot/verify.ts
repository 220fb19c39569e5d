import { buildReport, exitCodeOf } from '@cutover/core';
import {
  checkBoot,
  parseScrubKey,
  sealerOf,
  sealReport,
  verifyCommandName,
  verifySnapshot,
} from '@cutover/snapshot';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command, InvalidArgumentError } from 'commander';
import { bootProcess } from '../../boot.ts';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { loadProfile } from '../../profile.ts';
import { writeReport } from '../../report-file.ts';
import { version } from '../../version.ts';

interface VerifyOptions extends CommonOptions {
  readonly public: string;
  readonly branch: string;
  readonly private: string;
  readonly snapshot: string;
  readonly maxByShape?: number;
  readonly report?: string;
}

export function verifySnapshotCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('verify').description(
      'Attack a snapshot with everything that the original has, then boot the new system on a clone of it.\nThe key, CUTOVER_SNAPSHOT_KEY, tells which records belong together, so that it can be counted who would be found.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records: the original')
    .requiredOption('--branch <name>', 'the branch of it that was scrubbed')
    .requiredOption('--private <url>', 'private store of the original')
    .requiredOption('--snapshot <dir>', 'bare git repository of the snapshot')
    .option(
      '--max-by-shape <n>',
      'fail where more people can be found by the shape of the graph alone',
      wholeNumber,
    )
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: VerifyOptions) => finish(runVerify(options)));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

async function runVerify(options: VerifyOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const key = parseScrubKey(environment('CUTOVER_SNAPSHOT_KEY'));
  const snapshot = await openPublicStore(options.snapshot);
  const { head, graph, records, ...result } = await verifySnapshot({
    profile,
    key,
    publicStore: await openPublicStore(options.public),
    branch: options.branch,
    privateStore: await openPrivateStore(options.private),
    snapshot,
    ...(options.maxByShape === undefined ? {} : { maxByShape: options.maxByShape }),
    onEvent: out.onEvent,
  });
  const boot = bootProcess(options.profile);
  const booted = await checkBoot({ profile, repository: snapshot.dir, records, boot });
  for (const check of booted) out.check(check);
  const unsealed = buildReport({
    toolVersion: version,
    command: verifyCommandName,
    mode: 'report-only',
    startedAt,
    checks: [...result.checks, ...booted],
    tables: {},
    stepsNotExercised: [],
    details: { ...head, branch: options.branch, records, linkableByShape: graph },
  });
  const report = sealReport(unsealed, key);
  if (graph !== undefined) {
    out.line(
      `  by the shape of the membership graph alone ${graph.linkable} of ${graph.people} can be found`,
    );
    if (graph.linkable > 0) out.line('    scrub with --rewire to exchange who belongs to what');
  }
  if (options.report !== undefined) await writeReport(options.report, report);
  out.line(`the verdict is sealed by ${sealerOf(key)}: publish with --verified-by that`);
  out.document(report);
  return exitCodeOf(report.outcome);
}
