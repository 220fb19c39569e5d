import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openScratch, writeWhole } from '../scratch-file.ts';

/** Values that are too long for an entry, in a file of their own. One appends, others read what was appended before. */
export class LongValues {
  readonly #dir: string;
  #file: number | undefined;
  #size = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Adds a value; gives where it is. Throws what `scratchFault` makes of a fault. */
  append(value: Buffer): number {
    const at = this.#size;
    writeWhole(this.#open(), value, value.length, at, this.#dir);
    this.#size += value.length;
    return at;
  }

  read(at: number, size: number): string {
    const value = Buffer.allocUnsafe(size);
    readSync(this.#open(), value, 0, size, at);
    return value.toString('utf8');
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    return (this.#file ??= openScratch(join(this.#dir, 'long')));
  }
}
