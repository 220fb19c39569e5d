import { CutoverError, exitCodes } from '@cutover/core';
import { type Answer, type AskOptions, Site } from '../http.ts';

export interface DrillSiteOptions {
  readonly url: string;
  readonly via?: string | undefined;
  /** Of `/api/_internal/*`. */
  readonly secret: string;
}

/** The site that a drill breaks and mends. Each request has a connection of its own, as a ping from outside has. */
export class DrillSite {
  readonly #options: DrillSiteOptions;

  constructor(options: DrillSiteOptions) {
    this.#options = options;
  }

  /**
   * What it says it is. Throws CutoverError `drill-no-answer`, and `drill-production` where it is in production or
   * does not say.
   */
  async assertNotProduction(): Promise<string> {
    const answer = await this.#ask('/api/health');
    const { environment } = fieldsOf(answer);
    if (answer?.status !== 200) {
      throw refused(
        'drill-no-answer',
        `${this.#options.url} ${said(answer)} at /api/health`,
        'look at --target',
      );
    }
    if (environment === 'staging' || environment === 'test') return environment;
    throw refused(
      'drill-production',
      `${this.#options.url} says that it is ${environment === undefined ? 'nothing of what it is' : String(environment)}; nothing is broken there`,
      'drill on staging: a site that was started with `cutover serve --environment staging`',
    );
  }

  /** Throws CutoverError `drill-not-ready`: what is broken already tells nothing. */
  async assertReady(): Promise<void> {
    const answer = await this.#ask('/api/health/ready');
    if (answer?.status === 200) return;
    throw refused(
      'drill-not-ready',
      `${this.#options.url} ${said(answer)} at /api/health/ready before anything was broken`,
      'mend it first: its `reasons` say what is wrong',
    );
  }

  /** Throws CutoverError `drill-refused`, or gives false where it cannot be told whether it was broken. */
  async break(id: string, seconds: number): Promise<boolean> {
    const answer = await this.#order('/api/_internal/drill', { id, seconds });
    if (answer === undefined) return false;
    if (answer.status === 200) return true;
    const why =
      answer.status === 403
        ? 'CUTOVER_INTERNAL_SECRET is not the one that it was started with'
        : 'it was started without CUTOVER_INTERNAL_SECRET, or is too old';
    throw refused('drill-refused', `the site answers ${answer.status} to the drill`, why);
  }

  async mend(): Promise<boolean> {
    return (await this.#order('/api/_internal/drill/end', {}))?.status === 200;
  }

  /** Whether it says that it is ready; undefined where it does not answer. */
  async isReady(): Promise<boolean | undefined> {
    const answer = await this.#ask('/api/health/ready');
    return answer === undefined ? undefined : answer.status === 200;
  }

  #order(path: string, body: unknown): Promise<Answer | undefined> {
    const headers = { 'x-cutover-internal-secret': this.#options.secret };
    return this.#ask(path, { method: 'POST', body, headers });
  }

  async #ask(path: string, ask: AskOptions = {}): Promise<Answer | undefined> {
    const site = new Site(this.#options.url, { via: this.#options.via, timeoutMs: 10_000 });
    try {
      return await site.request(path, ask);
    } finally {
      await site.close();
    }
  }
}

function fieldsOf(answer: Answer | undefined): Record<string, unknown> {
  try {
    return JSON.parse(answer?.body ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

const said = (answer: Answer | undefined): string =>
  answer === undefined ? 'does not answer' : `answers ${answer.status}`;

const refused = (code: string, message: string, next: string): CutoverError =>
  new CutoverError(code, message, { next, exitCode: exitCodes.preflightFailed });
