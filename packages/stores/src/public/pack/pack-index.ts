import { createHash } from 'node:crypto';
import { packedStride } from './pack-batch.ts';
import { oidBytes, type OidPages } from './pages.ts';

/** What a pack holds, in the order it was written. */
export interface PackContents {
  /** Where the first object is in the pack. */
  readonly start: number;
  /** Sizes and CRC-32s (`Packed.objects`). */
  readonly objects: Uint32Array;
  /** Where the objects' names are, in the same order. */
  readonly runs: readonly PlaceRun[];
}

/** Objects that follow each other in a pack as their names do in the table. */
export interface PlaceRun {
  readonly place: number;
  readonly count: number;
}

const headerBytes = 8;
const fanoutBytes = 256 * 4;

/**
 * A pack's index, version 2 (gitformat-pack(5)), but for its end: see `signIndex`. Offsets must be below 2 GiB. Entries
 * are first put where others of their first byte are, then in order there: to look for each of them in all of memory
 * takes several times as long. Throws an Error where runs and objects are not as many.
 */
export function packIndex(oids: OidPages, { start, objects, runs }: PackContents): Buffer {
  const count = objects.length / packedStride;
  const totals = new Uint32Array(256);
  for (const { place, count: more } of runs)
    for (let i = 0; i < more; i++) totals[oids.head(place + i) >>> 24]!++;
  const named = totals.reduce((sum, total) => sum + total, 0);
  if (named !== count) throw new Error(`a pack of ${count} objects has ${named} names`);
  const index = Buffer.alloc(headerBytes + fanoutBytes + count * (oidBytes + 8) + 40);
  index.writeUInt32BE(0xff744f63, 0);
  index.writeUInt32BE(2, 4);
  const entries = new IndexEntries(index, count);
  const next = new Uint32Array(256);
  for (let byte = 0, below = 0; byte < 256; byte++) {
    next[byte] = below;
    below += totals[byte]!;
    index.writeUInt32BE(below, headerBytes + byte * 4);
  }
  let [offset, object] = [start, 0];
  for (const { place, count: more } of runs)
    for (let i = 0; i < more; i++, object += packedStride) {
      const at = next[oids.head(place + i) >>> 24]!++;
      entries.put(at, oids, place + i, objects[object + 1]!, offset);
      offset += objects[object]!;
    }
  for (let byte = 0; byte < 256; byte++) entries.sort(next[byte]! - totals[byte]!, next[byte]!);
  return index;
}

/** Ends an index with the SHA-1 of its pack and its own. */
export function signIndex(index: Buffer, packSha1: Buffer): Buffer {
  packSha1.copy(index, index.length - 40);
  createHash('sha1')
    .update(index.subarray(0, index.length - 20))
    .digest()
    .copy(index, index.length - 20);
  return index;
}

/** Names, CRC-32s and offsets in an index that is being made: three tables that follow each other. */
class IndexEntries {
  readonly #index: Buffer;
  readonly #crcsAt: number;
  readonly #offsetsAt: number;

  constructor(index: Buffer, count: number) {
    this.#index = index;
    this.#crcsAt = namesAt + count * oidBytes;
    this.#offsetsAt = this.#crcsAt + count * 4;
  }

  put(at: number, oids: OidPages, place: number, crc: number, offset: number): void {
    oids.copyTo(this.#index, namesAt + at * oidBytes, place);
    this.#index.writeUInt32BE(crc, this.#crcsAt + at * 4);
    this.#index.writeUInt32BE(offset, this.#offsetsAt + at * 4);
  }

  /** Puts entries, whose names begin with the same byte, in the order of their names. */
  sort(from: number, to: number): void {
    const count = to - from;
    const names = this.#copyOf(namesAt, oidBytes, from, to);
    const order = orderOf(names, count);
    const crcs = this.#copyOf(this.#crcsAt, 4, from, to);
    const offsets = this.#copyOf(this.#offsetsAt, 4, from, to);
    for (let i = 0; i < count; i++) {
      const entry = order[i]!;
      const nameAt = namesAt + (from + i) * oidBytes;
      for (let byte = 0; byte < oidBytes; byte++)
        this.#index[nameAt + byte] = names[entry * oidBytes + byte]!;
      this.#index.writeUInt32BE(crcs.readUInt32BE(entry * 4), this.#crcsAt + (from + i) * 4);
      this.#index.writeUInt32BE(offsets.readUInt32BE(entry * 4), this.#offsetsAt + (from + i) * 4);
    }
  }

  #copyOf(tableAt: number, size: number, from: number, to: number): Buffer {
    return Buffer.from(this.#index.subarray(tableAt + from * size, tableAt + to * size));
  }
}

const namesAt = headerBytes + fanoutBytes;
/** More than a bucket has entries, and with 24 bits more still a whole number. */
const entriesAtMost = 2 ** 29;

/** Names that begin with the same byte, in order: by the three bytes after it, ties by comparing. */
function orderOf(names: Buffer, count: number): Uint32Array {
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const head = names.readUInt32BE(i * oidBytes) & 0xffffff;
    keys[i] = head * entriesAtMost + i;
  }
  keys.sort();
  const order = Uint32Array.from(keys, (key) => key % entriesAtMost);
  const isAbove = (a: number, b: number): boolean =>
    names.compare(names, b * oidBytes, (b + 1) * oidBytes, a * oidBytes, (a + 1) * oidBytes) > 0;
  for (let i = 1; i < count; i++) {
    if (Math.floor(keys[i]! / entriesAtMost) !== Math.floor(keys[i - 1]! / entriesAtMost)) continue;
    for (let j = i; j > 0 && isAbove(order[j - 1]!, order[j]!); j--)
      [order[j - 1], order[j]] = [order[j]!, order[j - 1]!];
  }
  return order;
}
