/**
 * Numbers of 64 bits to a number each, in typed arrays: some 30 bytes for each of millions of patterns. Most that
 * is asked for is not there, which a bit set of a sixteenth of the size says: it stays in the processor's cache.
 */
export class HashTable {
  #high: Int32Array;
  #low: Int32Array;
  #values: Uint32Array;
  #present: Uint32Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1024) {
    this.#mask = capacity - 1;
    this.#high = new Int32Array(capacity);
    this.#low = new Int32Array(capacity);
    this.#values = new Uint32Array(capacity);
    this.#present = new Uint32Array(capacity >>> 2);
  }

  get size(): number {
    return this.#size;
  }

  /** Puts a value above 0 under a key, unless the key has one; gives the one that it has then. */
  add(high: number, low: number, value: number): number {
    if (this.#size * 2 > this.#mask) this.#grow();
    const hash = mix(high, low);
    const bit = hash & (this.#mask * 8 + 7);
    this.#present[bit >>> 5]! |= 1 << (bit & 31);
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#values[at] !== 0) {
      if (this.#low[at] === (low | 0) && this.#high[at] === (high | 0)) return this.#values[at]!;
      at = (at + 1) & this.#mask;
    }
    this.#high[at] = high;
    this.#low[at] = low;
    this.#values[at] = value;
    this.#size++;
    return value;
  }

  /** The value of a key; 0 where there is none. */
  get(high: number, low: number): number {
    const hash = mix(high, low);
    const bit = hash & (this.#mask * 8 + 7);
    if ((this.#present[bit >>> 5]! & (1 << (bit & 31))) === 0) return 0;
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#values[at] !== 0) {
      if (this.#low[at] === (low | 0) && this.#high[at] === (high | 0)) return this.#values[at]!;
      at = (at + 1) & this.#mask;
    }
    return 0;
  }

  #grow(): void {
    const [high, low, values] = [this.#high, this.#low, this.#values];
    const capacity = values.length * 2;
    this.#mask = capacity - 1;
    this.#high = new Int32Array(capacity);
    this.#low = new Int32Array(capacity);
    this.#values = new Uint32Array(capacity);
    this.#present = new Uint32Array(capacity >>> 2);
    this.#size = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== 0) this.add(high[i]!, low[i]!, values[i]!);
    }
  }
}

function mix(high: number, low: number): number {
  let hash = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d) ^ low;
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
  return hash ^ (hash >>> 16);
}
