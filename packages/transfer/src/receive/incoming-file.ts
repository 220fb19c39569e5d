import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import type { Entry } from '../tree/entry.ts';
import { blockBytes, Crc, hashInto, openToRead } from '../tree/hash-file.ts';
import { removeTree } from '../tree/remove.ts';
import { keepsOwners, secondsOf } from '../tree/write.ts';

/** From this size on a file is kept as far as it has come. */
export const resumableBytes = 8 * 1024 * 1024;

/** Bytes of a large file that an earlier connection brought, and their digest. */
export interface Partial {
  readonly offset: number;
  readonly digest: string;
}

/** Where a large file is collected, and which version of it that is. */
function partialOf(dir: string, entry: Entry): { path: string; of: string; version: string } {
  const name = createHash('sha256').update(entry.path, 'latin1').digest('hex').slice(0, 32);
  const version = JSON.stringify([entry.path, entry.sizeBytes, entry.mtimeNs, entry.ctimeNs]);
  return { path: join(dir, name), of: join(dir, `${name}.of`), version };
}

/** What is there of this version of a large file; what is there of another version is removed. */
export async function findPartial(dir: string, entry: Entry): Promise<Partial | undefined> {
  if (entry.sizeBytes < resumableBytes) return undefined;
  const { path, of, version } = partialOf(dir, entry);
  try {
    if (readFileSync(of, 'utf8') === version) {
      const crc = new Crc();
      const file = openToRead(Buffer.from(path));
      try {
        const offset = await hashInto(crc, file, entry.sizeBytes, Buffer.allocUnsafe(blockBytes));
        return offset === 0 ? undefined : { offset, digest: crc.digest() };
      } finally {
        closeSync(file);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  rmSync(path, { force: true });
  rmSync(of, { force: true });
  return undefined;
}

/** A file that is coming in. Only `end` puts it under its name, and only where its digest is that of the source. */
export class IncomingFile {
  readonly #entry: Entry;
  readonly #at: Buffer;
  readonly #collected: { path: string; of: string } | undefined;
  readonly #file: number;
  readonly #crc = new Crc();
  #size = 0;

  /** Begins; what there is of a large file up to `offset` stays for `goOn`. */
  constructor(entry: Entry, at: Buffer, partialDir: string, offset: number) {
    this.#entry = entry;
    this.#at = at;
    if (entry.sizeBytes < resumableBytes) {
      this.#file = openNew(at, entry.mode & 0o777);
    } else {
      const { path, of, version } = partialOf(partialDir, entry);
      this.#collected = { path, of };
      writeFileSync(of, version, { mode: 0o600 });
      // What is there is of another version: a disk need not have room for both.
      removeTree(at);
      this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
      if (offset === 0) ftruncateSync(this.#file);
    }
  }

  /** Goes on at `offset`, which is what `findPartial` had found: that is read into the digest. */
  async goOn(offset: number): Promise<void> {
    const had = await hashInto(this.#crc, this.#file, offset, Buffer.allocUnsafe(blockBytes));
    if (had !== offset) throw tooLong(this.#entry, 'it goes on behind what is there');
    this.#size = offset;
    ftruncateSync(this.#file, offset);
  }

  data(bytes: Buffer): void {
    this.#assertRoom(bytes.length);
    this.#crc.update(bytes);
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#size + done);
    this.#size += bytes.length;
  }

  /** Zeros that take no room. */
  hole(length: number): void {
    this.#assertRoom(length);
    for (let left = length; left > 0; left -= zeros.length)
      this.#crc.update(left >= zeros.length ? zeros : zeros.subarray(0, left));
    this.#size += length;
    ftruncateSync(this.#file, this.#size);
  }

  /** Puts the file in its place; false where its digest or size is not that of the source: nothing stays. */
  end(digest: string, whole: boolean): boolean {
    const right = this.#crc.digest() === digest && (!whole || this.#size === this.#entry.sizeBytes);
    if (!right) {
      this.drop();
      return false;
    }
    const { uid, gid, mode, mtimeNs } = this.#entry;
    // Mostly it was made as it is to be, and a look is cheaper than two changes.
    const is = fstatSync(this.#file);
    const another = keepsOwners() && (is.uid !== uid || is.gid !== gid);
    if (another) fchownSync(this.#file, uid, gid);
    if (another || (is.mode & 0o7777) !== mode) fchmodSync(this.#file, mode);
    const seconds = secondsOf(mtimeNs);
    futimesSync(this.#file, seconds, seconds);
    closeSync(this.#file);
    if (this.#collected === undefined) return true;
    renameSync(this.#collected.path, this.#at);
    rmSync(this.#collected.of, { force: true });
    return true;
  }

  /** Bytes that are there. */
  get size(): number {
    return this.#size;
  }

  /** Leaves what has come of a large file for the next connection. */
  keep(): void {
    closeSync(this.#file);
    if (this.#collected === undefined) removeTree(this.#at);
  }

  /** Leaves nothing. */
  drop(): void {
    closeSync(this.#file);
    if (this.#collected === undefined) removeTree(this.#at);
    else for (const path of [this.#collected.path, this.#collected.of]) rmSync(path, { force: true });
  }

  #assertRoom(bytes: number): void {
    if (this.#size + bytes > this.#entry.sizeBytes) throw tooLong(this.#entry, 'more comes than was said');
  }
}

const zeros = Buffer.alloc(blockBytes);

/**
 * A file that was not there; what is there goes. Mostly nothing is, so that is not looked for first. Its mode may be
 * the last one at once: nobody else gets into the folder that it is received in.
 */
function openNew(at: Buffer, mode: number): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return openSync(at, flags, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeTree(at);
    return openSync(at, flags, mode);
  }
}

function tooLong(entry: Entry, why: string): CutoverError {
  return new CutoverError(
    'entry-refused',
    `the content of ${JSON.stringify(entry.path)} is refused: ${why}`,
    {
      next: 'look at the sender: a file does not grow past the size it was announced with',
      data: { path: entry.path },
    },
  );
}
