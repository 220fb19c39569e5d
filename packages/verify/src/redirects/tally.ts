import { FindingList } from '@cutover/core';
import type { JudgedUrl, UrlResult } from './expected-url.ts';

/** URLs and hits by what became of them. */
export type Counts = Record<UrlResult, number>;

export interface PatternRow {
  readonly urls: Counts;
  readonly hits: Counts;
}

/** Kept of the URLs that are not verified, those with most hits. */
const topKept = 100;
/** Patterns of paths beyond these are counted together: robots ask for anything. */
const maxPatterns = 500;
const otherPatterns = '(other patterns)';

/** Adds up results in memory that does not grow with the number of URLs. */
export class Tally {
  readonly urls: Counts = zero();
  readonly hits: Counts = zero();
  readonly patterns = new Map<string, PatternRow>();
  readonly findings = new FindingList();
  /** Failed and undecided ones, most hits first once `top()` is called. */
  #top: JudgedUrl[] = [];
  #legacyKnewNone = 0;
  readonly #pairs = new Map<string, number>();
  #withoutMarker = 0;

  add(judged: JudgedUrl): void {
    const { expected, result } = judged;
    const hits = expected.hits ?? 1;
    const row = this.#rowOf(expected.rule);
    this.urls[result]++;
    this.hits[result] += hits;
    row.urls[result]++;
    row.hits[result] += hits;
    if (result === 'verified' && expected.marker === undefined && expected.status !== 410)
      this.#withoutMarker++;
    if (judged.legacy?.gave === 'none' && result === 'verified') this.#legacyKnewNone++;
    if (judged.legacy !== undefined && judged.status !== undefined) {
      const pair = `${judged.legacy.status} is now ${judged.status}`;
      this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
    }
    if (result === 'failed' || result === 'undecided') {
      this.findings.add(findingOf(judged));
      this.#keep(judged);
    }
  }

  get looked(): number {
    return this.urls.verified + this.urls.failed + this.urls.undecided;
  }

  /** Not verified, by hits. */
  top(): readonly JudgedUrl[] {
    return (this.#top = this.#top.sort(byHits).slice(0, topKept));
  }

  /** `99.31 %`, rounded down: no more than that was verified. */
  share(): string | undefined {
    const total = sum(this.hits);
    return total === 0 ? undefined : percent(this.hits.verified, total);
  }

  evidence(): Record<string, unknown> {
    return {
      urls: this.urls,
      hits: this.hits,
      hitsVerified: this.share(),
      perRule: Object.fromEntries(this.patterns),
      verifiedWithoutMarker: this.#withoutMarker,
      topByHits: this.top()
        .slice(0, 20)
        .map(({ expected, result, code }) => ({ url: expected.url, hits: expected.hits ?? 1, result, code })),
      ...(this.#pairs.size === 0 ? {} : { statusOfOldAndNew: Object.fromEntries(this.#pairs) }),
      ...(this.#legacyKnewNone === 0 ? {} : { legacyHasNoSuchPage: this.#legacyKnewNone }),
    };
  }

  #rowOf(rule: string): PatternRow {
    const name = this.patterns.has(rule) || this.patterns.size < maxPatterns ? rule : otherPatterns;
    let row = this.patterns.get(name);
    if (row === undefined) this.patterns.set(name, (row = { urls: zero(), hits: zero() }));
    return row;
  }

  #keep(judged: JudgedUrl): void {
    this.#top.push(judged);
    if (this.#top.length >= topKept * 10) this.top();
  }
}

export function percent(part: number, total: number): string {
  return `${(Math.floor((part / total) * 10_000) / 100).toFixed(2)} %`;
}

export function sum(counts: Counts): number {
  return counts.verified + counts.failed + counts.unknown + counts.undecided;
}

function zero(): Counts {
  return { verified: 0, failed: 0, unknown: 0, undecided: 0 };
}

function byHits(a: JudgedUrl, b: JudgedUrl): number {
  return (b.expected.hits ?? 1) - (a.expected.hits ?? 1);
}

function findingOf({ row, expected, result, code, message, wanted, got }: JudgedUrl) {
  const { url, suggestion, hits } = expected;
  if (result === 'failed') {
    return {
      code: code!,
      message: `${url} (${row}): ${message}`,
      subject: url,
      expected: wanted,
      actual: got,
    };
  }
  const to = suggestion?.to === undefined ? '' : ` to ${suggestion.to}`;
  return {
    code: 'redirect-undecided',
    message: `${url} (${row}): nobody has decided what becomes of it${hits === undefined ? '' : ` (${hits} hits)`}`,
    subject: url,
    next:
      suggestion === undefined
        ? 'decide redirect, archive or gone in the mapping file'
        : `decide in the mapping file; suggested: ${suggestion.decision}${to}, because ${suggestion.because}`,
  };
}
