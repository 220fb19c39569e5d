import { hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { FileDraft } from '@cutover/records';
import type { FileSource, FoundFile, MissingFile } from './file-source.ts';
import { sha256Of } from './folder-files.ts';

export interface FetchOptions {
  /** Where fetched files and half-fetched ones are kept: a later import asks only whether they changed. */
  readonly cacheDir: string;
  /** As the requests name themselves. */
  readonly userAgent: string;
  /** Requests that are under way at once; 2 by default. */
  readonly atOnce?: number;
  /** Requests for one file that bring nothing before it is given up; 6 by default. */
  readonly attempts?: number;
  /** Silence after which a request is given up; 30 s by default. */
  readonly idleMs?: number;
  /** Longest wait that a server may ask for; 10 minutes by default. */
  readonly longestWaitMs?: number;
}

/** What is known of a file in the cache, whole or in part. */
interface Known {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly sha256?: string;
}

/** States of a file: nothing · `.part` (resumed where the server says that it is the same still) · whole. */
interface Slot {
  readonly url: URL;
  readonly whole: string;
  readonly part: string;
  readonly mimeType: string | undefined;
}

type Answer = FoundFile | MissingFile | 'again' | 'more';

const redirectsAtMost = 5;

/**
 * Uploads as the legacy site gives them, a few requests at a time; a busy server's Retry-After holds back all of
 * them. Cut connections are resumed with Range and If-Range, and a file that is in the cache is asked for with its
 * validator. Throws CutoverError `files-address` for a URL that is none.
 */
export function fetchedFiles(base: string, options: FetchOptions): FileSource {
  const root = URL.canParse(base) ? new URL(base.endsWith('/') ? base : `${base}/`) : undefined;
  if (
    root === undefined ||
    !/^https?:$/.test(root.protocol) ||
    root.username !== '' ||
    root.password !== ''
  ) {
    throw new CutoverError(
      'files-address',
      'uploads are fetched from an http(s) address without a password',
      {
        next: 'give the legacy site’s own address, e.g. --files-from https://legacy.example.org/',
        exitCode: exitCodes.usage,
      },
    );
  }
  const fetcher = new Fetcher(root, options);
  return {
    from: root.href,
    atOnce: options.atOnce ?? 2,
    hosts: [root.host],
    find: (draft) => fetcher.find(draft),
  };
}

class Fetcher {
  readonly #root: URL;
  readonly #options: FetchOptions;
  readonly #dir: string;
  /** Nothing is asked before this moment: a server said that it is busy. */
  #notBefore = 0;

  constructor(root: URL, options: FetchOptions) {
    this.#root = root;
    this.#options = options;
    this.#dir = join(options.cacheDir, hash('sha256', root.href).slice(0, 16));
  }

  async find({ url: path, mimeType }: FileDraft): Promise<FoundFile | MissingFile> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const url = new URL(path, this.#root);
    const whole = join(this.#dir, hash('sha256', url.href).slice(0, 40));
    const slot = { url, whole, part: `${whole}.part`, mimeType };
    const attempts = this.#options.attempts ?? 6;
    let why = '';
    for (let failed = 0; failed < attempts;) {
      await this.#wait();
      const before = await sizeOf(slot.part);
      try {
        const answer = await this.#ask(slot);
        if (typeof answer !== 'string') return answer;
        why = 'it answers that it is busy, or gives parts only';
      } catch (error) {
        if (error instanceof CutoverError) throw error;
        why = messageOf((error as Error).cause ?? error);
      }
      // A cut connection that brought something is no failure: it is gone on from there.
      if ((await sizeOf(slot.part)) > before) continue;
      failed++;
      if (failed < attempts) await sleep(Math.min(100 * 2 ** failed, 10_000) * (0.5 + Math.random() / 2));
    }
    throw new CutoverError('files-unreachable', `${url.href} could not be fetched: ${why}`, {
      next: 'see that the legacy site answers, and run the same command again: what was fetched is kept',
      data: { url: url.href },
    });
  }

  async #wait(): Promise<void> {
    for (let left = this.#notBefore - Date.now(); left > 0; left = this.#notBefore - Date.now())
      await sleep(left);
  }

  async #ask(slot: Slot): Promise<Answer> {
    const whole = await readKnown(slot.whole);
    const part = whole === undefined ? await readKnown(slot.part) : undefined;
    const from = part === undefined ? 0 : await sizeOf(slot.part);
    const idle = new Idle(this.#options.idleMs ?? 30_000);
    try {
      const response = await this.#request(slot.url, conditions(whole, part, from), idle.signal);
      if (response.status === 304 && whole !== undefined) return await kept(slot, whole);
      if (response.status === 200 || (response.status === 206 && from > 0)) {
        return await this.#take(slot, response, from, idle);
      }
      await response.body?.cancel();
      return await this.#refused(slot, response);
    } finally {
      idle.end();
    }
  }

  /** Follows redirects within the site: what lies elsewhere is not its upload. */
  async #request(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let hop = 0; ; hop++) {
      const response = await fetch(at, {
        headers: { 'user-agent': this.#options.userAgent, 'accept-encoding': 'identity', ...headers },
        redirect: 'manual',
        signal,
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || response.status === 304 || location === null)
        return response;
      const next = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
      if (next?.host !== this.#root.host || hop === redirectsAtMost) return response;
      await response.body?.cancel();
      at = next;
    }
  }

  async #take(slot: Slot, response: Response, from: number, idle: Idle): Promise<Answer> {
    const type = response.headers.get('content-type') ?? '';
    if (/^text\/html\b/i.test(type) && !/^text\/html\b/i.test(slot.mimeType ?? '')) {
      await response.body?.cancel();
      return { missing: `${slot.url.href} gives a page instead of a file` };
    }
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    const resumed = response.status === 206 && Number(range?.[1]) === from;
    if (response.status === 206 && !resumed) {
      await response.body?.cancel();
      await rm(slot.part, { force: true });
      return 'again';
    }
    if (!resumed) await writeKnown(slot.part, validatorsOf(response));
    const stream = createWriteStream(slot.part, { flags: resumed ? 'a' : 'w', mode: 0o600 });
    const body = response.body ?? new ReadableStream<Uint8Array>({ start: (one) => one.close() });
    await pipeline(body, idle.watch, stream);
    const length = response.headers.get('content-length');
    const total = resumed ? Number(range![2]) : length === null ? undefined : Number(length);
    if (total !== undefined && !response.headers.has('content-encoding')) {
      const got = await sizeOf(slot.part);
      if (got < total) return 'more';
      if (got > total) {
        await rm(slot.part, { force: true });
        return 'again';
      }
    }
    return this.#keep(slot, validatorsOf(response));
  }

  async #keep(slot: Slot, validators: Known): Promise<FoundFile> {
    const sha256 = await sha256Of(slot.part);
    await rename(slot.part, slot.whole);
    await writeKnown(slot.whole, { ...validators, sha256 });
    await rm(`${slot.part}.json`, { force: true });
    return { path: slot.whole, sizeBytes: await sizeOf(slot.whole), sha256 };
  }

  async #refused(slot: Slot, response: Response): Promise<Answer> {
    const { status } = response;
    if (status === 429 || status === 503) {
      this.#holdBack(response.headers.get('retry-after'));
      return 'again';
    }
    if (status === 416 || status === 412) {
      await rm(slot.part, { force: true });
      return 'again';
    }
    if (status === 408 || status >= 500) throw new Error(`it answers ${status}`);
    return { missing: `${slot.url.href} answers ${status}` };
  }

  #holdBack(retryAfter: string | null): void {
    const seconds = Number(retryAfter ?? 1);
    const asked = Number.isNaN(seconds) ? Date.parse(retryAfter!) - Date.now() : seconds * 1000;
    const wait = Math.min(Math.max(asked || 1000, 0), this.#options.longestWaitMs ?? 600_000);
    this.#notBefore = Math.max(this.#notBefore, Date.now() + wait);
  }
}

/** Gives a request up that has been silent for a while. */
class Idle {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(new Error('it fell silent')), idleMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly watch = (chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
    const timer = this.#timer;
    return (async function* () {
      for await (const chunk of chunks) {
        timer.refresh();
        yield chunk;
      }
    })();
  };

  end(): void {
    clearTimeout(this.#timer);
  }
}

function conditions(whole: Known | undefined, part: Known | undefined, from: number): Record<string, string> {
  if (whole?.etag !== undefined) return { 'if-none-match': whole.etag };
  if (whole?.lastModified !== undefined) return { 'if-modified-since': whole.lastModified };
  // A weak validator does not promise the same bytes, so a part is not gone on from by one.
  const strong = part?.etag?.startsWith('W/') === true ? undefined : part?.etag;
  const validator = strong ?? part?.lastModified;
  return from > 0 && validator !== undefined ? { range: `bytes=${from}-`, 'if-range': validator } : {};
}

function validatorsOf({ headers }: Response): Known {
  const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')];
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
}

/** A whole file of the cache that the server says is still the same; read again where the disk changed it. */
async function kept(slot: Slot, known: Known): Promise<Answer> {
  const sha256 = await sha256Of(slot.whole);
  if (sha256 === known.sha256) return { path: slot.whole, sizeBytes: await sizeOf(slot.whole), sha256 };
  await rm(`${slot.whole}.json`, { force: true });
  return 'again';
}

async function readKnown(path: string): Promise<Known | undefined> {
  try {
    await stat(path);
    return JSON.parse(await readFile(`${path}.json`, 'utf8')) as Known;
  } catch {
    return undefined;
  }
}

async function writeKnown(path: string, known: Known): Promise<void> {
  await writeFile(`${path}.json`, JSON.stringify(known), { mode: 0o600 });
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
