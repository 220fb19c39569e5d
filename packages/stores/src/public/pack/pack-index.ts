import { createHash } from 'node:crypto';
import { packedStride } from './pack-batch.ts';
import { oidBytes, type OidPages } from './pages.ts';

/** What a pack holds, in the order it was written: places in the table of names, offsets, CRC-32s. */
export interface PackContents {
  readonly places: Uint32Array;
  readonly offsets: Uint32Array;
  readonly crcs: Uint32Array;
}

/** Objects that follow each other in a pack as their names do in the table. */
export interface PlaceRun {
  readonly place: number;
  readonly count: number;
}

/** The same from the objects' sizes and CRC-32s (`Packed.objects`); the first begins at `start`. */
export function packContents(start: number, objects: Uint32Array, runs: readonly PlaceRun[]): PackContents {
  const count = objects.length / packedStride;
  const contents = {
    places: new Uint32Array(count),
    offsets: new Uint32Array(count),
    crcs: new Uint32Array(count),
  };
  for (let i = 0, offset = start; i < count; i++) {
    contents.offsets[i] = offset;
    offset += objects[i * packedStride]!;
    contents.crcs[i] = objects[i * packedStride + 1]!;
  }
  let at = 0;
  for (const { place, count: more } of runs) for (let i = 0; i < more; i++) contents.places[at++] = place + i;
  return contents;
}

const headerBytes = 8;
const fanoutBytes = 256 * 4;

/** A pack's index, version 2 (gitformat-pack(5)), but for its end: see `signIndex`. Offsets must be below 2 GiB. */
export function packIndex(oids: OidPages, contents: PackContents): Buffer {
  const count = contents.places.length;
  const order = sortByName(oids, contents);
  const index = Buffer.alloc(headerBytes + fanoutBytes + count * (oidBytes + 8) + 40);
  index.writeUInt32BE(0xff744f63, 0);
  index.writeUInt32BE(2, 4);
  const namesAt = headerBytes + fanoutBytes;
  const crcsAt = namesAt + count * oidBytes;
  const offsetsAt = crcsAt + count * 4;
  const totals = new Uint32Array(256);
  for (let i = 0; i < count; i++) {
    const entry = order[i]!;
    oids.copyTo(index, namesAt + i * oidBytes, contents.places[entry]!);
    index.writeUInt32BE(contents.crcs[entry]!, crcsAt + i * 4);
    index.writeUInt32BE(contents.offsets[entry]!, offsetsAt + i * 4);
    totals[index[namesAt + i * oidBytes]!]!++;
  }
  let below = 0;
  totals.forEach((total, byte) => index.writeUInt32BE((below += total), headerBytes + byte * 4));
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

/** Entries in the order of their names: by the first 32 bits in linear time, ties by comparing. */
function sortByName(oids: OidPages, { places }: PackContents): Uint32Array {
  const count = places.length;
  const heads = new Uint32Array(count);
  for (let i = 0; i < count; i++) heads[i] = oids.head(places[i]!);
  let order = new Uint32Array(count).map((_, i) => i);
  for (const shift of [0, 16]) order = countingPass(order, heads, shift);
  for (let i = 1; i < count; i++) {
    for (let j = i; j > 0 && oids.compareWithin(places[order[j - 1]!]!, places[order[j]!]!) > 0; j--) {
      [order[j - 1], order[j]] = [order[j]!, order[j - 1]!];
    }
  }
  return order;
}

function countingPass(order: Uint32Array, heads: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array((1 << 16) + 1);
  for (const head of heads) starts[((head >>> shift) & 0xffff) + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const sorted = new Uint32Array(order.length);
  for (const entry of order) sorted[starts[(heads[entry]! >>> shift) & 0xffff]!++] = entry;
  return sorted;
}
