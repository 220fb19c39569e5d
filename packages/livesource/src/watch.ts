/** Fires when nothing was heard for a while, pauses of our own not counted. */
export class Watch {
  paused = false;
  #handle: NodeJS.Timeout | undefined;
  readonly #ms: number;
  readonly #silent: () => void;
  #heard = Date.now();

  constructor(ms: number, silent: () => void) {
    this.#ms = ms;
    this.#silent = silent;
  }

  touch(): void {
    this.#heard = Date.now();
  }

  start(): void {
    this.#handle = setInterval(
      () => {
        if (!this.paused && Date.now() - this.#heard > this.#ms) this.#silent();
      },
      Math.max(20, Math.min(1000, this.#ms / 4)),
    );
    this.#handle.unref();
  }

  stop(): void {
    clearInterval(this.#handle);
  }
}
