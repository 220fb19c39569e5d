import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { ImpliedUrl } from '@cutover/records';
import { type Answer, Site } from './http.ts';

/** The legacy URLs of one source row. */
export interface RowUrls {
  readonly row: string;
  readonly urls: readonly ImpliedUrl[];
}

export interface RedirectOptions {
  /** Look at this many URLs at most, spread evenly; absent: all. */
  readonly sample?: number | undefined;
  /** How many there are, for spreading a sample. */
  readonly total?: number | undefined;
  readonly concurrency?: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Asks a site for every legacy URL that the source data implies: the status, the exact `Location` in one
 * hop, and behind it a page that answers 200 and names the right record.
 */
export async function checkRedirects(
  url: string,
  expected: AsyncIterable<RowUrls>,
  options: RedirectOptions = {},
): Promise<Check> {
  const concurrency = options.concurrency ?? 16;
  const site = new Site(url, { connections: concurrency });
  const findings = new FindingList();
  const perRule: Record<string, number> = {};
  const every =
    options.sample === undefined ? 1 : Math.max(1, Math.floor((options.total ?? 0) / options.sample));
  let seen = 0;
  let looked = 0;
  const checkRow = async ({ row, urls }: RowUrls): Promise<void> => {
    const pages = new Map<string, Promise<Answer | undefined>>();
    const page = (path: string) => {
      let answer = pages.get(path);
      if (answer === undefined) pages.set(path, (answer = site.request(path)));
      return answer;
    };
    for (const implied of urls) {
      if (seen++ % every !== 0) continue;
      if ((await checkOne(site, row, implied, page, findings)) === false) continue;
      perRule[implied.rule] = (perRule[implied.rule] ?? 0) + 1;
      looked++;
      if (looked % 500 === 0) options.onProgress?.(looked);
    }
  };
  try {
    await forEachConcurrently(expected, concurrency, checkRow);
  } finally {
    await site.close();
  }
  return concludeCheck({
    id: 'redirects',
    title: 'Every legacy URL that the source implies leads to its record in one hop',
    looked,
    expected: `${looked} URLs answer as they must`,
    actual: `${Math.max(0, looked - findings.total)} do`,
    findings,
    evidence: { perRule, ...(options.sample === undefined ? {} : { sampleOf: seen }) },
    couldNotTell: site.couldNotTell(),
  });
}

/** False where the site did not answer. */
async function checkOne(
  site: Site,
  row: string,
  implied: ImpliedUrl,
  page: (path: string) => Promise<Answer | undefined>,
  findings: FindingList,
): Promise<boolean> {
  const answer = implied.status === 200 ? await page(implied.url) : await site.request(implied.url);
  if (answer === undefined) return false;
  const report = (code: string, message: string, expected: unknown, actual: unknown) =>
    findings.add({
      code,
      message: `${implied.url} (${row}): ${message}`,
      subject: implied.url,
      expected,
      actual,
    });
  if (answer.status !== implied.status) {
    report(
      'redirect-wrong-status',
      `answers ${answer.status}, must answer ${implied.status}`,
      implied.status,
      answer.status,
    );
    return true;
  }
  if (implied.status === 200) {
    if (!answer.body.includes(implied.marker)) {
      report('redirect-wrong-record', 'the page does not name the right record', implied.marker, undefined);
    }
    return true;
  }
  const { location } = answer;
  if (location !== implied.location && location !== `${site.origin}${implied.location}`) {
    report(
      'redirect-wrong-location',
      `leads to ${location}, must lead to ${implied.location}`,
      implied.location,
      location,
    );
    return true;
  }
  const target = await page(implied.location!);
  if (target === undefined) return false;
  if (target.status !== 200) {
    report('redirect-target-not-200', `${implied.location} answers ${target.status}`, 200, target.status);
  } else if (!target.body.includes(implied.marker)) {
    report(
      'redirect-wrong-record',
      `${implied.location} does not name the right record`,
      implied.marker,
      undefined,
    );
  }
  return true;
}

/** Runs `work` for each item with at most `limit` at once; pulls items only as fast as they are worked off. */
async function forEachConcurrently<T>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const task: Promise<void> = work(item).finally(() => running.delete(task));
    running.add(task);
    if (running.size >= limit) await Promise.race(running);
  }
  await Promise.all(running);
}
