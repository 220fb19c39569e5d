import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openScratch, writeWhole } from '../scratch-file.ts';

/** No entry lies across two segments. */
const segmentBytes = 1 << 16;
const chunkSegments = 16;
const chunkBytes = segmentBytes * chunkSegments;
/** Entries begin at multiples of eight bytes, so that 32 bits say where in 32 GiB one is. */
const alignBits = 3;
const placesPerSegment = segmentBytes >> alignBits;
const mostSegments = 2 ** 32 / placesPerSegment;
/** Before each entry stand its bytes. */
const sizeBytes = 2;
/** An entry of up to so many is copied byte by byte: a call costs more. */
const fewBytes = 128;
/**
 * What is read of the file at a time: a block, and as much behind it, where an entry that begins in it may end. Rows
 * are looked up in any order, so that more would be copied for nothing.
 */
const blockBytes = 1024;
const readBytes = 2 * blockBytes;
/** Blocks that a thread holds, each in the one slot that it may be in. */
const cachedBlocks = 2048;

/** What another thread needs in order to read the same entries. */
export interface SharedEntries {
  readonly dir: string;
  readonly memoryChunks: number;
  readonly chunks: readonly SharedArrayBuffer[];
  readonly tail: SharedArrayBuffer;
  readonly tailChunk: number;
}

/**
 * Byte strings that are appended, and then read by their place: the first ones in memory that threads share, what is
 * above the limit in a file that is read by blocks.
 */
export class EntryStore {
  /** The bytes that `locate` has found an entry in. */
  bytes: Buffer = Buffer.alloc(0);
  readonly #dir: string;
  readonly #memoryChunks: number;
  readonly #chunks: Buffer[] = [];
  #tail: Buffer;
  #tailChunk = 0;
  /** Bytes of the tail that are used. */
  #used = 0;
  /** What blocks of the file are in the slots, and their bytes; made once the file is read from. */
  #cached: Float64Array | undefined;
  #blocks: Buffer[] = [];
  #file: number | undefined;

  constructor(dir: string, memoryBytes: number, shared?: SharedEntries) {
    this.#dir = dir;
    this.#memoryChunks = shared?.memoryChunks ?? Math.ceil(memoryBytes / chunkBytes);
    for (const chunk of shared?.chunks ?? []) this.#chunks.push(Buffer.from(chunk));
    this.#tail = Buffer.from(shared?.tail ?? new SharedArrayBuffer(chunkBytes));
    this.#tailChunk = shared?.tailChunk ?? 0;
  }

  static attach(shared: SharedEntries): EntryStore {
    return new EntryStore(shared.dir, 0, shared);
  }

  share(): SharedEntries {
    const buffer = (bytes: Buffer): SharedArrayBuffer => bytes.buffer as unknown as SharedArrayBuffer;
    return {
      dir: this.#dir,
      memoryChunks: this.#memoryChunks,
      chunks: this.#chunks.map(buffer),
      tail: buffer(this.#tail),
      tailChunk: this.#tailChunk,
    };
  }

  /** Adds `size` bytes of `from`, two less than a segment at most; gives their place. */
  append(from: Buffer, offset: number, size: number): number {
    let at = (this.#used + 7) & ~7;
    if ((at & (segmentBytes - 1)) + sizeBytes + size > segmentBytes)
      at = (at + segmentBytes - 1) & ~(segmentBytes - 1);
    if (at === chunkBytes) {
      this.#endChunk();
      at = 0;
    }
    const to = this.#tail;
    to[at] = size;
    to[at + 1] = size >>> 8;
    const start = at + sizeBytes;
    if (size > fewBytes) from.copy(to, start, offset, offset + size);
    else for (let i = 0; i < size; i++) to[start + i] = from[offset + i]!;
    this.#used = at + sizeBytes + size;
    return this.#tailChunk * chunkSegments * placesPerSegment + (at >>> alignBits);
  }

  /** Where an entry begins in `bytes`, which is set to what it lies in until the next call. */
  locate(place: number): number {
    const segment = Math.floor(place / placesPerSegment);
    const at = (place & (placesPerSegment - 1)) << alignBits;
    const chunk = (segment / chunkSegments) | 0;
    const isTail = chunk === this.#tailChunk;
    if (!isTail && chunk >= this.#memoryChunks)
      return this.#read((segment - this.#memoryChunks * chunkSegments) * segmentBytes + at);
    this.bytes = isTail ? this.#tail : this.#chunks[chunk]!;
    return (segment & (chunkSegments - 1)) * segmentBytes + at + sizeBytes;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#chunks.length = 0;
    this.#cached = undefined;
    this.#blocks = [];
    this.bytes = this.#tail = Buffer.alloc(0);
  }

  #endChunk(): void {
    if (this.#tailChunk < this.#memoryChunks) {
      this.#chunks.push(this.#tail);
      this.#tail = Buffer.from(new SharedArrayBuffer(chunkBytes));
    } else {
      const at = (this.#tailChunk - this.#memoryChunks) * chunkBytes;
      writeWhole(this.#open(), this.#tail, chunkBytes, at, this.#dir);
    }
    this.#tailChunk++;
    if (this.#tailChunk * chunkSegments >= mostSegments) throw new RangeError('lookups of more than 32 GiB');
  }

  /** The same for an entry in the file. */
  #read(at: number): number {
    const block = Math.floor(at / blockBytes);
    const slot = block % cachedBlocks;
    this.#cached ??= new Float64Array(cachedBlocks).fill(-1);
    let bytes = this.#blocks[slot];
    if (this.#cached[slot] !== block) {
      bytes ??= this.#blocks[slot] = Buffer.allocUnsafeSlow(readBytes);
      this.#cached[slot] = -1;
      readSync(this.#open(), bytes, 0, readBytes, block * blockBytes);
      this.#cached[slot] = block;
    }
    const from = at - block * blockBytes;
    const size = bytes!.readUInt16LE(from);
    if (from + sizeBytes + size <= readBytes) {
      this.bytes = bytes!;
      return from + sizeBytes;
    }
    this.bytes = Buffer.allocUnsafe(size);
    readSync(this.#open(), this.bytes, 0, size, at + sizeBytes);
    return 0;
  }

  #open(): number {
    return (this.#file ??= openScratch(join(this.#dir, 'entries')));
  }
}
