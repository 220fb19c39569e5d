/** Names in a page: nothing is copied when a list grows, so that the peak is what it holds and not three times that. */
const pageBits = 16;
const pageSize = 1 << pageBits;
const pageMask = pageSize - 1;

export const oidBytes = 20;

/** A growing list of object names, 20 bytes each. */
export class OidPages {
  readonly #pages: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds the name that stands in `from` at `at`; gives its place in the list. */
  push(from: Buffer, at: number): number {
    if ((this.#length & pageMask) === 0) this.#pages.push(Buffer.allocUnsafeSlow(pageSize * oidBytes));
    from.copy(this.#pages.at(-1)!, (this.#length & pageMask) * oidBytes, at, at + oidBytes);
    return this.#length++;
  }

  copyTo(target: Buffer, targetAt: number, at: number): void {
    const page = this.#pages[at >>> pageBits]!;
    const start = (at & pageMask) * oidBytes;
    // To have Buffer copy so few takes several times as long.
    for (let i = 0; i < oidBytes; i++) target[targetAt + i] = page[start + i]!;
  }

  /** First 32 bits of a name. */
  head(at: number): number {
    return this.#pages[at >>> pageBits]!.readUInt32BE((at & pageMask) * oidBytes);
  }

  hex(at: number): string {
    const start = (at & pageMask) * oidBytes;
    return this.#pages[at >>> pageBits]!.toString('hex', start, start + oidBytes);
  }

  equals(at: number, other: Buffer, otherAt: number): boolean {
    return this.compare(at, other, otherAt) === 0;
  }

  compare(at: number, other: Buffer, otherAt: number): number {
    const start = (at & pageMask) * oidBytes;
    return this.#pages[at >>> pageBits]!.compare(other, otherAt, otherAt + oidBytes, start, start + oidBytes);
  }
}
