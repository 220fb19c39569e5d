import { CutoverError } from '@cutover/core';
import type { Need } from './archive.ts';
import { type Answer, callOnce } from './call.ts';
import type { TransferState } from './server-record.ts';
import type { Held } from './spool.ts';

const askTimeoutMs = 10_000;

/** Where a server is sent to, and the right to do so. */
export interface Destination {
  /** Of the node. */
  readonly url: string;
  /** `Bearer <jwt>`; kept in memory alone. */
  readonly token: string;
}

/** How the move stands there. */
export interface Standing {
  readonly state: TransferState;
  /** The archive is whole there: it is being unpacked and put in place. */
  readonly finalizing?: boolean;
  readonly resumable?: boolean;
  /** What has come is being read again. */
  readonly reading?: boolean;
  readonly held?: Held | null;
  readonly reason?: { readonly code: string; readonly message: string; readonly next: string } | null;
}

/** The other node, as the source of one move speaks with it. */
export class DestinationNode {
  readonly url: string;
  readonly token: string;
  readonly #id: string;
  readonly #agent: string;
  readonly #ca: string | undefined;
  #aheadMs = 0;

  constructor(to: Destination, id: string, agent: string, ca: string | undefined) {
    this.url = to.url.replace(/\/+$/, '');
    this.token = to.token;
    this.#id = id;
    this.#agent = agent;
    this.#ca = ca;
  }

  /** By the clock of the destination, which is what tokens end by; by this one's before it was asked. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /**
   * Whether token and address are right; with what the move needs, whether there is room and nothing in the way.
   *
   * @throws CutoverError with what the destination answers
   */
  async assertWelcome(need?: Need): Promise<void> {
    const query =
      need === undefined ? '?begin=true' : `?bytes=${need.bytes}&tree=${need.treeBytes}&names=${need.names}`;
    await this.#standing('GET', query);
  }

  /** How it stands, and what it holds, once it reads nothing more from a connection before. */
  goingOn(): Promise<Standing> {
    return this.#standing('GET', '?continue=true');
  }

  ask(): Promise<Standing> {
    return this.#standing('GET', '');
  }

  /** That the source will not go on; what has come stays there for another try. */
  giveUp(): Promise<Standing> {
    return this.#standing('DELETE', '');
  }

  /** For the request that brings the archive. */
  get headers(): Record<string, string> {
    return { authorization: this.token, 'user-agent': this.#agent };
  }

  async #standing(method: 'GET' | 'DELETE', query: string): Promise<Standing> {
    const answer = await callOnce(
      { method, url: `${this.url}/api/transfers/${this.#id}${query}`, headers: this.headers, ca: this.#ca },
      undefined,
      askTimeoutMs,
    );
    if (answer.dateMs !== undefined) this.#aheadMs = answer.dateMs - Date.now();
    if (answer.status !== 200) throw refusedBy(answer);
    return JSON.parse(answer.body) as Standing;
  }
}

/** What a destination says that does not take it. */
export function refusedBy({ status, body }: Answer): CutoverError {
  let said: { code?: string; message?: string; next?: string } = {};
  try {
    said = JSON.parse(body) as typeof said;
  } catch {
    // Something else than a node answers there.
  }
  return new CutoverError(
    said.code ?? 'destination-refuses',
    `the destination answers ${status}: ${said.message ?? body.slice(0, 200)}`,
    { next: said.next ?? 'see whether a node of cutover answers at that address', data: { status, body } },
  );
}
