import type { StoredRecord } from './target.ts';

/** Finds records by the indexes their sheets declare. */
export interface RecordFinder {
  byId(sheet: string, id: string): StoredRecord | undefined;
  find(sheet: string, index: string, value: string): StoredRecord | undefined;
}

/** A request as the legacy site saw it: `path` percent-decoded per segment, without trailing slash. */
export interface LegacyRequest {
  /** Lower case, without port; absent where it is not known. For systems that answer under several names. */
  readonly host?: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** What the new site answers to a legacy URL; undefined where the URL is not a legacy one. */
export type LegacyAnswer =
  | { readonly status: 301 | 302; readonly location: string }
  | { readonly status: 410; readonly reason: string }
  | { readonly status: 404 }
  | undefined;

/** A legacy URL that a source row implies, with the answer that the new site owes it. */
export interface ImpliedUrl {
  /** Path and query; absolute where the host decides what it means. */
  readonly url: string;
  readonly rule: string;
  /** 200: the URL is canonical already. */
  readonly status: 200 | 301 | 302;
  /** Exact `Location`; absent with 200. */
  readonly location?: string;
  /** Text that the page behind it must contain, e.g. the record's id. */
  readonly marker: string;
}

/** One line of the hand-written file that the rules are held against. */
export interface UrlExample {
  /** Path and query; absolute where the host decides what it means. */
  readonly url: string;
  readonly status: number;
  readonly location?: string;
}

/** What somebody has decided about legacy URLs that no rule knows. */
export interface UrlDecision {
  /** A path with or without query, or the beginning of one with `*` at the end. */
  readonly pattern: string;
  readonly decision: 'redirect' | 'archive' | 'gone';
  /** Exact `Location`; an archive without one is kept at its address. */
  readonly to?: string;
}

export interface UrlRules {
  /** Query parameters that change what is answered; a log's URLs are counted by these alone. */
  readonly parameters?: readonly string[];
  /** Decided URLs; they go before the rules where answers are verified. */
  readonly decisions?: readonly UrlDecision[];
  /** The new site's answer to a legacy URL. */
  resolve(request: LegacyRequest, records: RecordFinder): LegacyAnswer;
  /** Hand-written records and the answers expected with them; never derived from the rules. */
  readonly examples: {
    readonly records: Readonly<Record<string, readonly StoredRecord[]>>;
    readonly cases: readonly UrlExample[];
  };
}

const absolute = /^https?:\/\/(?<authority>[^/?#]+)(?<path>.*)$/is;

/**
 * Splits a request target into what URL rules work on. Undecodable escapes are kept as they are. The host
 * of an absolute URL goes before `host`, which is a `Host` header (RFC 9112 §3.2.2).
 */
export function parseLegacyRequest(target: string, host?: string): LegacyRequest {
  // Servers parse every request, and nearly all are a plain path: regular expressions are for the others.
  const { authority = host, path = target } = target.startsWith('/')
    ? {}
    : (absolute.exec(target)?.groups ?? {});
  const whole = path.includes('#') ? path.slice(0, path.indexOf('#')) : path;
  const mark = whole.indexOf('?');
  const segments: string[] = [];
  for (const part of (mark === -1 ? whole : whole.slice(0, mark)).split('/')) {
    if (part !== '') segments.push(part.includes('%') ? decodeSegment(part) : part);
  }
  const query = new URLSearchParams(mark === -1 ? '' : whole.slice(mark + 1));
  const name = authority === undefined ? '' : hostName(authority);
  return name === '' ? { segments, query } : { host: name, segments, query };
}

function hostName(authority: string): string {
  const name =
    authority.includes('@') || authority.includes(':') ? authority.replace(/^.*@|:\d*$/g, '') : authority;
  return name.toLowerCase();
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * A hand-written list of legacy URLs: lines of URL, status and Location, separated by tabs; `#` starts a
 * comment. Throws a TypeError where a line is no case.
 */
export function parseUrlExamples(text: string): UrlExample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [url = '', status = '', location] = line.split('\t');
      if (!/^(?:https?:\/)?\//.test(url) || !/^\d{3}$/.test(status)) throw new TypeError(`no case: ${line}`);
      return { url, status: Number(status), ...(location === undefined ? {} : { location }) };
    });
}
