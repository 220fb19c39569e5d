const windowMs = 10_000;
const leastMs = 500;

/** Bytes a second over the last ten seconds. */
export class Rate {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  note(bytes: number, atMs = performance.now()): void {
    const last = this.#samples.at(-1);
    // It begins anew: another archive, or the same one from an earlier byte on.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    if (last !== undefined && atMs - last.atMs < leastMs / 5) return;
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && atMs - this.#samples[0]!.atMs > windowMs) this.#samples.shift();
  }

  /** null where too little was seen to tell. */
  perSecond(bytes: number, atMs = performance.now()): number | null {
    const first = this.#samples[0];
    if (first === undefined || atMs - first.atMs < leastMs) return null;
    return Math.round(((bytes - first.bytes) / (atMs - first.atMs)) * 1000);
  }
}
