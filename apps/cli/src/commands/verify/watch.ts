import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { parseUrlExamples, type UrlExample } from '@cutover/records';
import {
  defaultRoutes,
  defaultThresholds,
  type Look,
  summariseWatch,
  watchTarget,
  type WatchSummary,
} from '@cutover/verify';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, httpUrl, outputOf, timeSpan, withCommonOptions } from '../../options.ts';
import { count, type Output } from '../../output.ts';
import { concludeVerification } from './conclude.ts';

const kinds = ['sign-in', 'oauth', 'saml'] as const;

interface WatchOptions extends CommonOptions {
  readonly target: string;
  readonly via?: string;
  readonly for: number;
  readonly every: number;
  readonly redirects?: string;
  readonly notUsed?: (typeof kinds)[number][];
  readonly maxErrors: number;
  readonly maxSignInFailures: number;
  readonly maxOauthFailures: number;
  readonly maxSamlFailures: number;
  readonly maxInARow: number;
  readonly report?: string;
}

export function verifyWatchCommand(finish: Finish): Command {
  const { maxServerErrors, maxSignInFailures, maxOauthFailures, maxSamlFailures, maxInARow } =
    defaultThresholds;
  return withCommonOptions(
    new Command('watch').description(
      'Look at the new site again and again after the flip: health, readiness, errors, sign-ins, GitHub, SAML and\nredirects, with a verdict by thresholds and a summary. Changes nothing.',
    ),
  )
    .requiredOption('--target <url>', 'the new site', httpUrl)
    .option('--via <address>', 'address to connect to, whatever DNS says')
    .option('--for <time>', 'how long: 90s, 15m, 1h', timeSpan, 3_600_000)
    .option('--every <time>', 'how often', timeSpan, 15_000)
    .option(
      '--redirects <file>',
      'legacy addresses to ask in turn: lines of URL, status and Location, by tabs',
    )
    .addOption(
      new Option(
        '--not-used <kind...>',
        'what this site does not do; else what nobody did is unknown',
      ).choices(kinds),
    )
    .option('--max-errors <share>', 'share of requests that may end in 5xx', share, maxServerErrors)
    .option('--max-sign-in-failures <share>', 'share of refused sign-ins', share, maxSignInFailures)
    .option('--max-oauth-failures <share>', 'share of failed returns from GitHub', share, maxOauthFailures)
    .option('--max-saml-failures <share>', 'share of failed SAML sign-ins', share, maxSamlFailures)
    .option('--max-in-a-row <looks>', 'looks in a row at which it may be away or not ready', looks, maxInARow)
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: WatchOptions) => finish(verifyWatch(options)));
}

async function verifyWatch(options: WatchOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const redirects = options.redirects === undefined ? [] : await readRedirects(options.redirects);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    const { checks, watched } = await watchTarget({
      url: options.target,
      via: options.via,
      windowMs: options.for,
      intervalMs: options.every,
      redirects,
      notUsed: [
        ...(options.notUsed ?? []),
        ...(options.redirects === undefined ? (['redirects'] as const) : []),
      ],
      thresholds: {
        maxServerErrors: options.maxErrors,
        maxSignInFailures: options.maxSignInFailures,
        maxOauthFailures: options.maxOauthFailures,
        maxSamlFailures: options.maxSamlFailures,
        maxInARow: options.maxInARow,
      },
      onLook: (look) => sayLook(look, out),
      signal: stop.signal,
    });
    const summary = summariseWatch(watched, defaultRoutes);
    saySummary(summary, out);
    return await concludeVerification(out, {
      command: 'verify watch',
      startedAt,
      checks,
      details: { summary, looks: watched.looks },
      report: options.report,
    });
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** What is well is said in the summary; what is not, at once. */
function sayLook({ at, alive, ready, reasons, metricsFault, redirectsWrong }: Look, out: Output): void {
  const said = (status: number | undefined): string => (status === undefined ? 'no answer' : String(status));
  const faults = [
    ...(alive === 200 ? [] : [`alive: ${said(alive)}`]),
    ...(ready === 200 ? [] : [`ready: ${said(ready)}${reasons === undefined ? '' : ` (${reasons})`}`]),
    ...(metricsFault === undefined ? [] : [`metrics: ${metricsFault}`]),
    ...redirectsWrong,
  ];
  if (faults.length > 0) out.line(`${at} ${faults.join(' · ')}`);
}

function saySummary(summary: WatchSummary, out: Output): void {
  const { from, to, looks, looksNotReady, looksUnanswered, requests, byStatus, p95Seconds, restarts } =
    summary;
  const list = (sums: Readonly<Record<string, number>>): string =>
    Object.entries(sums)
      .map(([status, many]) => `${status}: ${count(many)}`)
      .join(', ') || 'none';
  out.line(
    `${count(looks)} looks from ${from} to ${to}: ${count(looksUnanswered)} without an answer, ${count(looksNotReady)} not ready, ${count(restarts)} restarts`,
  );
  out.line(
    `${count(requests)} requests (${list(byStatus)})${p95Seconds === undefined ? '' : `, 95 % of all answers within ${p95Seconds ?? 'more than 5'} s`}`,
  );
  out.line(`sign-ins ${list(summary.signIns)} · GitHub ${list(summary.oauth)} · SAML ${list(summary.saml)}`);
}

async function readRedirects(path: string): Promise<UrlExample[]> {
  try {
    const examples = parseUrlExamples(await readFile(path, 'utf8'));
    if (examples.length > 0) return examples;
    throw new TypeError('there is no address in it');
  } catch (cause) {
    throw new CutoverError('redirects-unreadable', `${path}: ${messageOf(cause)}`, {
      next: 'give lines of URL, status and Location, separated by tabs',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share from 0 to 1, e.g. 0.05.');
}

function looks(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
