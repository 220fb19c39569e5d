import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { guard } from './guard.ts';

/** A file that is made when the first piece comes, and removed at the end. */
export class SpillFile {
  readonly #path: string;
  #fd: number | undefined;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Appends; gives where it is. Throws CutoverError `disk-full` or `pack-unwritable`. */
  append(bytes: Uint8Array, size: number): number {
    const at = this.#size;
    guard(this.#path, () => {
      const fd = (this.#fd ??= openSync(this.#path, 'wx+', 0o600));
      for (let done = 0; done < size;) done += writeSync(fd, bytes, done, size - done, at + done);
    });
    this.#size += size;
    return at;
  }

  read(at: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let done = 0; done < size;) {
      const count = readSync(this.#fd!, bytes, done, size - done, at + done);
      if (count === 0) throw new Error(`${this.#path} is shorter than what was written to it`);
      done += count;
    }
    return bytes;
  }

  remove(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#path, { force: true });
  }
}
