import type { EntryStore } from './entry-store.ts';
import type { LongValues } from './long-values.ts';

/** Longer values go into a file of their own, and so do all once an entry has grown long. */
const longestInside = 1024;
const longEntry = 24 << 10;
const inOtherFile = 0xffff;

/** Puts one entry together: texts one after the other, each with its length and its kind before it. */
export class EntryMaker {
  readonly bytes = Buffer.allocUnsafeSlow(1 << 16);
  size = 0;

  begin(): void {
    this.size = 0;
  }

  number(value: number): void {
    this.#sizeAt(this.size, value);
    this.size += 2;
  }

  text(value: string | null, long: LongValues): void {
    if (value === null) {
      this.number(0);
      return;
    }
    const head = this.size;
    const { bytes } = this;
    if (value.length <= 48) {
      let at = head + 2;
      let high = 0;
      for (let i = 0; i < value.length; i++) {
        const unit = value.charCodeAt(i);
        high |= unit;
        bytes[at++] = unit;
      }
      if (high < 128) {
        this.#sizeAt(head, value.length * 2 + 1);
        this.size = at;
        return;
      }
    }
    if (value.length * 3 > longestInside || head > longEntry) {
      this.#putLong(Buffer.from(value), long);
      return;
    }
    const size = bytes.write(value, head + 2);
    this.#sizeAt(head, size * 2 + (size === value.length ? 1 : 2));
    this.size = head + 2 + size;
  }

  #sizeAt(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
  }

  #putLong(value: Buffer, long: LongValues): void {
    this.number(inOtherFile);
    this.bytes.writeDoubleLE(long.append(value), this.size);
    this.size = this.bytes.writeUInt32LE(value.length, this.size + 8);
  }
}

/** Reads one entry after `open`, text by text. */
export class EntryReader {
  readonly #store: EntryStore;
  readonly #long: LongValues;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(store: EntryStore, long: LongValues) {
    this.#store = store;
    this.#long = long;
  }

  open(place: number): void {
    this.#at = this.#store.locate(place);
    this.#bytes = this.#store.bytes;
  }

  /** The same for an entry that is not in the store. */
  openAt(bytes: Buffer, at: number): void {
    this.#at = at;
    this.#bytes = bytes;
  }

  number(): number {
    const at = this.#at;
    this.#at = at + 2;
    return this.#bytes[at]! | (this.#bytes[at + 1]! << 8);
  }

  text(): string | null {
    const head = this.number();
    if (head === 0) return null;
    if (head === inOtherFile) return this.#getLong();
    const size = (head - 1) >> 1;
    const from = this.#at;
    this.#at = from + size;
    return (head & 1) === 1 ? this.#bytes.latin1Slice(from, this.#at) : this.#bytes.utf8Slice(from, this.#at);
  }

  skip(count: number): void {
    for (let i = 0; i < count; i++) {
      const head = this.number();
      if (head !== 0) this.#at += head === inOtherFile ? 12 : (head - 1) >> 1;
    }
  }

  /** Whether the next text is this one; reads it in any case. */
  is(value: string): boolean {
    const bytes = this.#bytes;
    const head = bytes[this.#at]! | (bytes[this.#at + 1]! << 8);
    if (head === 0 || head === inOtherFile || (head & 1) === 0) return this.text() === value;
    const from = this.#at + 2;
    const size = (head - 1) >> 1;
    this.#at = from + size;
    if (size !== value.length) return false;
    for (let i = 0; i < size; i++) if (bytes[from + i] !== value.charCodeAt(i)) return false;
    return true;
  }

  #getLong(): string {
    const at = this.#bytes.readDoubleLE(this.#at);
    const size = this.#bytes.readUInt32LE(this.#at + 8);
    this.#at += 12;
    return this.#long.read(at, size);
  }
}
