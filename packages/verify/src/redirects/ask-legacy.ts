import type { Site } from '../http.ts';
import type { JudgedUrl, LegacySaid } from './expected-url.ts';
import { requestTarget, resolveLocation } from './locations.ts';

const maxHops = 5;

/**
 * Asks the old site for the same URL. Where it gives a page and the new site owes none (404), that is a
 * loss; where it has none either, there is nothing to decide. A decision to let it go is not questioned.
 */
export async function askLegacy(judged: JudgedUrl, site: Site): Promise<JudgedUrl> {
  const { expected, result } = judged;
  const legacy = await said(site, expected.url);
  if (legacy.gave === 'refused')
    return { ...judged, legacy, result: result === 'verified' ? 'unknown' : result };
  if (legacy.gave === 'none' && result === 'undecided') return { ...judged, legacy, result: 'verified' };
  if (legacy.gave === 'page' && result === 'verified' && expected.status === 404) {
    return {
      ...judged,
      legacy,
      result: 'failed',
      code: 'redirect-page-lost',
      message: 'the old site has a page there, the new one answers 404',
      wanted: 'a page, a redirect, or 410',
      got: 404,
    };
  }
  return { ...judged, legacy };
}

async function said(site: Site, url: string): Promise<LegacySaid> {
  let at = new URL(requestTarget(url), site.origin);
  let first: { status: number; location: string | undefined } | undefined;
  for (let hop = 0; hop <= maxHops; hop++) {
    const headers = at.origin === site.origin ? {} : { host: at.host };
    const answer = await site.request(`${at.pathname}${at.search}`, { headers });
    if (answer === undefined) return { ...(first ?? { status: 0, location: undefined }), gave: 'refused' };
    first ??= { status: answer.status, location: answer.location };
    if (answer.status >= 500) return { ...first, gave: 'refused' };
    if (answer.status >= 400) return { ...first, gave: 'none' };
    if (answer.status < 300 || answer.status === 304) return { ...first, gave: 'page' };
    const next = resolveLocation(answer.location ?? '', at.href);
    // What another host answers is not the old site's word.
    if (next === undefined || next.host !== at.host) return { ...first, gave: 'page' };
    at = next;
  }
  return { ...first!, gave: 'none' };
}
