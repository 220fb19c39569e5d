/**
 * Requests that were answered, for as long as they could come again: a request is answered once. In memory;
 * a restart forgets, and then the age of a request is what bounds its use. At the limit the oldest go first.
 */
export class RequestMemory {
  readonly #until = new Map<string, number>();
  readonly #lifetimeMs: number;
  readonly #limit: number;

  constructor(lifetimeMs: number, limit = 100_000) {
    this.#lifetimeMs = lifetimeMs;
    this.#limit = limit;
  }

  /** Takes a request's id; false where it was taken before. */
  take(id: string, nowMs = Date.now()): boolean {
    for (const [old, until] of this.#until) {
      if (until > nowMs && this.#until.size < this.#limit) break;
      this.#until.delete(old);
    }
    if (this.#until.has(id)) return false;
    this.#until.set(id, nowMs + this.#lifetimeMs);
    return true;
  }
}
