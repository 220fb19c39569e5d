import { CutoverError, exitCodes } from '@cutover/core';
import { Command } from 'commander';
import { announcements, renderAnnouncement, whenOf } from '../announcements.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, moment, outputOf, positiveInteger, withCommonOptions } from '../options.ts';

interface AnnounceOptions extends CommonOptions {
  readonly render?: string;
  readonly site?: string;
  readonly newHost?: string;
  readonly contact?: string;
  readonly at?: string;
  readonly window: number;
  readonly timeZone: string;
  readonly reason?: string;
}

export function announceCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('announce').description(
      'Print what members are told at a stage of the move, for chat and by mail. Sends nothing.',
    ),
  )
    .option('--render <stage>', 'fill in the texts of this stage; without it the stages are listed')
    .option('--site <name>', 'what members call the site')
    .option('--new-host <host>', 'host of the new site')
    .option('--contact <text>', 'whom to ask, and where')
    .option('--at <time>', 'when the stage is about: the move, or the day that passwords go', moment)
    .option(
      '--window <minutes>',
      'minutes that the maintenance page is expected to stand',
      positiveInteger,
      120,
    )
    .option('--time-zone <name>', 'IANA name of the zone that times are told in', 'UTC')
    .option('--reason <text>', 'why, in words for members')
    .action((options: AnnounceOptions) => finish(runAnnounce(options)));
}

async function runAnnounce(options: AnnounceOptions): Promise<number> {
  const out = outputOf(options);
  if (options.render === undefined) {
    for (const [stage, { when, mail }] of Object.entries(announcements))
      out.line(`${stage.padEnd(12)} ${when}${mail === undefined ? '' : ' (chat and mail)'}`);
    out.document({ stages: Object.keys(announcements) });
    return exitCodes.holds;
  }
  const text = renderAnnouncement(options.render, {
    site: options.site,
    newHost: options.newHost,
    contact: options.contact,
    reason: options.reason,
    ...(options.at === undefined ? {} : timesOf(options.at, options)),
  });
  out.line(text.chat);
  if (text.mail !== undefined) {
    out.line(`\nSubject: ${text.mail.subject}\n`);
    out.line(text.mail.body);
  }
  out.document({ stage: options.render, ...text });
  return exitCodes.holds;
}

function timesOf(at: string, { window, timeZone }: AnnounceOptions) {
  try {
    return whenOf(new Date(at), window, timeZone);
  } catch (cause) {
    throw new CutoverError('announce-usage', `${timeZone} is no time zone that is known here`, {
      next: 'give an IANA name like Europe/Berlin or America/New_York',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}
