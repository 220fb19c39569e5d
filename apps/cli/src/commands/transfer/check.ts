import { buildReport, duration, type ExitCode, exitCodes, type Outcome } from '@cutover/core';
import { type CheckedMove, checkMove } from '@cutover/transfer';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count } from '../../output.ts';
import { writeReport } from '../../report-file.ts';
import { moveBy, type MoveOptions, withMoveOptions } from '../../transfer-options.ts';
import { version } from '../../version.ts';

interface CheckCommandOptions extends CommonOptions, MoveOptions {
  readonly report?: string;
  readonly stateDir: string;
}

/** A preflight that fails is not a check of something done: nothing has been changed. */
const codes: Readonly<Record<Outcome, ExitCode>> = {
  holds: exitCodes.holds,
  fails: exitCodes.preflightFailed,
  unknown: exitCodes.unknown,
};

export function checkCommand(finish: Finish): Command {
  return withMoveOptions(
    withCommonOptions(
      new Command('check').description(
        'Look at everything that transfer send looks at before it sends, alone: key or password (tried once), route, target, room, owners, hooks, and whether the source is locked. Give it the options of the send. Sends nothing, locks nothing, changes nothing.',
      ),
    ),
  )
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: CheckCommandOptions) => finish(check(options)));
}

async function check(options: CheckCommandOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const move = await moveBy(options);
  const { checks, notAsked, facts } = await checkMove({ ...move, version });
  const report = buildReport({
    toolVersion: version,
    command: 'transfer check',
    mode: 'report-only',
    startedAt,
    checks,
    tables: {},
    stepsNotExercised: notAsked,
    details: { from: move.from, to: move.to, ...facts },
  });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const one of checks) out.check(one);
  for (const { step, reason } of notAsked) out.line(`${step} was not asked: ${reason}`);
  const hooks = checks.find(({ id }) => id === 'lockdown-hooks');
  if (hooks !== undefined) out.line(`the source is ${String(hooks.actual)} now`);
  for (const line of linesOf(facts)) out.line(line);
  out.document(report);
  return codes[report.outcome];
}

function linesOf({ source, destination, linkRate }: CheckedMove['facts']): string[] {
  const lines: string[] = [];
  if (source !== null)
    lines.push(`the source has ${count(source.names)} names and ${count(source.bytes)} bytes`);
  if (destination !== null)
    lines.push(
      `${destination.user} on ${destination.host} would receive it at ${destination.path}; ${count(destination.freeBytes)} bytes are free`,
    );
  if (source !== null && linkRate !== null)
    lines.push(
      `the link takes ${count(linkRate)} bytes a second: the first pass takes at least ${duration((source.bytes / linkRate) * 1000)}`,
    );
  return lines;
}
