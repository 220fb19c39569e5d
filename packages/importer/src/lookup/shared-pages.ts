const pageBits = 16;
const pageSize = 1 << pageBits;
const pageMask = pageSize - 1;

/** A growing list of 32-bit numbers in memory that threads share. */
export class SharedNumbers {
  readonly #pages: Uint32Array[];
  #length = 0;

  constructor(pages: readonly Uint32Array[] = []) {
    this.#pages = [...pages];
  }

  get pages(): readonly Uint32Array[] {
    return this.#pages;
  }

  /** Adds a number; gives its place in the list. */
  push(value: number): number {
    if ((this.#length & pageMask) === 0)
      this.#pages.push(new Uint32Array(new SharedArrayBuffer(pageSize * 4)));
    this.#pages[this.#length >>> pageBits]![this.#length & pageMask] = value;
    return this.#length++;
  }

  get(at: number): number {
    return this.#pages[at >>> pageBits]![at & pageMask]!;
  }
}

/** A growing list of flags, eight to a place, that threads set and read at the same time. */
export class SharedFlags {
  readonly #pages: Uint8Array[];
  #length = 0;

  constructor(pages: readonly Uint8Array[] = []) {
    this.#pages = [...pages];
  }

  get pages(): readonly Uint8Array[] {
    return this.#pages;
  }

  push(): void {
    if ((this.#length++ & pageMask) === 0) this.#pages.push(new Uint8Array(new SharedArrayBuffer(pageSize)));
  }

  get(at: number): number {
    return Atomics.load(this.#pages[at >>> pageBits]!, at & pageMask);
  }

  /** Sets flags of one place; gives what was there before, in one step that no other thread comes between. */
  set(at: number, flags: number): number {
    return Atomics.or(this.#pages[at >>> pageBits]!, at & pageMask, flags);
  }

  /** Whether a place has all these flags. */
  some(flags: number): boolean {
    return this.#pages.some((page) => page.some((set) => (set & flags) === flags));
  }

  /** Takes flags away from all places. */
  clear(flags: number): void {
    for (const page of this.#pages) for (let i = 0; i < page.length; i++) page[i]! &= ~flags;
  }
}
