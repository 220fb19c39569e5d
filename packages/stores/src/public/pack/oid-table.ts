import { firstSlot, largerTable } from '../../open-addressing.ts';
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
    const slots = this.#slots;
    const head = from.readUInt32BE(at);
    let slot = firstSlot(head, slots.length);
    for (;;) {
      const place = slots[slot]! - 1;
      if (place === -1) break;
      if (this.oids.head(place) === head && this.oids.equals(place, from, at)) return place;
      if (++slot === slots.length) slot = 0;
    }
    const added = this.oids.push(from, at);
    slots[slot] = added + 1;
    return -1 - added;
  }

  #grow(): void {
    const slots = new Int32Array(largerTable(this.#slots.length));
    for (let place = 0; place < this.oids.length; place++) {
      let slot = firstSlot(this.oids.head(place), slots.length);
      while (slots[slot] !== 0) if (++slot === slots.length) slot = 0;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}
