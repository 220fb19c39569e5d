import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@cutover/core';
import { callOnce } from './call.ts';
import type { NodeConfig } from './config.ts';
import type { Attempt, Callback, ServerRecords } from './server-record.ts';

const firstDelayMs = 500;
const longestDelayMs = 60_000;
/** More than a day at the longest delay. */
const mostAttempts = 1500;
const keptAttempts = 10;
const timeoutMs = 10_000;

/**
 * Tells the hub how a move ended, as the node: `success` is said by destinations alone, `failure` by sources. It is
 * remembered before it is tried, tried again with growing pauses, also after a restart, and every answer is recorded.
 */
export class Callbacks {
  readonly #config: NodeConfig;
  readonly #agent: string;
  readonly #records: ServerRecords;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(config: NodeConfig, agent: string, records: ServerRecords) {
    this.#config = config;
    this.#agent = agent;
    this.#records = records;
  }

  /** What the hub is to be told, for the record that the outcome itself is saved with. */
  static owed(outcome: Callback['outcome']): Callback {
    return { outcome, delivered: false, givenUp: false, attempts: 0, last: [] };
  }

  /** Sets off what a record owes. */
  send(id: string): void {
    const going = this.#deliver(id).finally(() => this.#running.delete(going));
    this.#running.add(going);
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  async #deliver(id: string): Promise<void> {
    let delay = firstDelayMs;
    for (;;) {
      const owed = this.#records.find(id)?.callback;
      if (owed === undefined || owed.delivered || owed.givenUp || this.#stopped.signal.aborted) return;
      const attempt = await this.#attempt(id, owed.outcome);
      // A new move of this server may have begun meanwhile.
      if (this.#stopped.signal.aborted || this.#records.find(id)?.callback !== owed) return;
      const attempts = owed.attempts + 1;
      const { status } = attempt;
      const delivered = status !== null && status >= 200 && status < 300;
      const refused = status !== null && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
      this.#records.save(id, {
        callback: {
          ...owed,
          delivered,
          givenUp: !delivered && (refused || attempts >= mostAttempts),
          attempts,
          last: [...owed.last, attempt].slice(-keptAttempts),
        },
      });
      if (delivered) return;
      await sleep(delay, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      delay = Math.min(delay * 2, longestDelayMs);
    }
  }

  async #attempt(id: string, outcome: Callback['outcome']): Promise<Attempt> {
    const { hub, tokenId, token, tls } = this.#config;
    const at = new Date().toISOString();
    const { reason, verified, move } = this.#records.get(id);
    try {
      const answer = await callOnce(
        {
          method: 'POST',
          url: `${hub.url}/api/remote/servers/${id}/transfer/${outcome}`,
          headers: { authorization: `Bearer ${tokenId}.${token}`, 'user-agent': this.#agent },
          ca: tls.ca,
          signal: this.#stopped.signal,
        },
        outcome === 'success' ? { sha256: verified?.sha256, move } : { reason, move },
        timeoutMs,
      );
      return { at, status: answer.status, body: answer.body };
    } catch (error) {
      return { at, status: null, body: messageOf(error) };
    }
  }
}
