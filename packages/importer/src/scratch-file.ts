import { once } from 'node:events';
import { createWriteStream, openSync, type WriteStream, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { CutoverError, messageOf } from '@cutover/core';

/**
 * A file below the work folder that is written while an import goes on. A fault of the disk reaches whoever waits for
 * it: a stream alone would say it to nobody, and what is piped into it would wait for ever.
 */
export class ScratchFile {
  readonly stream: WriteStream;
  readonly #failed: Promise<never>;

  constructor(path: string) {
    this.stream = createWriteStream(path, { mode: 0o600 });
    this.#failed = new Promise<never>((_, reject) => {
      this.stream.once('error', (cause) => reject(scratchFault(path, cause)));
    });
    this.#failed.catch(() => undefined);
  }

  /**
   * Waits for an event of the file, or of what is piped into it. Throws CutoverError `disk-full` or
   * `scratch-unwritable` (exit 7).
   */
  async until(stream: Writable, event: 'drain' | 'close'): Promise<void> {
    await Promise.race([this.#failed, once(stream, event)]);
  }
}

/** What the disk of the work folder refuses, as what to do about it. */
export function scratchFault(path: string, cause: unknown): CutoverError {
  const { code } = cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new CutoverError(
    isFull ? 'disk-full' : 'scratch-unwritable',
    isFull
      ? `there is no space left to write ${path} (${code})`
      : `${path} cannot be written: ${messageOf(cause)}`,
    {
      next: 'free space below the state directory, or name another one with --state-dir, and run the same command again; no branch was moved',
      cause,
    },
  );
}

/** A file below the work folder, to be written and read. Throws what `scratchFault` makes of a fault. */
export function openScratch(path: string): number {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (cause) {
    throw scratchFault(path, cause);
  }
}

/** Writes the first `size` bytes at a place; `path` is what a fault names. Throws what `scratchFault` makes of a fault. */
export function writeWhole(file: number, bytes: Buffer, size: number, at: number, path: string): void {
  try {
    for (let done = 0; done < size;) done += writeSync(file, bytes, done, size - done, at + done);
  } catch (cause) {
    throw scratchFault(path, cause);
  }
}
