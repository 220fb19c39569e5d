import type { Site } from '../http.ts';
import type { JudgedUrl, LegacySaid } from './expected-url.ts';
import { isPath, requestTarget, resolveLocation } from './locations.ts';
import type { Ask } from './judge.ts';

const maxHops = 5;

export interface LegacyInput {
  /** The old site. */
  readonly site: Site;
  /** The new one. */
  readonly origin: string;
  readonly ask: Ask;
}

/**
 * Asks the old site for the same URL, and holds what the two answer against each other:
 *
 * - where the old one gives a page, the new one owes a page or a redirect, unless it was decided to let it go;
 * - where the old one redirects, both addresses lead to the same page of the new one;
 * - what the old one refuses to show (401, 403) the new one does not show either;
 * - where the old one has nothing, there is nothing to decide.
 *
 * Decisions of a mapping file are not questioned.
 */
export async function askLegacy(judged: JudgedUrl, input: LegacyInput): Promise<JudgedUrl> {
  const { expected, result, status = 0 } = judged;
  const legacy = await said(input, expected.url);
  const told: JudgedUrl = { ...judged, legacy };
  if (legacy.gave === 'refused') return { ...told, result: result === 'verified' ? 'unknown' : result };
  if (result === 'undecided') return undecided(told, legacy);
  if (result !== 'verified' || expected.decided === true) return told;
  if (legacy.gave === 'denied' && status < 400) {
    const message = `the old site refuses it with ${legacy.status}, the new one answers ${status}`;
    return failed(told, 'redirect-opened', message, legacy.status, status);
  }
  if (legacy.gave !== 'page') return told;
  if (status === 404) {
    const message = 'the old site has a page there, the new one answers 404';
    return failed(told, 'redirect-page-lost', message, 'a page, a redirect, or 410', status);
  }
  return status < 400 && legacy.final !== undefined ? compareTargets(told, legacy.final, input) : told;
}

function failed(judged: JudgedUrl, code: string, message: string, wanted: unknown, got: unknown): JudgedUrl {
  return { ...judged, result: 'failed', code, message, wanted, got };
}

function undecided(judged: JudgedUrl, { gave, final }: LegacySaid): JudgedUrl {
  if (gave === 'none') return { ...judged, result: 'verified' };
  const { expected } = judged;
  if (final === undefined) return judged;
  const suggestion = { decision: 'redirect', to: final, because: 'the old site leads there' } as const;
  return { ...judged, expected: { ...expected, suggestion } };
}

/** Both the URL and what the old site led to have to come to one address of the new site. */
async function compareTargets(judged: JudgedUrl, final: string, input: LegacyInput): Promise<JudgedUrl> {
  const { url } = judged.expected;
  const base = new URL(requestTarget(url), input.origin);
  const here = judged.location === undefined ? base : resolveLocation(judged.location, base.href);
  let there: URL | undefined = new URL(final, base.href);
  if (isPath(final)) {
    const answer = await input.ask(isPath(url) ? final : there.href);
    if (answer === undefined) return { ...judged, result: 'unknown' };
    if (answer.status >= 400) {
      const message = `the old site leads to ${final}, which the new one answers with ${answer.status}`;
      return failed(judged, 'redirect-legacy-target-lost', message, 'a page or a redirect', answer.status);
    }
    if (answer.status >= 300) there = resolveLocation(answer.location ?? '', there.href);
  }
  if (here !== undefined && there !== undefined && sameTarget(here, there)) return judged;
  const where = there === undefined ? final : there.origin === input.origin ? pathOf(there) : there.href;
  const message = `the old site leads to ${final}, now ${where}; the new one leads to ${judged.location ?? url}`;
  return failed(judged, 'redirect-legacy-differs', message, where, judged.location ?? url);
}

/** A query counts where the old site kept one. */
function sameTarget(here: URL, there: URL): boolean {
  return (
    here.origin === there.origin &&
    here.pathname === there.pathname &&
    (there.search === '' || here.search === there.search)
  );
}

const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`;

async function said({ site, origin }: LegacyInput, url: string): Promise<LegacySaid> {
  const start = new URL(requestTarget(url), site.origin);
  // Asked by its address, the old site may still call itself by the name that is to move.
  const hosts = new Set([start.host, new URL(origin).host]);
  let at = start;
  let first: { status: number; location: string | undefined } | undefined;
  const led = (to: URL): { final?: string } => {
    if (!hosts.has(to.host)) return { final: to.href };
    return pathOf(to) === pathOf(start) ? {} : { final: pathOf(to) };
  };
  for (let hop = 0; hop <= maxHops; hop++) {
    const headers = at.origin === site.origin ? {} : { host: at.host };
    const answer = await site.request(pathOf(at), { headers });
    if (answer === undefined) return { ...(first ?? { status: 0, location: undefined }), gave: 'refused' };
    const { status, location } = answer;
    first ??= { status, location };
    if (status >= 500) return { ...first, gave: 'refused' };
    if (status === 401 || status === 403) return { ...first, gave: 'denied' };
    if (status >= 400) return { ...first, gave: 'none' };
    if (status < 300 || status === 304) return { ...first, gave: 'page', ...led(at) };
    const next = resolveLocation(location ?? '', at.href);
    if (next === undefined) return { ...first, gave: 'page' };
    // What another host answers is not the old site's word: that it leads there is.
    if (!hosts.has(next.host)) return { ...first, gave: 'page', ...led(next) };
    at = next;
  }
  return { ...first!, gave: 'none' };
}
