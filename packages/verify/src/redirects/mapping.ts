import { CutoverError, exitCodes } from '@cutover/core';
import type { UrlDecision } from '@cutover/records';
import { readLines } from '../urls/read-lines.ts';
import { reduceQuery } from '../urls/reduce-query.ts';

const header = `# What becomes of legacy URLs that no rule knows: one a line, separated by tabs.
#   URL or beginning of one with * at the end, then
#   redirect  and where to: the new site answers 301 with exactly this Location
#   archive   and where to, or nothing: kept as it is, there (301) or at the same address (200)
#   gone      the new site answers 410`;

/** A mapping file. Throws CutoverError `mapping-line` for a line that is no decision, or decides again. */
export async function readMapping(path: string): Promise<UrlDecision[]> {
  const decisions: UrlDecision[] = [];
  const seen = new Map<string, number>();
  for await (const { text, number } of readLines(path)) {
    if (text.trim() === '' || text.startsWith('#')) continue;
    const [pattern = '', decision = '', to = ''] = text.split('\t').map((cell) => cell.trim());
    const bad = (why: string) => badLine(path, number, why);
    if (!pattern.startsWith('/')) throw bad('a pattern begins with /');
    if (decision !== 'redirect' && decision !== 'archive' && decision !== 'gone')
      throw bad(`${JSON.stringify(decision)} is no decision`);
    if (decision === 'redirect' && to === '') throw bad('a redirect needs where it leads to');
    if (decision === 'gone' && to !== '') throw bad('what is gone leads nowhere');
    if (to !== '' && !/^(?:\/(?!\/)|https?:\/\/)/.test(to)) throw bad(`${to} is no path and no URL`);
    const before = seen.get(pattern);
    if (before !== undefined) throw bad(`${pattern} is decided in line ${before} already`);
    seen.set(pattern, number);
    decisions.push({ pattern, decision, ...(to === '' ? {} : { to }) });
  }
  return decisions;
}

/** Finds decisions: an exact one first, then the longest beginning. Counts what each one decided. */
export class Decisions {
  readonly used = new Map<string, number>();
  readonly #exact = new Map<string, UrlDecision>();
  readonly #beginnings: UrlDecision[] = [];

  constructor(decisions: readonly UrlDecision[]) {
    for (const decision of decisions) {
      this.used.set(decision.pattern, 0);
      if (decision.pattern.endsWith('*')) this.#beginnings.push(decision);
      else this.#exact.set(decision.pattern, decision);
    }
    this.#beginnings.sort((a, b) => b.pattern.length - a.pattern.length);
  }

  find(url: string): UrlDecision | undefined {
    const found =
      this.#exact.get(url) ??
      this.#exact.get(reduceQuery(url, [])) ??
      this.#beginnings.find(({ pattern }) => url.startsWith(pattern.slice(0, -1)));
    if (found !== undefined) this.used.set(found.pattern, (this.used.get(found.pattern) ?? 0) + 1);
    return found;
  }

  unused(): string[] {
    return [...this.used].filter(([, count]) => count === 0).map(([pattern]) => pattern);
  }
}

export interface Undecided {
  readonly url: string;
  readonly hits: number;
  readonly decision: string;
  readonly to?: string | undefined;
  readonly because: string;
}

/** A mapping file of suggestions, each in a comment until somebody has decided. */
export function undecidedAsMapping(urls: readonly Undecided[]): string {
  const lines = urls.map(
    ({ url, hits, decision, to, because }) =>
      `# ${hits} hits; suggested because ${because}\n#${url}\t${decision}${to === undefined ? '' : `\t${to}`}`,
  );
  return `${header}\n# Take the # off the lines that are right.\n\n${lines.join('\n')}\n`;
}

function badLine(path: string, line: number, why: string): CutoverError {
  return new CutoverError('mapping-line', `${path}, line ${line}: ${why}`, {
    next: 'write a URL, redirect, archive or gone, and where to, separated by tabs',
    data: { file: path, line },
    exitCode: exitCodes.usage,
  });
}
