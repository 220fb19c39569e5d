import type { Answer, AskOptions } from '../http.ts';
import type { ExpectedUrl, JudgedUrl } from './expected-url.ts';
import { isLocation, requestTarget, resolveLocation } from './locations.ts';

/** Asks a site: `path` of the site itself, or an absolute URL of it or of another host. */
export type Ask = (target: string, options?: AskOptions) => Promise<Answer | undefined>;

export interface JudgeInput {
  readonly origin: string;
  /** The legacy URL itself. */
  readonly ask: Ask;
  /** A page behind it; may remember what it was told before. */
  readonly page: Ask;
  /** Whether the site answers 200 to anything: a page without a marker then proves nothing. */
  readonly catchAll: boolean;
}

type Verdict = Omit<JudgedUrl, 'row' | 'expected'>;

/** Holds the answer to one URL against what the new site owes it. */
export async function judge(expected: ExpectedUrl, input: JudgeInput): Promise<Verdict> {
  const { status, url } = expected;
  if (status === undefined) return { result: 'undecided' };
  const answer = await (status === 200 ? input.page : input.ask)(requestTarget(url));
  if (answer === undefined) return { result: 'unknown' };
  const seen = { status: answer.status, location: answer.location };
  if (answer.status === 404 && expected.orUndecided === true) return { ...seen, result: 'undecided' };
  if (answer.status !== status) {
    return {
      ...seen,
      ...failed(
        'redirect-wrong-status',
        `answers ${answer.status}, must answer ${status}`,
        status,
        answer.status,
      ),
    };
  }
  if (status === 200) return { ...seen, ...judgePage(answer, url, expected, input) };
  if (status < 300 || status > 399) return { ...seen, result: 'verified' };
  return { ...seen, ...(await judgeRedirect(answer, expected, input)) };
}

async function judgeRedirect(answer: Answer, expected: ExpectedUrl, input: JudgeInput): Promise<Verdict> {
  const { origin } = input;
  const { url } = expected;
  const { location } = answer;
  const wanted = expected.location!;
  const there = resolveLocation(location ?? '', new URL(url, origin).href);
  if (location !== undefined && there !== undefined) {
    if (sameAddress(there, new URL(url, origin))) {
      return failed('redirect-loop', 'leads to itself', wanted, location);
    }
    if (origin.startsWith('https:') && there.protocol === 'http:' && !wanted.startsWith('http:')) {
      return failed('redirect-downgrade', `leads from HTTPS to ${location}`, wanted, location);
    }
  }
  if (!isLocation(location, wanted, origin, url)) {
    return failed(
      'redirect-wrong-location',
      `leads to ${location}, must lead to ${wanted}`,
      wanted,
      location,
    );
  }
  const target = requestTarget(wanted);
  const page = await input.page(target);
  if (page === undefined) return { result: 'unknown' };
  if (page.status >= 300 && page.status < 400) {
    const next = resolveLocation(page.location ?? '', new URL(target, origin).href);
    const loops = next !== undefined && [url, target].some((at) => sameAddress(next, new URL(at, origin)));
    return loops
      ? failed('redirect-loop', `${wanted} leads back to ${page.location}`, wanted, page.location)
      : failed('redirect-second-hop', `${wanted} leads on to ${page.location}`, wanted, page.location);
  }
  if (page.status !== 200) {
    return failed('redirect-target-not-200', `${wanted} answers ${page.status}`, 200, page.status);
  }
  return judgePage(page, wanted, expected, input);
}

function judgePage(page: Answer, at: string, { marker }: ExpectedUrl, { catchAll }: JudgeInput): Verdict {
  if (marker === undefined) return { result: catchAll ? 'unknown' : 'verified' };
  if (page.body.includes(marker)) return { result: 'verified' };
  return failed('redirect-wrong-record', `${at} does not name the right record`, marker, undefined);
}

function failed(code: string, message: string, wanted: unknown, got: unknown): Verdict {
  return { result: 'failed', code, message, wanted, got };
}

function sameAddress(a: URL, b: URL): boolean {
  return a.origin === b.origin && a.pathname === b.pathname && a.search === b.search;
}
