import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';

export const blockBytes = 256 * 1024;
/** After so many bytes others get their turn: signs of life are sent while a large file is read. */
const turnBytes = 32 * 1024 * 1024;

/** Opens a file for reading: never a link, never waiting for a pipe's other end. */
export const openToRead = (at: Buffer): number =>
  openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/** Reads up to `limit` bytes of a file into a digest; answers how many there were. */
export async function hashInto(hash: Hash, file: number, limit: number, buffer: Buffer): Promise<number> {
  let done = 0;
  let turn = turnBytes;
  while (done < limit) {
    const read = readSync(file, buffer, 0, Math.min(buffer.length, limit - done), done);
    if (read === 0) break;
    hash.update(read === buffer.length ? buffer : buffer.subarray(0, read));
    done += read;
    if (done >= turn) {
      turn += turnBytes;
      await breathe();
    }
  }
  return done;
}

/** SHA-256 of a whole file, in base64. */
export async function hashFile(at: Buffer, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256');
  const file = openToRead(at);
  try {
    await hashInto(hash, file, Number.MAX_SAFE_INTEGER, buffer);
  } finally {
    closeSync(file);
  }
  return hash.digest('base64');
}
