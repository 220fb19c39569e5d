/** Rows that a thread claims at once. */
const unitRows = 1024;

/** Numbers that are shared before the units. */
const lateAt = 0;
const conflictAt = 1;
const headLength = 2;

/**
 * What the threads of one pass share: who maps which rows, and whether the pass has to be made again. Each thread reads
 * the whole source; whoever comes to a unit of rows first maps it.
 */
export class SharedPass {
  readonly shared: Int32Array;
  #row = 0;
  #unit = -1;
  #isMine = false;

  constructor(shared: Int32Array) {
    this.shared = shared;
  }

  static create(rowsTotal: number): SharedPass {
    const units = Math.ceil(rowsTotal / unitRows) + 1;
    return new SharedPass(new Int32Array(new SharedArrayBuffer((headLength + units) * 4)));
  }

  /** Of the next `most` rows of the source: how many are one thread's, and whether that is this one. */
  next(most: number): { readonly rows: number; readonly isMine: boolean } {
    const unit = Math.floor(this.#row / unitRows);
    if (unit !== this.#unit) {
      this.#unit = unit;
      this.#isMine = Atomics.exchange(this.shared, headLength + unit, 1) === 0;
    }
    const rows = Math.min(most, (unit + 1) * unitRows - this.#row);
    this.#row += rows;
    return { rows, isMine: this.#isMine };
  }

  /** Whether the pass has to be made again: by any thread a row was found unfit after others had looked it up. */
  get isLate(): boolean {
    return Atomics.load(this.shared, lateAt) > 0;
  }

  /** Whether two rows made one path: which of them came first only a single thread can tell. */
  get hasConflict(): boolean {
    return Atomics.load(this.shared, conflictAt) > 0;
  }

  tellConflict(): void {
    Atomics.store(this.shared, conflictAt, 1);
    this.tellLate();
  }

  tellLate(): void {
    Atomics.store(this.shared, lateAt, 1);
  }
}
