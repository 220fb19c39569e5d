import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import {
  type Alarm,
  alarmAtUrl,
  alarmByCommand,
  alarmByWebhook,
  assertQuiet,
  drillHealth,
  DrillSite,
} from '@cutover/verify';
import { Command, Option } from 'commander';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, httpUrl, outputOf, timeSpan, withCommonOptions } from '../../options.ts';
import type { Output } from '../../output.ts';
import { concludeVerification } from '../verify/conclude.ts';

interface DrillOptions extends CommonOptions {
  readonly target: string;
  readonly via?: string;
  readonly alarmListen?: string;
  readonly alarmUrl?: string;
  readonly alarmCommand?: string;
  readonly alarmMatch?: string;
  readonly within: number;
  readonly mendWithin: number;
  readonly every: number;
  readonly confirm?: string;
  readonly report?: string;
}

export function drillHealthCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('health').description(
      'Make a staging site say that it is not ready, wait for the alarm, and mend it again. Never in production: the site is asked what it is. Give one of --alarm-listen, --alarm-url and --alarm-command.',
    ),
  )
    .requiredOption('--target <url>', 'the staging site, as pings from outside reach it', httpUrl)
    .option('--via <address>', 'address to connect to, whatever DNS says')
    .option(
      '--alarm-listen <[address:]port>',
      'listen there for the alarm, a POST whose body holds --alarm-match, or the name of this drill',
    )
    .option('--alarm-url <url>', 'ask there whether the alarm is up: the answer holds --alarm-match', httpUrl)
    .option('--alarm-command <line>', 'ask this line of the shell: exit 0: it is up, 1: it is not')
    .option('--alarm-match <text>', 'what the alarm is known by')
    .addOption(
      span('--within <time>', 'how long the alarm may take, once the site was seen not to be ready', '10m'),
    )
    .addOption(span('--mend-within <time>', 'how long it may take to be ready again', '1m'))
    .addOption(span('--every <time>', 'how often to look', '5s'))
    .option('--confirm <name>', 'host of --target, instead of typing it')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: DrillOptions) => finish(runDrill(options)));
}

/** With its default as people write it. */
const span = (flags: string, description: string, otherwise: string): Option =>
  new Option(flags, description).argParser(timeSpan).default(timeSpan(otherwise), otherwise);

async function runDrill(options: DrillOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const id = `drill-${randomBytes(4).toString('hex')}`;
  const site = new DrillSite({ url: options.target, via: options.via, secret: internalSecret() });
  const alarm = await alarmOf(options, id);
  const stop = new AbortController();
  const end = (): void => {
    out.note(stop.signal.aborted ? 'it is being mended' : 'stopping: mending it first');
    stop.abort();
  };
  try {
    const kind = await site.assertNotProduction();
    await site.assertReady();
    await assertQuiet(alarm);
    await assertConfirmed(options, kind);
    process.on('SIGINT', end).on('SIGTERM', end);
    out.note(`${id}: breaking the health of ${options.target} (${kind}); alarm at ${alarm.place}`);
    const { checks, drilled } = await drillHealth({
      site,
      alarm,
      id,
      withinMs: options.within,
      mendWithinMs: options.mendWithin,
      intervalMs: options.every,
      signal: stop.signal,
      onPhase: (phase) => out.note(`${new Date().toISOString()} ${phase}`),
    });
    sayTimes(drilled, out);
    const code = await concludeVerification(out, {
      command: 'drill health',
      startedAt,
      checks,
      details: { drill: id, environment: kind, ...drilled },
      report: options.report,
    });
    return drilled.interrupted && code !== exitCodes.fails ? exitCodes.aborted : code;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await alarm.close();
  }
}

function sayTimes(drilled: Awaited<ReturnType<typeof drillHealth>>['drilled'], out: Output): void {
  const { brokenAfter, alarmAfter, mendedAfter } = drilled;
  const said = (seconds: number | undefined): string =>
    seconds === undefined ? 'never' : `after ${seconds} s`;
  out.line(`not ready ${said(brokenAfter)} · alarm ${said(alarmAfter)} · ready again ${said(mendedAfter)}`);
}

function internalSecret(): string {
  const secret = environment('CUTOVER_INTERNAL_SECRET');
  if (secret !== undefined) return secret;
  throw usage('CUTOVER_INTERNAL_SECRET is not set', 'put there what the site was started with');
}

async function alarmOf(options: DrillOptions, id: string): Promise<Alarm> {
  const { alarmListen, alarmUrl, alarmCommand, alarmMatch } = options;
  const given = [alarmListen, alarmUrl, alarmCommand].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw usage(
      `${given.length === 0 ? 'nothing says' : 'more than one option says'} where the alarm is seen`,
      'give one of --alarm-listen, --alarm-url and --alarm-command',
    );
  if (alarmUrl !== undefined) {
    if (alarmMatch === undefined || alarmMatch === '')
      throw usage(
        '--alarm-url goes with --alarm-match',
        'give a text that its answer holds only while the alarm is up',
      );
    return alarmAtUrl(alarmUrl, alarmMatch);
  }
  if (alarmCommand !== undefined) return alarmByCommand(alarmCommand);
  const [, host = '127.0.0.1', number = 'none'] = /^(?:(.+):)?(\d+)$/.exec(alarmListen!) ?? [];
  if (!(Number(number) <= 65_535))
    throw usage(`--alarm-listen ${alarmListen} has no port`, 'give it like 8099 or 10.0.0.9:8099');
  return alarmByWebhook(host.replaceAll(/[[\]]/g, ''), Number(number), alarmMatch ?? id);
}

/** Throws CutoverError `drill-not-confirmed` unless the name of the site was typed or given. */
async function assertConfirmed({ target, confirm }: DrillOptions, kind: string): Promise<void> {
  const { host } = new URL(target);
  let said = confirm;
  if (said === undefined && process.stdin.isTTY === true) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    said = (await terminal.question(`Type the name of the site whose health is broken (${host}): `)).trim();
    terminal.close();
  }
  if (said === host) return;
  throw new CutoverError(
    'drill-not-confirmed',
    `the health of ${host} (${kind}) would be broken, and ${said ?? 'no name'} was confirmed; nothing was`,
    { next: `--confirm ${host}, or type it at a terminal`, data: { host }, exitCode: exitCodes.usage },
  );
}

const usage = (message: string, next: string): CutoverError =>
  new CutoverError('drill-usage', message, { next, exitCode: exitCodes.usage });
