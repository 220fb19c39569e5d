import { hash } from 'node:crypto';

const size = 1 << 16;
/** Buckets that are looked into: enough to name what differs, few enough to be held. */
const lookedInto = 128;

/**
 * Whether two streams hold the same named things, each as often, in constant memory: what one side has is added, what
 * the other has is taken away, in one of 65,536 buckets by its name. Where nothing is left they are the same, except
 * for chance (2^-64 a bucket). What is left tells which names have to be looked at again.
 */
export class Balance {
  readonly #counts = new Int32Array(size);
  readonly #low = new Uint32Array(size);
  readonly #high = new Uint32Array(size);

  add(name: string, value = ''): void {
    this.#change(name, value, 1);
  }

  take(name: string, value = ''): void {
    this.#change(name, value, -1);
  }

  /** The buckets that do not balance. */
  differing(): { readonly total: number; readonly has: (name: string) => boolean } {
    const open = new Set<number>();
    let total = 0;
    for (let at = 0; at < size; at++) {
      if (this.#counts[at] === 0 && this.#low[at] === 0 && this.#high[at] === 0) continue;
      total++;
      if (open.size < lookedInto) open.add(at);
    }
    return { total, has: (name) => open.has(bucketOf(name)) };
  }

  #change(name: string, value: string, sign: 1 | -1): void {
    const at = bucketOf(name);
    const digest = hash('sha256', `${name}\0${value}`, 'hex');
    this.#counts[at]! += sign;
    this.#low[at]! += sign * Number.parseInt(digest.slice(0, 8), 16);
    this.#high[at]! += sign * Number.parseInt(digest.slice(8, 16), 16);
  }
}

/** FNV-1a over the code units. */
function bucketOf(name: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  return (state ^ (state >>> 16)) & (size - 1);
}

/** What both sides hold under one name. */
export interface Sides {
  readonly left: string[];
  readonly right: string[];
}

/** Gathers what two streams hold under the names that do not balance. */
export class Differences {
  readonly #names = new Map<string, Sides>();

  left(name: string, value = ''): void {
    this.#of(name).left.push(value);
  }

  right(name: string, value = ''): void {
    this.#of(name).right.push(value);
  }

  *entries(): Generator<[string, Sides]> {
    for (const [name, sides] of this.#names) {
      if (sides.left.sort().join() !== sides.right.sort().join()) yield [name, sides];
    }
  }

  #of(name: string): Sides {
    const known = this.#names.get(name) ?? { left: [], right: [] };
    this.#names.set(name, known);
    return known;
  }
}
