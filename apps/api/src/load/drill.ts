import type { Finding } from '@cutover/core';

/** Longest time that health stays broken without being broken again. */
export const longestDrillMs = 24 * 3_600_000;

/**
 * Readiness that somebody broke on purpose, to hear the alarm. It ends by itself at a time that is said when it
 * begins, so that a drill whose process dies leaves nothing broken.
 */
export class Drill {
  #under: { readonly id: string; readonly until: number } | undefined;

  begin(id: string, forMs: number): void {
    this.#under = { id, until: Date.now() + Math.min(forMs, longestDrillMs) };
  }

  end(): void {
    this.#under = undefined;
  }

  /** Why the API says that it is not ready, while a drill is on. */
  get reason(): Finding | undefined {
    if (this.#under === undefined || this.#under.until <= Date.now()) return undefined;
    const { id, until } = this.#under;
    return {
      code: 'drill',
      message: `health is broken on purpose: drill ${id}`,
      next: `wait for the drill to end; it ends by itself at ${new Date(until).toISOString()}`,
    };
  }
}
