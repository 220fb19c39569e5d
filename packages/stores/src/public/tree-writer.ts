import { hash } from 'node:crypto';
import { join } from 'node:path';
import { eachTree, entryOids } from './base-tree.ts';
import type { Compression } from './pack/deflater.ts';
import { type NamedBlobs, PathBytes } from './pack/blob-batch.ts';
import { OidTable } from './pack/oid-table.ts';
import { type Batch, batchStride, type ObjectType, objectTypes, type Packed } from './pack/pack-batch.ts';
import { PackFile, removeAbandonedPacks, temporaryPath } from './pack/pack-file.ts';
import { Packers } from './pack/packers.ts';
import { oidBytes } from './pack/pages.ts';
import { type CrowdedDirectory, TreeEntries } from './pack/tree-entries.ts';

/** How a tree is written. None of it changes a byte of the tree. */
export interface WriteOptions {
  /** Threads that compress, this one included; by default as many as the machine runs at once. */
  readonly jobs?: number;
  /** `stored` does without compression, for a pack that is repacked later. */
  readonly compression?: Compression;
  /** A pack is ended once it has so many bytes; 512 MiB by default, below 2 GiB. */
  readonly packBytes?: number;
  /** Objects of this commit or tree are there already and are not written again. */
  readonly base?: string;
}

/** Writes one whole tree. Nothing is visible on any branch until the caller moves one. */
export interface TreeWriter {
  /** Files put so far. */
  readonly files: number;
  /** Objects written so far that were not there before. */
  readonly written: number;
  /** Directories of more than 5,000 entries, once it is finished: a commit that changes one entry writes them all. */
  readonly crowded: readonly CrowdedDirectory[];
  /** Adds a file; `true` asks the caller to await `drained()` before going on. */
  put(path: string, content: string | Buffer): boolean;
  /** Adds files whose blobs have their names already; `true` as of `put`. `paths`: theirs, if they were read before. */
  putBlobs(blobs: NamedBlobs, paths?: readonly string[]): boolean;
  drained(): Promise<void>;
  /** Makes everything durable and gives the hash of the tree. Throws CutoverError `disk-full`, `pack-unwritable` or `path-written-twice`. */
  finish(): Promise<string>;
  /** Stops writing; leaves nothing behind. */
  abort(): Promise<void>;
}

/** Bytes that are handed to a thread at once, and objects. */
const batchBytes = 1 << 20;
const batchObjects = 4096;
const headerRoom = 32;
/** The name of the object at hand. */
const name = Buffer.alloc(20);
const defaultPackBytes = 512 << 20;
const maxPackBytes = 0x7fffffff - (64 << 20);

/**
 * Opens a writer of packs: its own deflate, index and trees, in one process. Memory grows by at most 31
 * bytes a file: 20 for the object's name, up to 11 to find it by. Entries of the tree wait in a file, and so does
 * where each object is packed.
 */
export async function openTreeWriter(dir: string, options: WriteOptions = {}): Promise<TreeWriter> {
  const objectsDir = join(dir, 'objects');
  await removeAbandonedPacks(objectsDir);
  const writer = new PackTreeWriter(objectsDir, options);
  if (options.base !== undefined) {
    for await (const { oid, content } of eachTree(dir, options.base)) {
      writer.know(Buffer.from(oid, 'hex'), 0);
      for (const at of entryOids(content)) writer.know(content, at);
    }
  }
  return writer;
}

class PackTreeWriter implements TreeWriter {
  readonly #objectsDir: string;
  readonly #packBytes: number;
  readonly #table = new OidTable();
  readonly #entries: TreeEntries;
  readonly #packers: Packers;
  #pack: PackFile | undefined;
  readonly #finished: PackFile[] = [];
  #batch = Buffer.allocUnsafeSlow(batchBytes);
  #used = 0;
  #objects = new Uint32Array(batchObjects * batchStride);
  /** Place of the batch's first object in the table; the others follow, as each is new there. */
  #firstPlace = 0;
  #count = 0;
  #written = 0;
  #waiting: { batch: Batch; place: number }[] = [];

  constructor(
    objectsDir: string,
    { jobs, compression = 'default', packBytes = defaultPackBytes }: WriteOptions,
  ) {
    this.#objectsDir = objectsDir;
    this.#entries = new TreeEntries(temporaryPath(objectsDir));
    this.#packBytes = Math.min(packBytes, maxPackBytes);
    this.#packers = new Packers(compression, jobs);
  }

  get files(): number {
    return this.#entries.length;
  }

  get written(): number {
    return this.#written;
  }

  get crowded(): readonly CrowdedDirectory[] {
    return this.#entries.crowded;
  }

  /** An object that is in the repository already. */
  know(from: Buffer, at: number): void {
    this.#table.add(from, at);
  }

  put(path: string, content: string | Buffer): boolean {
    const isText = typeof content === 'string';
    const at = this.#reserve(headerRoom + content.length * (isText ? 3 : 1));
    const start = at + headerRoom;
    const size = isText ? this.#batch.write(content, start, 'utf8') : content.copy(this.#batch, start);
    this.#entries.add(path, this.#add('blob', start, size));
    return this.#waiting.length > 0;
  }

  putBlobs({ bytes, starts, oids, ...rest }: NamedBlobs, paths = PathBytes.paths(rest.paths)): boolean {
    const [contents, names] = [bufferOf(bytes), bufferOf(oids)];
    for (let i = 0; i < paths.length; i++) {
      const known = this.#table.add(names, i * oidBytes);
      if (known < 0) {
        const from = starts[i]!;
        const size = starts[i + 1]! - from;
        const start = this.#reserve(headerRoom + size) + headerRoom;
        contents.copy(this.#batch, start, from, from + size);
        this.#keep('blob', start, size, -1 - known);
      }
      this.#entries.add(paths[i]!, known < 0 ? -1 - known : known);
    }
    return this.#waiting.length > 0;
  }

  async drained(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { batch, place } = this.#waiting.shift()!;
      await this.#packers.pack(batch, (packed) => this.#append(packed, place));
    }
  }

  async finish(): Promise<string> {
    try {
      const root = await this.#writeTrees();
      this.#entries.close();
      this.#endBatch();
      await this.drained();
      await this.#packers.settle();
      const sha1Of = (path: string): Promise<string> => this.#packers.sha1(path);
      await this.#pack?.finish(this.#table.oids, sha1Of);
      this.#pack = undefined;
      for (const pack of this.#finished.splice(0)) await pack.finish(this.#table.oids, sha1Of);
      await this.#packers.close();
      return this.#table.oids.hex(root);
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Packed as they are made: held all together they would take as much as a file's name and 28 bytes for each. */
  async #writeTrees(): Promise<number> {
    const trees = this.#entries.write(this.#table.oids, (content) => this.#putTree(content));
    for (;;) {
      const { value, done } = trees.next();
      if (done === true) return value;
      if (this.#waiting.length > 0) await this.drained();
    }
  }

  async abort(): Promise<void> {
    this.#waiting = [];
    this.#entries.close();
    await this.#packers.close();
    for (const pack of [this.#pack, ...this.#finished.splice(0)]) pack?.abort();
    this.#pack = undefined;
  }

  #putTree(content: Buffer): number {
    const start = this.#reserve(headerRoom + content.length) + headerRoom;
    content.copy(this.#batch, start);
    return this.#add('tree', start, content.length);
  }

  /** Makes room in the batch; a new one is begun where it has none. */
  #reserve(size: number): number {
    if (this.#used + size > this.#batch.length || this.#count === batchObjects) {
      this.#endBatch();
      if (size > this.#batch.length) this.#batch = Buffer.allocUnsafeSlow(size);
    }
    return this.#used;
  }

  /** Names the object whose content stands in the batch at `start`, and keeps it there unless it is known. */
  #add(type: ObjectType, start: number, size: number): number {
    const head = `${type} ${size}\0`;
    const from = start - head.length;
    this.#batch.write(head, from, 'latin1');
    // As a text, because making a Buffer for each takes as long as hashing it.
    name.write(hash('sha1', this.#batch.subarray(from, start + size), 'binary'), 'latin1');
    const place = this.#table.add(name);
    if (place >= 0) return place;
    this.#keep(type, start, size, -1 - place);
    return -1 - place;
  }

  /** An object that was not known before: its content in the batch is to be packed. */
  #keep(type: ObjectType, start: number, size: number, place: number): void {
    this.#objects.set([start, size, objectTypes[type]], this.#count * batchStride);
    if (this.#count === 0) this.#firstPlace = place;
    // A pack's index takes its names from there.
    if (place !== this.#firstPlace + this.#count++)
      throw new Error(`object ${place} does not follow its batch`);
    this.#used = start + size;
    this.#written++;
  }

  #endBatch(): void {
    if (this.#count > 0) {
      const bytes = this.#batch.subarray(0, this.#used);
      this.#waiting.push({
        batch: { bytes, objects: this.#objects.slice(0, this.#count * batchStride) },
        place: this.#firstPlace,
      });
      this.#batch = Buffer.allocUnsafeSlow(batchBytes);
    }
    this.#used = 0;
    this.#count = 0;
  }

  #append(packed: Packed, place: number): void {
    if (this.#pack !== undefined && this.#pack.size + packed.bytes.length > this.#packBytes) {
      this.#finished.push(this.#pack);
      this.#pack = undefined;
    }
    this.#pack ??= new PackFile(this.#objectsDir);
    this.#pack.append(packed, place);
  }
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
