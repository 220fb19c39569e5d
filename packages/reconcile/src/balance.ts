const buckets = 1 << 16;
const perFact = 3;

/**
 * Whether two sets of pairs are the same, in many buckets by the pairs' keys: a sum of both numbers' mix is taken
 * for each bucket, and where nothing is left of it the bucket's pairs need not be compared one by one. Pairs that
 * differ leave nothing by accident once in 2^64 times.
 */
export class Balance {
  readonly #low = new Int32Array(buckets);
  readonly #high = new Int32Array(buckets);

  add(key: number, value: number): void {
    const at = bucketOf(key);
    this.#low[at]! += mix(key, value, 0x9e3779b1);
    this.#high[at]! += mix(value, key, 0x85ebca6b);
  }

  subtract(key: number, value: number): void {
    const at = bucketOf(key);
    this.#low[at]! -= mix(key, value, 0x9e3779b1);
    this.#high[at]! -= mix(value, key, 0x85ebca6b);
  }

  /** Of facts `key, any, value` those whose bucket is not balanced. */
  unbalanced(facts: Float64Array): Float64Array {
    let kept = 0;
    for (let at = 0; at < facts.length; at += perFact) {
      const bucket = bucketOf(facts[at]!);
      if (this.#low[bucket] === 0 && this.#high[bucket] === 0) continue;
      facts.copyWithin(kept, at, at + perFact);
      kept += perFact;
    }
    return facts.subarray(0, kept);
  }
}

/** The upper bits of a 53-bit hash. */
const bucketOf = (key: number): number => (key / 2 ** 37) | 0;

function mix(a: number, b: number, factor: number): number {
  let hash = Math.imul(a | 0, factor) ^ (a / 2 ** 32);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (b | 0);
  hash = Math.imul(hash ^ (hash >>> 13), factor) ^ (b / 2 ** 32);
  hash = Math.imul(hash ^ (hash >>> 16), 0x297a2d39);
  return hash ^ (hash >>> 15);
}
