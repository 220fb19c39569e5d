import {
  parseLegacyRequest,
  parseToml,
  RecordIndexes,
  type StoredRecord,
  type Target,
  type UrlDecision,
  type UrlRules,
} from '@cutover/records';
import type { PublicStore } from '@cutover/stores';
import type { ExpectedUrl } from './expected-url.ts';
import { Decisions } from './mapping.ts';
import { requestTarget } from './locations.ts';
import { Pages } from './pages.ts';
import { suggest } from './suggest.ts';

export interface RuleBookInput {
  readonly rules: UrlRules;
  readonly target: Target;
  readonly records: RecordIndexes;
  /** Decisions of a mapping file; they go before those of the profile, and both before its rules. */
  readonly decisions?: readonly UrlDecision[];
}

/** What the new site owes any legacy URL: by decision, by the profile's rules, or because it has such a page. */
export class RuleBook {
  readonly #rules: UrlRules;
  readonly #records: RecordIndexes;
  readonly #pages: Pages;
  readonly #own: Decisions;
  readonly #profile: Decisions;

  constructor({ rules, target, records, decisions = [] }: RuleBookInput) {
    this.#rules = rules;
    this.#records = records;
    this.#pages = new Pages(target, records);
    this.#own = new Decisions(decisions);
    this.#profile = new Decisions(rules.decisions ?? []);
  }

  /** Lines of the mapping file that decided nothing. */
  unusedDecisions(): string[] {
    return this.#own.unused();
  }

  readonly expect = (url: string, hits?: number): ExpectedUrl => {
    const base = { url, ...(hits === undefined ? {} : { hits }) };
    const decision = this.#own.find(url) ?? this.#profile.find(url);
    if (decision !== undefined) return { ...base, ...decided(decision, (to) => this.#pages.recordAt(to)) };
    const request = parseLegacyRequest(requestTarget(url));
    const rule = patternOf(request.segments);
    const answer = this.#rules.resolve(request, this.#records);
    if (answer !== undefined && answer.status === 410) return { ...base, rule, status: 410 };
    if (answer !== undefined && 'location' in answer)
      return { ...base, rule, status: answer.status, ...this.#to(answer.location) };
    const path = `/${request.segments.map(encodeURIComponent).join('/')}`;
    if (answer === undefined) {
      const marker = this.#pages.recordAt(path);
      if (marker !== undefined) return { ...base, rule, status: 200, marker };
      if (this.#pages.isList(path)) return { ...base, rule, status: 200 };
    }
    // Nothing here knows it, or the record it named is not there any more.
    return { ...base, rule, status: undefined, suggestion: suggest(request.segments, this.#pages) };
  };

  #to(location: string): { location: string; marker?: string } {
    return leadingTo(location, (path) => this.#pages.recordAt(path));
  }
}

type RecordAt = (path: string) => string | undefined;

function decided({ pattern, decision, to }: UrlDecision, recordAt: RecordAt): Omit<ExpectedUrl, 'url'> {
  const base = { rule: `decided ${decision}: ${pattern}`, decided: true };
  if (decision === 'gone') return { ...base, status: 410 };
  return to === undefined ? { ...base, status: 200 } : { ...base, status: 301, ...leadingTo(to, recordAt) };
}

function leadingTo(location: string, recordAt: RecordAt): { location: string; marker?: string } {
  const marker = recordAt(location.split(/[?#]/, 1)[0]!);
  return { location, ...(marker === undefined ? {} : { marker }) };
}

/** What a site is owed of which nothing is known but decisions: those, and a page at every other address. */
export class DecisionBook {
  readonly #decisions: Decisions;

  constructor(decisions: readonly UrlDecision[]) {
    this.#decisions = new Decisions(decisions);
  }

  unusedDecisions(): string[] {
    return this.#decisions.unused();
  }

  /** Where there is no page, it has to be decided. */
  readonly expect = (url: string, hits?: number): ExpectedUrl => {
    const base = { url, ...(hits === undefined ? {} : { hits }) };
    const decision = this.#decisions.find(url);
    if (decision !== undefined) return { ...base, ...decided(decision, () => undefined) };
    return { ...base, rule: 'a page', status: 200, orUndecided: true };
  };
}

/** The records of a branch in memory, for rules that look things up. Grows with the records. */
export async function readIndexes(
  store: PublicStore,
  branch: string,
  target: Target,
): Promise<RecordIndexes> {
  const indexes = new RecordIndexes(target.sheets);
  const known = new Set(target.sheets.map(({ name }) => name));
  for await (const { sheet, bytes } of store.readRecords(branch)) {
    if (known.has(sheet)) indexes.add(sheet, parseToml(bytes.toString()) as StoredRecord);
  }
  return indexes;
}

/** `/people/…` for `/people/jane`: what is counted together. */
function patternOf(segments: readonly string[]): string {
  const [first, ...rest] = segments;
  return first === undefined ? '/' : `/${encodeURIComponent(first)}${'/…'.repeat(Math.min(rest.length, 4))}`;
}
