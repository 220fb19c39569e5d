import { setTimeout as sleep } from 'node:timers/promises';
import type { buildConnector, Dispatcher, Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** At most `maxBodyBytes` of it. */
  readonly body: string;
}

export interface SiteOptions {
  /** Requests at once. */
  readonly connections?: number;
  readonly timeoutMs?: number;
  /** `IP` or `IP:port` to connect to, whatever DNS says; names and certificates stay those of the URL. */
  readonly via?: string | undefined;
  /** At most so many requests begin in a second; absent: as fast as it answers. */
  readonly ratePerSecond?: number | undefined;
  /**
   * Ask a GET or HEAD again after no answer, 429 or 5xx, and take 429, 502, 503 and 504 that stay for a refusal to
   * answer. Not where such a status is the answer that is looked for.
   */
  readonly patient?: boolean;
  /** How often, then. */
  readonly retries?: number;
  /** A `Retry-After` beyond this counts as a refusal. */
  readonly maxWaitMs?: number;
}

export interface AskOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Peer {
  readonly host: string;
  readonly port?: string;
}

const maxBodyBytes = 4 << 20;
/** After so many requests in a row without an answer a host is left alone. */
const maxInARow = 20;
/** The host or what stands before it would not say: never an answer about the URL. */
const refusals: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Requests to one site that never follow a redirect, and that go easy on it: no more at once and a second than
 * allowed, and where it is `patient` all of them waiting where `Retry-After` says so. A host that has stopped
 * answering is not asked any more.
 */
export class Site {
  readonly origin: string;
  readonly #options: SiteOptions;
  readonly #via: Peer | undefined;
  /** Opened at the first request: undici takes a tenth of a second to load, and few commands that load this ask. */
  #pool: Promise<Pool> | undefined;
  #unanswered = 0;
  #inARow = 0;
  #lastError = '';
  #nextMs = 0;
  #pausedUntilMs = 0;

  constructor(url: string, options: SiteOptions = {}) {
    this.origin = new URL(url).origin;
    this.#options = options;
    this.#via = options.via === undefined ? undefined : parseVia(options.via);
  }

  /** The site's answer; undefined where there was none (refused, reset, timed out), which is counted. */
  async request(path: string, ask: AskOptions = {}): Promise<Answer | undefined> {
    const patient = this.#options.patient === true && ask.method !== 'POST';
    const retries = patient ? (this.#options.retries ?? 2) : 0;
    for (let attempt = 0; this.#inARow < maxInARow; attempt++) {
      await this.#turn();
      const answer = await this.#once(path, ask);
      const again = answer === undefined || answer.status === 429 || answer.status >= 500;
      if (again && attempt < retries && this.#backOff(answer, attempt)) continue;
      if (answer !== undefined && !(patient && refusals.has(answer.status))) {
        this.#inARow = 0;
        return answer;
      }
      if (answer !== undefined) this.#lastError = `it answers ${answer.status}`;
      this.#inARow++;
      break;
    }
    this.#unanswered++;
    return undefined;
  }

  /** Why a check of this site could not be made in full; undefined where every request was answered. */
  couldNotTell(): string | undefined {
    if (this.#unanswered === 0) return undefined;
    return `${this.origin} did not answer ${this.#unanswered} requests (${this.#lastError})`;
  }

  async close(): Promise<void> {
    await (await this.#pool)?.close();
  }

  async #open(): Promise<Pool> {
    const { buildConnector, Pool } = await import('undici');
    const timeout = this.#options.timeoutMs ?? 15_000;
    return new Pool(this.origin, {
      connections: this.#options.connections ?? 16,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      connect: connectorTo(this.#via, buildConnector({ timeout })),
    });
  }

  async #turn(): Promise<void> {
    const { ratePerSecond } = this.#options;
    if (ratePerSecond === undefined && this.#pausedUntilMs === 0) return;
    for (;;) {
      const now = Date.now();
      const from = Math.max(this.#pausedUntilMs, ratePerSecond === undefined ? 0 : this.#nextMs);
      if (from <= now) break;
      if (ratePerSecond !== undefined && this.#pausedUntilMs <= now) {
        // The next place in the queue is this request's own.
        this.#nextMs += 1000 / ratePerSecond;
        await sleep(from - now);
        return;
      }
      await sleep(from - now);
    }
    if (ratePerSecond !== undefined) this.#nextMs = Date.now() + 1000 / ratePerSecond;
  }

  /** Holds back every request to the host; false where it would be for too long. */
  #backOff(answer: (Answer & { readonly retryAfter?: string }) | undefined, attempt: number): boolean {
    const asked = retryAfterMs(answer?.retryAfter);
    const wait = asked ?? 200 * 2 ** attempt * (0.75 + Math.random() / 2);
    if (wait > (this.#options.maxWaitMs ?? 60_000)) return false;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, Date.now() + wait);
    return true;
  }

  async #once(path: string, ask: AskOptions): Promise<(Answer & { retryAfter?: string }) | undefined> {
    const method = ask.method ?? 'GET';
    const pool = await (this.#pool ??= this.#open());
    try {
      const { statusCode, headers, body } = await pool.request({
        path,
        method,
        // undici closes the connection after each HEAD unless told not to.
        ...(method === 'HEAD' ? { reset: false } : {}),
        headers: {
          ...ask.headers,
          ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      });
      const { location } = headers;
      const after = headers['retry-after'];
      return {
        status: statusCode,
        location: Array.isArray(location) ? location.join(', ') : location,
        body: await readBody(body, headers['content-length']),
        ...(typeof after === 'string' ? { retryAfter: after } : {}),
      };
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}

/** The beginning of a body; what lies beyond is not fetched. */
async function readBody(
  body: Dispatcher.ResponseData['body'],
  length: string | string[] | undefined,
): Promise<string> {
  if (length !== undefined && Number(length) <= maxBodyBytes) return body.text();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= maxBodyBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Seconds or a date (RFC 9110 §10.2.3) from now, in milliseconds. */
export function retryAfterMs(value: string | undefined, nowMs = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function connectorTo(via: Peer | undefined, connect: buildConnector.connector): buildConnector.connector {
  if (via === undefined) return connect;
  const { host, port } = via;
  return (options, callback) =>
    connect(
      {
        ...options,
        // The name in the certificate is still the one of the URL.
        servername: options.servername ?? options.hostname,
        hostname: host,
        port: port ?? options.port,
      },
      callback,
    );
}

/** `192.0.2.1`, `192.0.2.1:8443`, `2001:db8::1` or `[2001:db8::1]:8443`. Throws a TypeError for anything else. */
export function parseVia(via: string): Peer {
  const found =
    /^(?<v4>\d{1,3}(?:\.\d{1,3}){3})(?::(?<p4>\d{1,5}))?$/.exec(via) ??
    /^\[(?<v6>[\da-f:.]+)\](?::(?<p6>\d{1,5}))?$/i.exec(via) ??
    /^(?<bare>[\da-f]*:[\da-f:.]*:[\da-f:.]*)$/i.exec(via);
  const { v4, p4, v6, p6, bare } = found?.groups ?? {};
  const host = v4 ?? v6 ?? bare;
  if (host === undefined) throw new TypeError(`${via} is no IP address`);
  const port = p4 ?? p6;
  return { host, ...(port === undefined ? {} : { port }) };
}
