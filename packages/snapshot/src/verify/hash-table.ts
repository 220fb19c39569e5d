/** Numbers of 64 bits to a small number each, in typed arrays: some 10 bytes for each of millions of patterns. */
export class HashTable {
  #high: Uint32Array;
  #low: Uint32Array;
  #values: Uint16Array;
  #mask: number;
  #size = 0;

  constructor(capacity = 1024) {
    this.#mask = capacity - 1;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#values = new Uint16Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Puts a value of 1 to 255 under a key, unless the key has one. */
  add(high: number, low: number, value: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    let at = (low ^ (high >>> 7)) & this.#mask;
    while (this.#values[at] !== 0) {
      if (this.#low[at] === low >>> 0 && this.#high[at] === high >>> 0) return;
      at = (at + 1) & this.#mask;
    }
    this.#high[at] = high;
    this.#low[at] = low;
    this.#values[at] = value;
    this.#size++;
  }

  /** The value of a key; 0 where there is none. */
  get(high: number, low: number): number {
    let at = (low ^ (high >>> 7)) & this.#mask;
    while (this.#values[at] !== 0) {
      if (this.#low[at] === low >>> 0 && this.#high[at] === high >>> 0) return this.#values[at]!;
      at = (at + 1) & this.#mask;
    }
    return 0;
  }

  #grow(): void {
    const [high, low, values] = [this.#high, this.#low, this.#values];
    const capacity = values.length * 2;
    this.#mask = capacity - 1;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#values = new Uint16Array(capacity);
    this.#size = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== 0) this.add(high[i]!, low[i]!, values[i]!);
    }
  }
}
