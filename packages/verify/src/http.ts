import { Pool } from 'undici';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** Requests to one site that never follow a redirect. */
export class Site {
  readonly origin: string;
  readonly #pool: Pool;
  #unanswered = 0;
  #lastError = '';

  constructor(url: string, options: { connections?: number; timeoutMs?: number } = {}) {
    this.origin = new URL(url).origin;
    const timeout = options.timeoutMs ?? 15_000;
    this.#pool = new Pool(this.origin, {
      connections: options.connections ?? 16,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      connectTimeout: timeout,
    });
  }

  /** The site's answer; undefined where there was none (refused, reset, timed out), which is counted. */
  async request(
    path: string,
    options: { method?: 'GET' | 'POST'; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer | undefined> {
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        path,
        method: options.method ?? 'GET',
        headers: {
          ...options.headers,
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const location = headers['location'];
      return {
        status: statusCode,
        location: Array.isArray(location) ? location.join(', ') : location,
        body: await body.text(),
      };
    } catch (error) {
      this.#unanswered++;
      this.#lastError = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** Why a check of this site could not be made in full; undefined where every request was answered. */
  couldNotTell(): string | undefined {
    if (this.#unanswered === 0) return undefined;
    return `${this.origin} did not answer ${this.#unanswered} requests (${this.#lastError})`;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
