import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFault } from '../scratch-file.ts';

/** Values that are too long for an entry, in a file of their own. One appends, others read what was appended before. */
export class LongValues {
  readonly #dir: string;
  #file: number | undefined;
  #size = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Adds a value; gives where it is. Throws CutoverError `disk-full` or `scratch-unwritable` (exit 7). */
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

/** A file below the work folder, to be written and read. Throws as `LongValues.append` does. */
export function openScratch(path: string): number {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (cause) {
    throw scratchFault(path, cause);
  }
}

/** Writes the first `size` bytes at a place; `path` is what a fault names. Throws as `LongValues.append` does. */
export function writeWhole(file: number, bytes: Buffer, size: number, at: number, path: string): void {
  try {
    for (let done = 0; done < size;) done += writeSync(file, bytes, done, size - done, at + done);
  } catch (cause) {
    throw scratchFault(path, cause);
  }
}
