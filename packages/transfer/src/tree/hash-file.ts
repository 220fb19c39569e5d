import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

export const blockBytes = 256 * 1024;
/** After so many bytes others get their turn: signs of life are sent while a large file is read. */
const turnBytes = 32 * 1024 * 1024;

/** Takes bytes, one stretch after the other. */
export interface Taking {
  update(bytes: Uint8Array): unknown;
}

/**
 * CRC-32 of content, by which a pass sees whether what was read is what was written. It is there against faults of the
 * way between two processes, which ssh has sealed besides, and costs a third of SHA-256, by which the verification
 * tells what is on the disks of both ends.
 */
export class Crc implements Taking {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  /** Of what was taken so far, hexadecimal. */
  digest(): string {
    return this.#value.toString(16).padStart(8, '0');
  }
}

/** Opens a file for reading: never a link, never waiting for a pipe's other end. */
export const openToRead = (at: Buffer): number =>
  openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/** Reads up to `limit` bytes of a file into a digest; answers how many there were. */
export async function hashInto(hash: Taking, file: number, limit: number, buffer: Buffer): Promise<number> {
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
  await readInto(hash, at, buffer);
  return hash.digest('base64');
}

/** CRC-32 of a whole file, as `Crc` says it. */
export async function crcOfFile(at: Buffer, buffer: Buffer): Promise<string> {
  const crc = new Crc();
  await readInto(crc, at, buffer);
  return crc.digest();
}

async function readInto(hash: Taking, at: Buffer, buffer: Buffer): Promise<void> {
  const file = openToRead(at);
  try {
    await hashInto(hash, file, Number.MAX_SAFE_INTEGER, buffer);
  } finally {
    closeSync(file);
  }
}
