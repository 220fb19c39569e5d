import { OidPages } from './pages.ts';

/**
 * Names of objects with "is it there?" in constant time: 20 bytes a name and at most 11 for the slots.
 * A place in the table stays what it is; places count up from 0 in the order of adding.
 */
export class OidTable {
  readonly oids = new OidPages();
  #slots = new Int32Array(1 << 12);

  get size(): number {
    return this.oids.length;
  }

  /** Place of the name in `from` at `at`; adds it where it is not there: `-1 - place`, so that the sign says so. */
  add(from: Buffer, at = 0): number {
    if (this.oids.length * 4 >= this.#slots.length * 3) this.#grow();
    const mask = this.#slots.length - 1;
    const head = from.readUInt32BE(at);
    let slot = head & mask;
    for (;;) {
      const place = this.#slots[slot]! - 1;
      if (place === -1) break;
      if (this.oids.head(place) === head && this.oids.equals(place, from, at)) return place;
      slot = (slot + 1) & mask;
    }
    const added = this.oids.push(from, at);
    this.#slots[slot] = added + 1;
    return -1 - added;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let place = 0; place < this.oids.length; place++) {
      let slot = this.oids.head(place) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}
