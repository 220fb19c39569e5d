import { firstSlot } from '@cutover/stores';

/** What another thread needs in order to look into the same slots. */
export interface SharedSlots {
  readonly hashes: Uint32Array;
  readonly values: Uint32Array;
}

const shared = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4));

/**
 * Numbers by a 32-bit hash, in memory that threads share: open addressing, 8 bytes a slot, at least a quarter of
 * them free. A hash may stand for several numbers; the caller tells them apart.
 */
export class Slots {
  #hashes: Uint32Array;
  /** Number + 1; 0 is a free slot. */
  #values: Uint32Array;
  #size = 0;

  constructor(from?: SharedSlots) {
    this.#hashes = from?.hashes ?? shared(1 << 10);
    this.#values = from?.values ?? shared(1 << 10);
  }

  share(): SharedSlots {
    return { hashes: this.#hashes, values: this.#values };
  }

  add(hash: number, value: number): void {
    if (this.#size * 4 >= this.#values.length * 3) this.#resize(this.#values.length * 2);
    insert(this.#hashes, this.#values, hash >>> 0, value + 1);
    this.#size++;
  }

  /** The next slot of a hash, behind slot `after`; -1 where there is none. */
  seek(hash: number, after = -1): number {
    const values = this.#values;
    const wanted = hash >>> 0;
    let slot = after === -1 ? firstSlot(wanted, values.length) : after + 1;
    for (;;) {
      if (slot === values.length) slot = 0;
      if (values[slot] === 0) return -1;
      if (this.#hashes[slot] === wanted) return slot;
      slot++;
    }
  }

  at(slot: number): number {
    return this.#values[slot]! - 1;
  }

  put(slot: number, value: number): void {
    this.#values[slot] = value + 1;
  }

  /** Lets go of room for more, once all are there: while they come it doubles. */
  fit(): void {
    const enough = Math.ceil((this.#size * 4) / 3) + 1;
    if (enough < this.#values.length) this.#resize(enough);
  }

  #resize(length: number): void {
    const [hashes, values] = [shared(length), shared(length)];
    for (let slot = 0; slot < this.#values.length; slot++) {
      if (this.#values[slot] !== 0) insert(hashes, values, this.#hashes[slot]!, this.#values[slot]!);
    }
    this.#hashes = hashes;
    this.#values = values;
  }
}

function insert(hashes: Uint32Array, values: Uint32Array, hash: number, value: number): void {
  let slot = firstSlot(hash, values.length);
  while (values[slot] !== 0) if (++slot === values.length) slot = 0;
  hashes[slot] = hash;
  values[slot] = value;
}

/** A 32-bit hash of texts in order: FNV-1a over their code units, mixed at the end. */
export function hashTexts(seed: number, texts: readonly string[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    for (let j = 0; j < text.length; j++) hash = Math.imul(hash ^ text.charCodeAt(j), 0x01000193);
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
