import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '@cutover/core';
import type { UrlExample } from '@cutover/records';
import { type Answer, Site } from '../http.ts';
import { Increases } from './increases.ts';
import { judgeWatch } from './judge-watch.ts';
import { parseMetrics, type Sample } from './parse-metrics.ts';

/** How much of what may go wrong is still well. Shares are of the requests of that kind within the window. */
export interface WatchThresholds {
  /** Share of requests answered by 5xx. */
  readonly maxServerErrors: number;
  /** Share of sign-ins that are refused: people mistype, so that it is never 0. */
  readonly maxSignInFailures: number;
  readonly maxOauthFailures: number;
  readonly maxSamlFailures: number;
  /**
   * Looks in a row at which the site may be not ready, or not answer. Two by default: a lost packet or a process that is
   * started again takes one look or two; at the third, a minute later, people have noticed. What it answered with
   * errors meanwhile counts among these.
   */
  readonly maxInARow: number;
}

export const defaultThresholds: WatchThresholds = {
  maxServerErrors: 0.01,
  maxSignInFailures: 0.3,
  maxOauthFailures: 0.1,
  maxSamlFailures: 0.05,
  maxInARow: 2,
};

export type WatchKind = 'sign-in' | 'oauth' | 'saml' | 'redirects';

/** What the site is asked, and which of its routes mean what. */
export interface WatchRoutes {
  readonly alive: string;
  readonly ready: string;
  readonly metrics: string;
  /** Histogram of requests with the labels `method`, `route` and `status`. */
  readonly requests: string;
  readonly signIn: RegExp;
  readonly oauth: RegExp;
  readonly saml: RegExp;
}

export const defaultRoutes: WatchRoutes = {
  alive: '/api/health',
  ready: '/api/health/ready',
  metrics: '/metrics',
  requests: 'http_request_duration_seconds',
  signIn: /\/auth\/sign-in$/,
  oauth: /\/auth\/github\/callback$/,
  saml: /\/saml\//,
};

export interface WatchInput {
  readonly url: string;
  readonly via?: string | undefined;
  readonly windowMs: number;
  readonly intervalMs: number;
  /** Ends the window after so many looks, where it is not over before. */
  readonly maxLooks?: number;
  readonly thresholds?: Partial<WatchThresholds>;
  readonly routes?: Partial<WatchRoutes>;
  /** Addresses with what they have to answer; some of them are asked at every look, in turn. */
  readonly redirects?: readonly UrlExample[];
  readonly redirectsPerLook?: number;
  /** What this site does not do, or what is not looked at: left out. All else that nobody did is unknown. */
  readonly notUsed?: readonly WatchKind[];
  readonly onLook?: (look: Look) => void;
  readonly signal?: AbortSignal;
  /** Ends the window as soon as the site was away or not ready for longer than is let pass. */
  readonly untilDown?: boolean;
  /** Waits between two looks instead of the timer; what it throws ends the watch without a verdict. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** One look at the site. */
export interface Look {
  readonly at: string;
  /** Status, or undefined where there was no answer. */
  readonly alive: number | undefined;
  readonly ready: number | undefined;
  /** What it says about itself where it is not ready. */
  readonly reasons?: string;
  /** Why its counters could not be read, where they could not. */
  readonly metricsFault?: string;
  readonly redirectsWrong: readonly string[];
  /** Addresses that were not answered at all: nothing is known of them. */
  readonly redirectsUnanswered: number;
  /** Requests that the site counted until then, since the first look. */
  readonly requests: number;
  readonly serverErrors: number;
}

/** What the looks of a window came to. */
export interface Watched {
  readonly looks: readonly Look[];
  readonly increases: Increases;
  /** Looks at which counters were read: two are needed to tell what went up. */
  readonly metricsRead: number;
  readonly redirectsAsked: number;
  readonly cut: boolean;
}

/**
 * Looks at the site again and again for as long as the window is, and judges it by thresholds. The counters are
 * compared with those of the first look; a site that was started again goes on counting.
 */
export async function watchTarget(input: WatchInput): Promise<{ checks: Check[]; watched: Watched }> {
  const routes = { ...defaultRoutes, ...input.routes };
  const watcher = new Watcher(input, routes);
  const { signal } = input;
  const thresholds = { ...defaultThresholds, ...input.thresholds };
  const pause =
    input.pause ??
    ((ms: number) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined));
  // By the steady clock: one that is set right meanwhile makes the window neither shorter nor longer.
  const until = performance.now() + input.windowMs;
  for (let looks = 1; ; looks++) {
    const next = performance.now() + input.intervalMs;
    await watcher.look();
    if (looks === input.maxLooks || next > until || isAborted(signal)) break;
    if (input.untilDown === true && watcher.downInARow > thresholds.maxInARow) break;
    await pause(Math.max(0, next - performance.now()));
    if (isAborted(signal)) break;
  }
  const watched = watcher.watched(isAborted(signal));
  return { checks: judgeWatch(watched, thresholds, routes, input.notUsed ?? []), watched };
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

class Watcher {
  readonly #input: WatchInput;
  readonly #routes: WatchRoutes;
  readonly #increases = new Increases();
  readonly #looks: Look[] = [];
  #metricsRead = 0;
  #asked = 0;

  constructor(input: WatchInput, routes: WatchRoutes) {
    this.#input = input;
    this.#routes = routes;
  }

  /** Looks in a row, up to the last, at which the site was away or not ready. */
  get downInARow(): number {
    const well = this.#looks.findLastIndex(({ alive, ready }) => alive === 200 && ready === 200);
    return this.#looks.length - 1 - well;
  }

  watched(cut: boolean): Watched {
    return {
      looks: this.#looks,
      increases: this.#increases,
      metricsRead: this.#metricsRead,
      redirectsAsked: this.#asked,
      cut,
    };
  }

  /** A connection of its own for each look: a site that was away is found again. */
  async look(): Promise<void> {
    const { url, via, onLook } = this.#input;
    const site = new Site(url, { via, timeoutMs: 15_000 });
    try {
      const { alive, ready, metrics, requests } = this.#routes;
      const [isAlive, isReady, told] = await Promise.all(
        [alive, ready, metrics].map((path) => site.request(path)),
      );
      const metricsFault = this.#count(told);
      const redirects = await this.#redirects(site);
      const isCounted = isRequest(requests);
      const look: Look = {
        at: new Date().toISOString(),
        alive: isAlive?.status,
        ready: isReady?.status,
        ...(isReady === undefined || isReady.status === 200 ? {} : { reasons: reasonsOf(isReady.body) }),
        ...(metricsFault === undefined ? {} : { metricsFault }),
        ...redirects,
        requests: this.#increases.sum(isCounted),
        serverErrors: this.#increases.sum((sample) => isCounted(sample) && isServerError(sample)),
      };
      this.#looks.push(look);
      onLook?.(look);
    } finally {
      await site.close();
    }
  }

  /** Why the counters could not be read, where they could not. */
  #count(answer: Answer | undefined): string | undefined {
    if (answer === undefined) return 'no answer';
    if (answer.status !== 200) return `it answers ${answer.status}`;
    const samples = parseMetrics(answer.body);
    if (samples === undefined) return 'it is no text of metrics';
    const { requests } = this.#routes;
    this.#increases.add(
      samples.filter(({ name }) => name === `${requests}_count` || name === `${requests}_bucket`),
    );
    this.#metricsRead++;
    return undefined;
  }

  async #redirects(site: Site): Promise<Pick<Look, 'redirectsWrong' | 'redirectsUnanswered'>> {
    const { redirects = [], redirectsPerLook = 10 } = this.#input;
    const some = pick(redirects, this.#asked, redirectsPerLook);
    this.#asked += some.length;
    const judged = await Promise.all(some.map((example) => judgeRedirect(site, example)));
    const redirectsUnanswered = judged.filter((one) => one === 'unanswered').length;
    return {
      redirectsWrong: judged.filter((one) => one !== 'right' && one !== 'unanswered'),
      redirectsUnanswered,
    };
  }
}

export const isRequest =
  (name: string) =>
  (sample: Sample): boolean =>
    sample.name === `${name}_count`;

export const isServerError = ({ labels }: Sample): boolean => /^5/.test(labels['status'] ?? '');

function pick<T>(all: readonly T[], from: number, many: number): T[] {
  return Array.from({ length: Math.min(many, all.length) }, (_, i) => all[(from + i) % all.length]!);
}

/** What is wrong with an answer, in words, where anything is. */
async function judgeRedirect(site: Site, { url, status, location }: UrlExample): Promise<string> {
  const path = url.startsWith('/') ? url : new URL(url).pathname + new URL(url).search;
  const answer = await site.request(path);
  if (answer === undefined) return 'unanswered';
  const to = answer.location === undefined ? undefined : relative(answer.location, site.origin);
  if (answer.status === status && (location === undefined || to === location)) return 'right';
  return `${path}: ${answer.status} ${to ?? ''}, not ${status} ${location ?? ''}`;
}

/** A location on the site itself without its origin. */
function relative(location: string, origin: string): string {
  return location.startsWith(`${origin}/`) ? location.slice(origin.length) : location;
}

function reasonsOf(body: string): string {
  try {
    const { reasons } = JSON.parse(body) as { reasons?: unknown };
    if (Array.isArray(reasons)) return reasons.map(String).join('; ').slice(0, 500);
  } catch {
    // Not JSON: what there is is said.
  }
  return body.slice(0, 200);
}
