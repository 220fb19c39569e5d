import { sourceChanged } from '../source-changed.ts';
import type { Stretch } from './stretches.ts';

/** Rows that a thread claims at once of a source that is not cut into stretches. */
const unitRows = 1024;

/** Numbers that are shared: these, the rows done of each stretch or unit, and for units who was there first. */
const lateAt = 0;
const conflictAt = 1;
const claimedAt = 2;
const headLength = 3;

/** Rows of a unit that come next. */
export interface UnitRows {
  readonly rows: number;
  readonly unit: number;
  /** Rows of the unit up to the last of these. */
  readonly upTo: number;
}

/**
 * What the threads of one pass share: who maps which rows, and whether the pass has to be made again. Where the source
 * is cut into stretches, a thread reads those that it claims; else each reads everything, and whoever comes to a unit
 * of rows first maps it.
 */
export class SharedPass {
  readonly shared: Int32Array;
  readonly #units: number;
  #row = 0;
  #unit = -1;
  #isMine = false;

  constructor(shared: Int32Array) {
    this.shared = shared;
    this.#units = (shared.length - headLength) / 2;
  }

  static create(rowsTotal: number, stretches?: readonly Stretch[]): SharedPass {
    const parts = stretches?.length ?? 2 * (Math.ceil(rowsTotal / unitRows) + 1);
    return new SharedPass(new Int32Array(new SharedArrayBuffer((headLength + parts) * 4)));
  }

  /** Of the next `most` rows of the source: how many are one thread's, and whether that is this one. */
  next(most: number): UnitRows & { readonly isMine: boolean } {
    const taken = this.take(most);
    if (taken.unit !== this.#unit) {
      this.#unit = taken.unit;
      const claim = headLength + this.#units + taken.unit;
      this.#isMine = Atomics.exchange(this.shared, claim, 1) === 0;
    }
    return { ...taken, isMine: this.#isMine };
  }

  /** Of the next `most` rows of the source: those of one unit. */
  take(most: number): UnitRows {
    const unit = Math.floor(this.#row / unitRows);
    if (unit >= this.#units) throw sourceChanged('there are more rows than before');
    const start = this.#row - unit * unitRows;
    const rows = Math.min(most, unitRows - start);
    this.#row += rows;
    return { rows, unit, upTo: start + rows };
  }

  /** The number of the next stretch, which is this thread's from here on; as many as there are, or more: none is left. */
  claim(): number {
    return Atomics.add(this.shared, claimedAt, 1);
  }

  /** Rows of a stretch or unit that are mapped. */
  rowsDone(part: number): number {
    return Atomics.load(this.shared, headLength + part);
  }

  tellDone(part: number, rows: number): void {
    Atomics.store(this.shared, headLength + part, rows);
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
