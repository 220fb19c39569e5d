import { sourceChanged } from '../source-changed.ts';
import type { Stretch } from './stretches.ts';

/** Rows that a thread claims at once of a source that is not cut into stretches. */
const unitRows = 1024;

/** Numbers that are shared before those of the stretches or units. */
const lateAt = 0;
const conflictAt = 1;
const claimedAt = 2;
const headLength = 3;

/**
 * What the threads of one pass share: who maps which rows, and whether the pass has to be made again. Where the source
 * is cut into stretches, a thread reads those that it claims; else each reads everything, and whoever comes to a unit
 * of rows first maps it.
 */
export class SharedPass {
  readonly shared: Int32Array;
  #row = 0;
  #unit = -1;
  #isMine = false;

  constructor(shared: Int32Array) {
    this.shared = shared;
  }

  static create(rowsTotal: number, stretches?: readonly Stretch[]): SharedPass {
    const parts = stretches?.length ?? Math.ceil(rowsTotal / unitRows) + 1;
    return new SharedPass(new Int32Array(new SharedArrayBuffer((headLength + parts) * 4)));
  }

  /** Of the next `most` rows of the source: how many are one thread's, and whether that is this one. */
  next(most: number): { readonly rows: number; readonly isMine: boolean } {
    const unit = Math.floor(this.#row / unitRows);
    if (unit !== this.#unit) {
      if (headLength + unit >= this.shared.length) throw sourceChanged('there are more rows than before');
      this.#unit = unit;
      this.#isMine = Atomics.exchange(this.shared, headLength + unit, 1) === 0;
    }
    const rows = Math.min(most, (unit + 1) * unitRows - this.#row);
    this.#row += rows;
    return { rows, isMine: this.#isMine };
  }

  /** The number of the next stretch, which is this thread's from here on; as many as there are, or more: none is left. */
  claim(): number {
    return Atomics.add(this.shared, claimedAt, 1);
  }

  /** Rows of a stretch that are mapped. */
  rowsDone(stretch: number): number {
    return Atomics.load(this.shared, headLength + stretch);
  }

  tellDone(stretch: number, rows: number): void {
    Atomics.store(this.shared, headLength + stretch, rows);
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
