import { firstSlot, largerTable } from '@cutover/stores';

/**
 * A set of texts that answers "seen before?" in 11 to 22 bytes a text, 14 at most from 786,432 on, whatever its length:
 * a 64-bit fingerprint in open addressing. Two different texts share a fingerprint with a chance of n² / 3.7e19, 3e-8
 * for a million; it would show as a path reported taken that is free, never silently.
 */
export class Fingerprints {
  #high = new Uint32Array(1 << 12);
  /** Never 0, which is a free slot. */
  #low = new Uint32Array(1 << 12);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a text; false where it was there before. */
  add(text: string): boolean {
    if (this.#size * 4 >= this.#low.length * 3) this.#grow();
    const [high, low] = [hashOf(text, 0x811c9dc5, 0x01000193), hashOf(text, 0x9747b28c, 0x85ebca6b) || 1];
    const at = placeOf(this.#high, this.#low, high, low);
    if (this.#low[at] !== 0) return false;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#size++;
    return true;
  }

  /** Whether a text was added before. */
  has(text: string): boolean {
    const [high, low] = [hashOf(text, 0x811c9dc5, 0x01000193), hashOf(text, 0x9747b28c, 0x85ebca6b) || 1];
    return this.#low[placeOf(this.#high, this.#low, high, low)] !== 0;
  }

  #grow(): void {
    const slots = largerTable(this.#low.length);
    const [high, low] = [new Uint32Array(slots), new Uint32Array(slots)];
    for (let i = 0; i < this.#low.length; i++) {
      if (this.#low[i] === 0) continue;
      const at = placeOf(high, low, this.#high[i]!, this.#low[i]!);
      high[at] = this.#high[i]!;
      low[at] = this.#low[i]!;
    }
    this.#high = high;
    this.#low = low;
  }
}

/** Where a fingerprint is, or the free slot where it belongs. */
function placeOf(highs: Uint32Array, lows: Uint32Array, high: number, low: number): number {
  let at = firstSlot(low, lows.length);
  while (lows[at] !== 0 && (lows[at] !== low || highs[at] !== high)) if (++at === lows.length) at = 0;
  return at;
}

/** A 32-bit hash in the manner of FNV-1a, mixed at the end. */
function hashOf(text: string, offset: number, prime: number): number {
  let hash = offset;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i) ^ (hash >>> 15), prime);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}
