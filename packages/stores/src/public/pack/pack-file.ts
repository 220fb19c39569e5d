import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { guard, unwritable } from './guard.ts';
import { type Packed, packedStride } from './pack-batch.ts';
import { type PackContents, packIndex, type PlaceRun, signIndex } from './pack-index.ts';
import type { OidPages } from './pages.ts';
import { SpillFile } from './spill-file.ts';

const headerBytes = 12;
const prefix = 'tmp_pack_cutover';

/**
 * One pack on its way. It is written under a temporary name that git passes over and its prune removes;
 * `finish` makes it durable and visible: the pack first, then its index, by which git finds it.
 */
export class PackFile {
  readonly #dir: string;
  readonly #path: string;
  readonly #fd: number;
  /** Sizes and checksums of the objects, as `Packed` has them: they are needed at the end. */
  readonly #objects: SpillFile;
  readonly #runs: PlaceRun[] = [];
  #count = 0;
  #size = headerBytes;

  constructor(objectsDir: string) {
    this.#dir = join(objectsDir, 'pack');
    this.#path = temporaryPath(objectsDir);
    this.#objects = new SpillFile(`${this.#path}.objects`);
    this.#fd = guard(this.#path, () => {
      const fd = openSync(this.#path, 'wx+', 0o600);
      writeSync(fd, header(0), 0, headerBytes, 0);
      return fd;
    });
  }

  /** Bytes written. */
  get size(): number {
    return this.#size;
  }

  /** Adds packed objects; `place` is that of the first in the table of names, which the others follow. Throws CutoverError `disk-full` or `pack-unwritable`. */
  append({ bytes, objects }: Packed, place: number): void {
    guard(this.#path, () => {
      for (let written = 0; written < bytes.length;)
        written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#size + written);
    });
    this.#objects.append(
      new Uint8Array(objects.buffer, objects.byteOffset, objects.byteLength),
      objects.byteLength,
    );
    const count = objects.length / packedStride;
    this.#runs.push({ place, count });
    this.#count += count;
    this.#size += bytes.length;
  }

  /**
   * Ends the pack, writes its index and puts both in place; `sha1Of` hashes a file while the index is made. Throws
   * CutoverError `disk-full` or `pack-unwritable`.
   */
  async finish(oids: OidPages, sha1Of: (path: string) => Promise<string>): Promise<void> {
    guard(this.#path, () => writeSync(this.#fd, header(this.#count), 0, headerBytes, 0));
    // Over the pack as it is on disk: its header, which holds the number of objects, is written last.
    const hashing = sha1Of(this.#path);
    hashing.catch(() => undefined);
    const unsigned = packIndex(oids, this.#contents());
    this.#objects.remove();
    const sha1 = Buffer.from(await hashing, 'hex');
    const index = signIndex(unsigned, sha1);
    guard(this.#path, () => {
      writeSync(this.#fd, sha1, 0, sha1.length, this.#size);
      fsyncSync(this.#fd);
      closeSync(this.#fd);
    });
    const final = join(this.#dir, `pack-${sha1.toString('hex')}`);
    try {
      const handle = await open(`${this.#path}.idx`, 'wx', 0o444);
      await handle.writeFile(index);
      await handle.sync();
      await handle.close();
      await chmod(this.#path, 0o444);
      await rename(this.#path, `${final}.pack`);
      await rename(`${this.#path}.idx`, `${final}.idx`);
      const folder = await open(this.#dir, 'r');
      await folder.sync();
      await folder.close();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }

  #contents(): PackContents {
    const read = this.#objects.read(0, this.#count * packedStride * 4);
    const objects = new Uint32Array(read.buffer, read.byteOffset, this.#count * packedStride);
    return { start: headerBytes, objects, runs: this.#runs };
  }

  /** Throws the pack away. */
  abort(): void {
    this.#objects.remove();
    try {
      closeSync(this.#fd);
    } catch {
      // It was closed before.
    }
    rmSync(this.#path, { force: true });
    rmSync(`${this.#path}.idx`, { force: true });
  }
}

/** Where something may be written that git passes over; who comes later removes it where this process has died. */
export function temporaryPath(objectsDir: string): string {
  return join(objectsDir, 'pack', `${prefix}_${ownerMark()}_${randomBytes(6).toString('hex')}`);
}

function header(count: number): Buffer {
  const bytes = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  bytes.writeUInt32BE(count, 8);
  return bytes;
}

/** Host and process, for names of what is unfinished. */
export const ownerMark = (): string => `${hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-')}_${process.pid}`;

const dayMs = 86_400_000;

/** Removes packs that killed imports left unfinished: of processes that are gone, or a day old. */
export async function removeAbandonedPacks(objectsDir: string): Promise<void> {
  const dir = join(objectsDir, 'pack');
  await mkdir(dir, { recursive: true });
  for (const name of await readdir(dir)) {
    if (!name.startsWith(`${prefix}_`)) continue;
    const path = join(dir, name);
    if (await isAbandoned(path, name.slice(prefix.length + 1))) await rm(path, { force: true });
  }
}

/** Whether what a process left unfinished is nobody's any more. `mark` begins with the `ownerMark` of that process. */
export async function isAbandoned(path: string, mark: string): Promise<boolean> {
  const [host, pid] = mark.split('_');
  if (host === ownerMark().split('_')[0] && !isAlive(Number(pid))) return true;
  return Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now()) > dayMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
