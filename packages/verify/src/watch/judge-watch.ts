import { type Check, concludeCheck, type Finding } from '@cutover/core';
import type { Sample } from './parse-metrics.ts';
import {
  isRequest,
  isServerError,
  type Look,
  type Watched,
  type WatchKind,
  type WatchRoutes,
  type WatchThresholds,
} from './watch-target.ts';

/** The questions of a watch, each answered by itself. */
export function judgeWatch(
  watched: Watched,
  thresholds: WatchThresholds,
  routes: WatchRoutes,
  notUsed: readonly WatchKind[],
): Check[] {
  const kinds = kindsOf(routes);
  const isFailure = ({ labels }: Sample): boolean => /^[45]/.test(labels['status'] ?? '');
  const optional: readonly (ShareQuestion & { readonly kind: WatchKind })[] = [
    {
      kind: 'sign-in',
      id: 'watch-sign-in',
      title: 'People can sign in',
      where: kinds.signIn,
      isFailure,
      max: thresholds.maxSignInFailures,
    },
    {
      kind: 'oauth',
      id: 'watch-oauth',
      title: 'People come back from GitHub signed in',
      where: kinds.oauth,
      isFailure,
      max: thresholds.maxOauthFailures,
    },
    {
      kind: 'saml',
      id: 'watch-saml',
      title: 'Sign-ins to other services through the site succeed',
      where: kinds.saml,
      isFailure,
      max: thresholds.maxSamlFailures,
    },
  ];
  return [
    judgeLooks(watched, thresholds, {
      id: 'watch-alive',
      title: 'The site answers at every look',
      statusOf: ({ alive }) => alive,
    }),
    judgeLooks(watched, thresholds, {
      id: 'watch-ready',
      title: 'The site says at every look that it is ready',
      statusOf: ({ ready }) => ready,
    }),
    judgeShare(watched, {
      id: 'watch-errors',
      title: 'Requests are not answered by errors of the server',
      where: kinds.all,
      isFailure: isServerError,
      max: thresholds.maxServerErrors,
    }),
    ...optional
      .filter(({ kind }) => !notUsed.includes(kind))
      .map((question) => judgeShare(watched, question)),
    ...(notUsed.includes('redirects') ? [] : [judgeRedirects(watched)]),
  ];
}

function kindsOf({ requests, signIn, oauth, saml, alive, ready, metrics }: WatchRoutes) {
  const is = isRequest(requests);
  const route = ({ labels }: Sample): string => labels['route'] ?? '';
  // What the watch itself asks for is no request of anybody's; a site that is not ready says so by 503.
  const own = new Set([alive, ready, metrics]);
  return {
    all: (sample: Sample) => is(sample) && !own.has(route(sample)),
    signIn: (sample: Sample) =>
      is(sample) && signIn.test(route(sample)) && sample.labels['method'] === 'POST',
    oauth: (sample: Sample) => is(sample) && oauth.test(route(sample)),
    saml: (sample: Sample) => is(sample) && saml.test(route(sample)),
  };
}

interface LookQuestion {
  readonly id: string;
  readonly title: string;
  readonly statusOf: (look: Look) => number | undefined;
}

function judgeLooks(
  { looks, cut }: Watched,
  { maxInARow }: WatchThresholds,
  { id, title, statusOf }: LookQuestion,
): Check {
  const findings: Finding[] = [];
  const answered = looks.filter((look) => statusOf(look) !== undefined).length;
  let spell: Look[] = [];
  const end = (): void => {
    if (spell.length > maxInARow) findings.push(findingOf(id, spell, statusOf));
    spell = [];
  };
  for (const look of looks) {
    if (statusOf(look) === 200) end();
    else spell.push(look);
  }
  end();
  return concludeCheck({
    id,
    title,
    looked: answered,
    expected: 200,
    actual: looks.at(-1) === undefined ? undefined : (statusOf(looks.at(-1)!) ?? 'no answer'),
    // Of a site that never answered from here nothing is known, the way there included.
    findings: answered === 0 ? [] : findings,
    evidence: { looks: looks.length, answered },
    couldNotTell:
      answered === 0
        ? 'the site did not answer once'
        : cut
          ? 'the watch was cut off before its end'
          : undefined,
  });
}

function findingOf(id: string, spell: readonly Look[], statusOf: LookQuestion['statusOf']): Finding {
  const [first, last] = [spell[0]!, spell.at(-1)!];
  const status = statusOf(first);
  const reasons = first.reasons === undefined || id === 'watch-alive' ? '' : `: ${first.reasons}`;
  return {
    code: status === undefined ? 'no-answer' : 'not-well',
    message: `${status === undefined ? 'no answer' : `it answers ${status}`} at ${spell.length} looks, from ${first.at} to ${last.at}${reasons}`,
    expected: 200,
    actual: status ?? 'no answer',
  };
}

interface ShareQuestion {
  readonly id: string;
  readonly title: string;
  readonly where: (sample: Sample) => boolean;
  readonly isFailure: (sample: Sample) => boolean;
  /** Share of failures that is let pass. */
  readonly max: number;
}

function judgeShare(watched: Watched, { id, title, where, isFailure, max }: ShareQuestion): Check {
  const { increases, metricsRead, looks } = watched;
  const total = increases.sum(where);
  const failed = increases.sum((sample) => where(sample) && isFailure(sample));
  const share = total === 0 ? 0 : failed / total;
  const byStatus = increases.by('status', where);
  const unread = looks.find(({ metricsFault }) => metricsFault !== undefined)?.metricsFault;
  const why =
    metricsRead < 2
      ? `its counters were read ${metricsRead} times${unread === undefined ? '' : ` (${unread})`}: two looks are needed`
      : total === 0
        ? 'nobody did this within the window'
        : undefined;
  const isOver = total > 0 && share > max;
  return concludeCheck({
    id,
    title,
    looked: total,
    expected: `at most ${percent(max)} of them fail`,
    actual: total === 0 ? 'nobody did this' : `${failed} of ${total} failed (${percent(share)})`,
    findings: isOver
      ? [
          {
            code: 'too-many-failures',
            message: `${failed} of ${total} requests failed, ${percent(share)} where ${percent(max)} are let pass; failing routes: ${JSON.stringify(increases.by('route', (sample) => where(sample) && isFailure(sample)))}`,
            expected: max,
            actual: share,
            next: 'look at the site’s log for these routes, and decide whether to go back',
          },
        ]
      : [],
    evidence: { total, failed, byStatus, restarts: increases.resets },
    couldNotTell: why ?? (watched.cut ? 'the watch was cut off before its end' : undefined),
  });
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function judgeRedirects({ looks, redirectsAsked, cut }: Watched): Check {
  const wrong = looks.flatMap(({ redirectsWrong, at }) => redirectsWrong.map((message) => ({ message, at })));
  const unanswered = looks.reduce((sum, look) => sum + look.redirectsUnanswered, 0);
  return concludeCheck({
    id: 'watch-redirects',
    title: 'Legacy addresses lead where they have to',
    looked: redirectsAsked - unanswered,
    expected: 0,
    actual: wrong.length,
    findings: wrong.map(({ message, at }) => ({ code: 'redirect-wrong', message: `${message}, at ${at}` })),
    evidence: { asked: redirectsAsked, unanswered },
    couldNotTell:
      unanswered > 0
        ? `${unanswered} of ${redirectsAsked} were not answered`
        : cut
          ? 'the watch was cut off before its end'
          : undefined,
  });
}

/** The window in figures, for the summary of the first hour. */
export interface WatchSummary {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly looks: number;
  readonly looksNotReady: number;
  readonly looksUnanswered: number;
  readonly requests: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Seconds below which 95 of 100 answers took, as far as the histogram's buckets tell; null: longer than its largest. */
  readonly p95Seconds: number | null | undefined;
  readonly signIns: Readonly<Record<string, number>>;
  readonly oauth: Readonly<Record<string, number>>;
  readonly saml: Readonly<Record<string, number>>;
  readonly restarts: number;
}

export function summariseWatch({ looks, increases }: Watched, routes: WatchRoutes): WatchSummary {
  const kinds = kindsOf(routes);
  return {
    from: looks[0]?.at,
    to: looks.at(-1)?.at,
    looks: looks.length,
    looksNotReady: looks.filter(({ ready }) => ready !== undefined && ready !== 200).length,
    looksUnanswered: looks.filter(({ alive }) => alive === undefined).length,
    requests: increases.sum(kinds.all),
    byStatus: increases.by('status', kinds.all),
    p95Seconds: quantile(
      increases.by('le', (sample) => sample.name === `${routes.requests}_bucket`),
      0.95,
    ),
    signIns: increases.by('status', kinds.signIn),
    oauth: increases.by('status', kinds.oauth),
    saml: increases.by('status', kinds.saml),
    restarts: increases.resets,
  };
}

/** The bound of the first bucket that holds so much of all; buckets count what is below them as well. */
function quantile(buckets: Readonly<Record<string, number>>, share: number): number | null | undefined {
  const total = buckets['+Inf'];
  if (total === undefined || total === 0) return undefined;
  const bounds = Object.keys(buckets)
    .filter((bound) => bound !== '+Inf')
    .sort((a, b) => Number(a) - Number(b));
  const found = bounds.find((bound) => buckets[bound]! >= share * total);
  return found === undefined ? null : Number(found);
}
