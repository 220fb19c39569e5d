import { deflateRawSync } from 'node:zlib';

/** Text, records and pages shrink by more; below this the time is not worth it. */
const worthwhile = 0.9;
const mostPassedOver = 64;
/** What did not shrink last time is tried by so much of it first. */
const sampleBytes = 32 * 1024;

/** Packs buffers. What does not shrink (images, archives) is soon not tried any more, or seldom. */
export class Packing {
  #passOver = 0;
  #left = 0;
  readonly #options = { level: 1, memLevel: 9, windowBits: 15 };

  /** The bytes by DEFLATE; undefined where that is not worth it, or was not for those before. */
  pack(bytes: Uint8Array): Buffer | undefined {
    if (this.#left > 0) {
      this.#left--;
      return undefined;
    }
    const packed = this.#seemsWorthwhile(bytes) ? deflateRawSync(bytes, this.#options) : undefined;
    if (packed !== undefined && packed.length < bytes.length * worthwhile) {
      this.#passOver = 0;
      return packed;
    }
    this.#passOver = Math.min(mostPassedOver, this.#passOver * 2 + 1);
    this.#left = this.#passOver;
    return undefined;
  }

  #seemsWorthwhile(bytes: Uint8Array): boolean {
    if (this.#passOver === 0 || bytes.length < 4 * sampleBytes) return true;
    const from = Math.floor((bytes.length - sampleBytes) / 2);
    const sample = bytes.subarray(from, from + sampleBytes);
    return deflateRawSync(sample, this.#options).length < sampleBytes * worthwhile;
  }
}

/**
 * Bytes a second that this processor packs, measured on text of the kind that has to be packed: about a sixtieth of a
 * second's work.
 */
export function packingRate(): number {
  const lines = Array.from({ length: 24_000 }, (_, n) => `line ${(n * 2654435761) % 1_000_003} of a text `);
  const text = Buffer.from(lines.join('\n'));
  const packing = new Packing();
  packing.pack(text.subarray(0, 64 * 1024));
  const began = performance.now();
  packing.pack(text);
  return text.length / ((performance.now() - began) / 1000);
}

/** Packing gains where the link is slower than the processor: with room, as that has other work, too. */
export const gainsByPacking = (linkRate: number, rate: number): boolean => linkRate < rate / 2;
