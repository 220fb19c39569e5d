import { parseLegacyRequest, type RecordFinder, type UrlRules } from '@cutover/records';
import { locationFault } from './safe-location.ts';
import type { FoundFile, FoundList, PlacedRecord, SiteMap } from './site-map.ts';

export type Answer =
  | ({ readonly kind: 'record' } & PlacedRecord)
  | ({ readonly kind: 'file' } & FoundFile)
  | ({ readonly kind: 'list'; readonly query: URLSearchParams } & FoundList)
  | { readonly kind: 'home' }
  | { readonly kind: 'moved'; readonly status: 301 | 302; readonly location: string }
  | { readonly kind: 'gone'; readonly reason: string }
  /** `refused`: a legacy rule gave a Location that may not be sent, and why. */
  | { readonly kind: 'not-found'; readonly refused?: string };

export interface AnswerContext {
  readonly site: SiteMap;
  readonly urls: UrlRules;
  readonly records: RecordFinder;
  /** The `Host` header: old systems answered under several names, and browsers say here which one they mean. */
  readonly host?: string;
}

/**
 * What the site says to a request target. The order decides what shadows what:
 *
 * 1. a record, or its file, at its own path, so that no rule about old paths can make a record unreachable;
 * 2. the legacy rules, because they are narrower than lists (`/projects?ID=7` against `/projects`);
 * 3. a list, or the home page;
 * 4. not found.
 *
 * Where the target has a query the rules come before the record, because a rule may be about the query
 * alone (`/projects/x?format=rss`). A rule's 404 is an answer too: this was an old URL, and nothing has
 * taken its place. It yields to a record, not to a list. A rule that leads to where the request already is
 * has nothing to say.
 */
export function answerTo(target: string, { site, urls, records, host }: AnswerContext): Answer {
  const request = parseLegacyRequest(target, host);
  const { segments, query } = request;
  const found = site.record(segments);
  const record: Answer | undefined = found === undefined ? undefined : { kind: 'record', ...found };
  if (record !== undefined && query.size === 0) return record;
  const file = record === undefined ? site.file(segments) : undefined;
  if (file !== undefined) return { kind: 'file', ...file };
  const legacy = urls.resolve(request, records);
  if (legacy?.status === 410) return { kind: 'gone', reason: legacy.reason };
  if (legacy?.status === 404) return record ?? { kind: 'not-found' };
  if (legacy !== undefined && legacy.location !== target) {
    const refused = locationFault(legacy.location);
    return refused === undefined
      ? { kind: 'moved', status: legacy.status, location: legacy.location }
      : { kind: 'not-found', refused };
  }
  return currentAnswer(segments, query, site) ?? { kind: 'not-found' };
}

/** The same without the legacy rules: what `/api` answers, where nothing is legacy. */
export function apiAnswerTo(target: string, site: SiteMap): Answer {
  const { segments, query } = parseLegacyRequest(target);
  return currentAnswer(segments, query, site) ?? { kind: 'not-found' };
}

function currentAnswer(
  segments: readonly string[],
  query: URLSearchParams,
  site: SiteMap,
): Answer | undefined {
  const found = site.record(segments);
  if (found !== undefined) return { kind: 'record', ...found };
  const file = site.file(segments);
  if (file !== undefined) return { kind: 'file', ...file };
  const list = site.list(segments, query);
  if (list !== undefined) return { kind: 'list', query, ...list };
  return segments.length === 0 ? { kind: 'home' } : undefined;
}
