import type { PrivateStore } from '@cutover/stores';
import { type Session, sessionLifetimeMs } from './session.ts';

/** The private sheet that ended sessions are remembered in; no target has one of this name. */
export const revocationSheet = 'api-revocations';

/**
 * Sessions that were ended before their time: single ones by their id, and all that a person began up to a
 * moment. Written to the private store before anybody is told, so that they stay ended over a restart; other
 * processes over the same store learn of them with their next reload. What no session can be as old as any
 * more is forgotten.
 */
export class Revocations {
  readonly #store: Pick<PrivateStore, 'read' | 'update'>;
  #until = new Map<string, number>();

  constructor(store: Pick<PrivateStore, 'read' | 'update'>) {
    this.#store = store;
  }

  /** Reads what the store has. Throws what the store throws. */
  async load(nowMs = Date.now()): Promise<void> {
    const until = new Map<string, number>();
    for await (const { id, untilMs } of this.#store.read(revocationSheet)) {
      if (typeof untilMs === 'number' && untilMs > nowMs - sessionLifetimeMs) until.set(id, untilMs);
    }
    this.#until = until;
  }

  has(session: Session): boolean {
    if (this.#until.has(sessionKey(session.sessionId))) return true;
    const before = this.#until.get(personKey(session.personId));
    return before !== undefined && session.startedAtMs <= before;
  }

  /** Ends one session. */
  end(session: Session): Promise<void> {
    return this.#put(sessionKey(session.sessionId), session.expiresAtMs);
  }

  /** Ends every session that the person has begun up to now. */
  endAll(personId: string, nowMs = Date.now()): Promise<void> {
    return this.#put(personKey(personId), nowMs);
  }

  async #put(id: string, untilMs: number): Promise<void> {
    await this.#store.update(revocationSheet, id, () => ({ id, untilMs }));
    this.#until.set(id, untilMs);
  }
}

const sessionKey = (id: string): string => `session-${id}`;
const personKey = (id: string): string => `person-${id}`;
