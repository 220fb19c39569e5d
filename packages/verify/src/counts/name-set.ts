import { hash } from 'node:crypto';

/** A set of names that can only be asked, in 8 bytes each: by 53 bits of SHA-256. Chance makes one of a million wrong once in ten thousand sets. */
export class NameSet {
  #values = new Float64Array(1024);
  #sorted = true;
  size = 0;

  add(name: string): void {
    if (this.size === this.#values.length) {
      this.#settle();
      if (this.size * 2 > this.#values.length) {
        const larger = new Float64Array(this.#values.length * 2);
        larger.set(this.#values.subarray(0, this.size));
        this.#values = larger;
      }
    }
    this.#values[this.size++] = hashOf(name);
    this.#sorted = false;
  }

  has(name: string): boolean {
    if (!this.#sorted) this.#settle();
    const wanted = hashOf(name);
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.#values[low] === wanted;
  }

  /** Sorts, and leaves each once. */
  #settle(): void {
    const used = this.#values.subarray(0, this.size).sort();
    let kept = 0;
    for (let i = 0; i < used.length; i++) if (i === 0 || used[i] !== used[i - 1]) used[kept++] = used[i]!;
    this.size = kept;
    this.#sorted = true;
  }
}

function hashOf(name: string): number {
  return Number.parseInt(hash('sha256', name, 'hex').slice(0, 13), 16);
}
