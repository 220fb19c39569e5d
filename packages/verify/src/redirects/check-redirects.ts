import { randomBytes } from 'node:crypto';
import { type Check, concludeCheck } from '@cutover/core';
import { type Answer, type AskOptions, Site, type SiteOptions } from '../http.ts';
import { askLegacy } from './ask-legacy.ts';
import type { ExpectedUrl, JudgedUrl, RowUrls } from './expected-url.ts';
import { type Ask, judge } from './judge.ts';
import { isPath } from './locations.ts';
import { Tally } from './tally.ts';
import { addressOf, type Via } from '../via.ts';

export interface RedirectOptions extends Omit<SiteOptions, 'connections' | 'patient' | 'via'> {
  /** Where hosts are, whatever DNS says; names and certificates stay those of the URLs. */
  readonly via?: Via | undefined;
  /** Requests to a host at once. */
  readonly concurrency?: number;
  /** Ask with HEAD where the page itself is not needed. */
  readonly head?: boolean;
  /** The old site, asked for the same URLs. */
  readonly legacy?: { readonly url: string; readonly via?: string | undefined } | undefined;
  /** Gets every result; the work waits for it. */
  readonly onResult?: (judged: JudgedUrl) => void | Promise<void>;
  readonly onProgress?: (done: number) => void;
  /** Facts of where the URLs come from, for the report; read at the end. */
  readonly source?: () => {
    readonly evidence: Record<string, unknown>;
    readonly couldNotTell?: string | undefined;
  };
}

/** Pages that many URLs lead to are asked for once; so many answers are remembered. */
const pagesRemembered = 2000;

/**
 * Asks a site for legacy URLs: the status, the exact `Location` in one hop, and behind it a page that answers
 * 200 and names the right record.
 */
export async function checkRedirects(
  url: string,
  expected: AsyncIterable<RowUrls> | Iterable<RowUrls>,
  options: RedirectOptions = {},
): Promise<Check> {
  return (await followRedirects(url, expected, options)).check;
}

/** The same, with the figures by pattern and the URLs with most hits. */
export async function followRedirects(
  url: string,
  expected: AsyncIterable<RowUrls> | Iterable<RowUrls>,
  options: RedirectOptions = {},
): Promise<{ readonly check: Check; readonly tally: Tally }> {
  const concurrency = options.concurrency ?? 16;
  const sites = new Sites(url, { ...options, connections: concurrency, patient: true });
  const legacy =
    options.legacy &&
    new Site(options.legacy.url, {
      ...options,
      via: options.legacy.via ?? addressOf(options.via, options.legacy.url, false),
      connections: concurrency,
      patient: true,
    });
  const tally = new Tally();
  try {
    const catchAll = await answersAnything(sites.own);
    const asker = new Asker(sites, options.head === true);
    let done = 0;
    const work = async (row: string, one: ExpectedUrl): Promise<void> => {
      const input = { origin: sites.own.origin, ask: asker.ask, page: asker.page, catchAll };
      let judged: JudgedUrl = { row, expected: one, ...(await judge(one, input)) };
      if (legacy !== undefined)
        judged = await askLegacy(judged, { site: legacy, origin: sites.own.origin, ask: asker.ask });
      tally.add(judged);
      await options.onResult?.(judged);
      if (++done % 500 === 0) options.onProgress?.(done);
    };
    await eachUrl(expected, concurrency, work);
    return {
      check: conclude(tally, catchAll, [sites, ...(legacy === undefined ? [] : [legacy])], options),
      tally,
    };
  } finally {
    await Promise.all([sites.close(), legacy?.close()]);
  }
}

function conclude(
  tally: Tally,
  catchAll: boolean,
  asked: readonly { couldNotTell(): string | undefined }[],
  options: RedirectOptions,
): Check {
  const source = options.source?.();
  const why = [
    ...asked.map((one) => one.couldNotTell()),
    source?.couldNotTell,
    catchAll && tally.urls.unknown > 0
      ? 'the site answers 200 to any path: a page without a marker proves nothing'
      : undefined,
  ].filter((text) => text !== undefined);
  return concludeCheck({
    id: 'redirects',
    title: 'Every legacy URL leads to its record in one hop',
    looked: tally.looked,
    expected: `${tally.looked} URLs answer as they must`,
    actual: `${tally.urls.verified} do`,
    findings: tally.findings,
    evidence: { ...tally.evidence(), ...source?.evidence },
    couldNotTell: why.length === 0 ? undefined : why.join('; '),
  });
}

/** A path that nothing can stand at: whoever answers 200 there does so everywhere. */
async function answersAnything(site: Site): Promise<boolean> {
  const answer = await site.request(`/cutover-${randomBytes(12).toString('hex')}`);
  return answer?.status === 200;
}

/** The site, and other hosts that a `Location` may lead to. */
class Sites {
  readonly own: Site;
  readonly #others = new Map<string, Site>();
  readonly #options: Omit<SiteOptions, 'via'>;
  readonly #via: Via | undefined;

  constructor(
    url: string,
    { via, ...options }: Omit<SiteOptions, 'via'> & { readonly via?: Via | undefined },
  ) {
    this.own = new Site(url, { ...options, via: addressOf(via, url, true) });
    this.#options = options;
    this.#via = via;
  }

  /** Site and path of a path or an absolute URL. */
  at(target: string): readonly [Site, string, string | undefined] {
    if (isPath(target)) return [this.own, target, undefined];
    const { origin, host, pathname, search } = new URL(target);
    const path = `${pathname}${search}`;
    if (origin === this.own.origin) return [this.own, path, undefined];
    let site = this.#others.get(origin);
    if (site === undefined)
      this.#others.set(
        origin,
        (site = new Site(origin, { ...this.#options, via: addressOf(this.#via, origin, false) })),
      );
    return [site, path, host];
  }

  couldNotTell(): string | undefined {
    const all = [this.own, ...this.#others.values()].map((site) => site.couldNotTell());
    const why = all.filter((text) => text !== undefined);
    return why.length === 0 ? undefined : why.join('; ');
  }

  async close(): Promise<void> {
    await Promise.all([this.own, ...this.#others.values()].map((site) => site.close()));
  }
}

class Asker {
  readonly #sites: Sites;
  readonly #head: boolean;
  readonly #pages = new Map<string, Promise<Answer | undefined>>();

  constructor(sites: Sites, head: boolean) {
    this.#sites = sites;
    this.#head = head;
  }

  /**
   * A legacy URL. One that names a host of its own is asked of the site under test with that host's name: it
   * is there that it will be answered.
   */
  readonly ask: Ask = (target, options: AskOptions = {}) => {
    const method = this.#head ? ({ method: 'HEAD' } as const) : {};
    if (isPath(target)) return this.#sites.own.request(target, { ...options, ...method });
    const { host, pathname, search } = new URL(target);
    return this.#sites.own.request(`${pathname}${search}`, { ...options, ...method, headers: { host } });
  };

  readonly page: Ask = (target) => {
    let answer = this.#pages.get(target);
    if (answer !== undefined) return answer;
    const [site, path] = this.#sites.at(target);
    answer = site.request(path);
    if (this.#pages.size >= pagesRemembered) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(target, answer);
    return answer;
  };
}

/**
 * Works off the URLs with `limit` at once; pulls rows only as fast as they are worked off. The URLs of one row follow
 * each other, as they lead to the same page.
 */
async function eachUrl(
  rows: AsyncIterable<RowUrls> | Iterable<RowUrls>,
  limit: number,
  work: (row: string, url: ExpectedUrl) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed) {
      const next = await iterator.next();
      if (next.done === true) return;
      for (const url of next.value.urls) await work(next.value.row, url);
    }
  };
  const workers = Array.from({ length: limit }, () =>
    worker().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  try {
    await Promise.all(workers);
  } finally {
    await iterator.return?.();
  }
}
