import { setTimeout as sleep } from 'node:timers/promises';

/** A tenth of a second's bytes may go at once. */
const burstSeconds = 0.1;

/** Lets through so many bytes a second. */
export class Throttle {
  readonly #bytesPerSecond: number;
  #allowed: number;
  #lastMs = performance.now();

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#allowed = bytesPerSecond * burstSeconds;
  }

  /** Waits until `bytes` may go. A chunk larger than a burst goes whole and is waited for afterwards. */
  async take(bytes: number): Promise<void> {
    this.#refill();
    this.#allowed -= bytes;
    while (this.#allowed < 0) {
      await sleep(Math.min(500, Math.max(1, (-this.#allowed / this.#bytesPerSecond) * 1000)));
      this.#refill();
    }
  }

  #refill(): void {
    const now = performance.now();
    this.#allowed = Math.min(
      this.#bytesPerSecond * burstSeconds,
      this.#allowed + ((now - this.#lastMs) / 1000) * this.#bytesPerSecond,
    );
    this.#lastMs = now;
  }
}
