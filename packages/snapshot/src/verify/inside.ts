import { HashTable } from './hash-table.ts';

/** Bytes by which a phrase is found wherever it stands: its first ones, which are exactly a key of the table. */
export const headLength = 8;
/** Bytes that a phrase is known by at most, so that its length is one of 32. */
const knownLength = headLength + 31;

const highBase = 0x01000193;
const lowBase = 0x5bd1e995;

/**
 * Phrases that are found inside of words too. For a head there is a set of lengths, for a whole phrase 64 bits of
 * hash: however many phrases begin alike, a place in a text costs no more than the longest.
 */
export class InsideTable {
  /** Place in `#lengths`, by head. */
  readonly #heads = new HashTable();
  readonly #phrases = new HashTable();
  /** Bit n: there is a phrase of `headLength + n` bytes with this head. */
  readonly #lengths = [0];

  get size(): number {
    return this.#heads.size;
  }

  /** A phrase as it is searched, of `headLength` bytes at least. */
  add(phrase: string, kind: number): void {
    const bytes = Buffer.from(phrase).subarray(0, knownLength);
    const [high, low] = [bytes.readInt32BE(0), bytes.readInt32BE(4)];
    const at = this.#heads.add(high, low, this.#lengths.length);
    if (at === this.#lengths.length) this.#lengths.push(0);
    this.#lengths[at]! |= 1 << (bytes.length - headLength);
    let [h, l] = [high, low];
    for (let i = headLength; i < bytes.length; i++) {
      h = Math.imul(h ^ bytes[i]!, highBase);
      l = (Math.imul(l, lowBase) + bytes[i]!) | 0;
    }
    this.#phrases.add(h, l, kind);
  }

  /** Looks at the phrases with a head, which ends before `at`; the text is the first `length` bytes. */
  find(
    high: number,
    low: number,
    text: Uint8Array,
    at: number,
    length: number,
    take: (kind: number) => void,
  ): void {
    let lengths = this.#lengths[this.#heads.get(high, low)]!;
    for (let [h, l] = [high, low]; lengths !== 0; lengths >>>= 1) {
      if ((lengths & 1) !== 0) {
        const kind = this.#phrases.get(h, l);
        if (kind !== 0) take(kind);
      }
      if (at === length) return;
      h = Math.imul(h ^ text[at]!, highBase);
      l = (Math.imul(l, lowBase) + text[at++]!) | 0;
    }
  }
}
