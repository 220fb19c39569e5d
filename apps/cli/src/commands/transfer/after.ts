import { resolve } from 'node:path';
import { buildReport, exitCodeOf } from '@cutover/core';
import { seeRun } from '@cutover/runs';
import { checkAfterMove, newestMove, readMoveFacts, readProbes } from '@cutover/transfer';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { writeReport } from '../../report-file.ts';
import { reach, type ReachOptions, withReachOptions } from '../../transfer-options.ts';
import { version } from '../../version.ts';

interface AfterCommandOptions extends CommonOptions, Omit<ReachOptions, 'to'> {
  readonly probes: string;
  readonly report?: string;
}

export function afterCommand(finish: Finish): Command {
  return withReachOptions(
    withCommonOptions(
      new Command('after').description(
        'Look whether the site is at exactly one place after a move: one running instance, one record, no job run twice, nothing stuck between two states, queues started clean. Changes nothing.',
      ),
    ),
  )
    .argument('[run]', 'id of the move; the newest by default')
    .requiredOption(
      '--probes <file>',
      'JSON: the commands that tell which instances run, where records are, which jobs were run, what is stuck',
    )
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((id: string | undefined, options: AfterCommandOptions) => finish(after(id, options)));
}

async function after(id: string | undefined, options: AfterCommandOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const stateDir = resolve(options.stateDir);
  const runId = newestMove(stateDir, id);
  const probes = await readProbes(options.probes);
  const { from, to } = readMoveFacts((await seeRun(stateDir, runId)).dir);
  const reached = await reach({ ...options, to });
  const { checks, notAsked } = await checkAfterMove({ stateDir, runId, version, probes, ...reached });
  const report = buildReport({
    toolVersion: version,
    command: 'transfer after',
    mode: 'report-only',
    startedAt,
    checks,
    tables: {},
    stepsNotExercised: notAsked,
    details: { runId, from, to },
  });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const check of checks) out.check(check);
  for (const { step, reason } of notAsked) out.line(`${step} was not asked: ${reason}`);
  out.document(report);
  return exitCodeOf(report.outcome);
}
