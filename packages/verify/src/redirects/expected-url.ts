/** A legacy URL and what the new site owes it. `ImpliedUrl` of a profile is one. */
export interface ExpectedUrl {
  /** Path and query, or an absolute URL whose host decides what it means. */
  readonly url: string;
  /** What the expectation comes from, e.g. a URL rule or a pattern of paths. */
  readonly rule: string;
  /** Undefined: nobody has decided yet. */
  readonly status: number | undefined;
  /** Exact `Location` of a redirect; a path stands for the site's own. */
  readonly location?: string;
  /** Text that the page behind it must contain; absent where nothing names the right record. */
  readonly marker?: string;
  /** How often people asked for it; absent counts as once. */
  readonly hits?: number;
  /** Somebody has decided this in a mapping file. */
  readonly decided?: boolean;
  /** Where the site has no such page (404), it is nobody's mistake and has to be decided. */
  readonly orUndecided?: boolean;
  /** What could be decided about a URL without a status. */
  readonly suggestion?: Suggestion;
}

export interface Suggestion {
  readonly decision: 'redirect' | 'archive' | 'gone';
  readonly to?: string;
  readonly because: string;
}

/** The legacy URLs of one source row, or of one line of a file. */
export interface RowUrls {
  readonly row: string;
  readonly urls: readonly ExpectedUrl[];
}

export type UrlResult = 'verified' | 'failed' | 'unknown' | 'undecided';

/** What became of one URL. */
export interface JudgedUrl {
  readonly row: string;
  readonly expected: ExpectedUrl;
  readonly result: UrlResult;
  readonly status?: number | undefined;
  readonly location?: string | undefined;
  /** Code and sentence of what is wrong. */
  readonly code?: string;
  readonly message?: string;
  /** What it should have been and was, for the finding. */
  readonly wanted?: unknown;
  readonly got?: unknown;
  readonly legacy?: LegacySaid;
}

/** What the old site answers: after its own redirects, a page, a refusal to show it (401, 403), or none. */
export interface LegacySaid {
  /** Of its first answer. */
  readonly status: number;
  readonly location: string | undefined;
  readonly gave: 'page' | 'denied' | 'none' | 'refused';
  /** Where its redirects end: a path of its own or an address elsewhere; absent where it does not redirect. */
  readonly final?: string;
}
