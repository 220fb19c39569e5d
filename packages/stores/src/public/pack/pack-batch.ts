import { crc32 } from 'node:zlib';
import { deflateBound, type Deflater } from './deflater.ts';

/** Objects as they go to be packed: their bytes one after the other. */
export interface Batch {
  readonly bytes: Buffer;
  /** For each object: where it starts in `bytes`, its size, its type. */
  readonly objects: Uint32Array;
}

export const objectTypes = { commit: 1, tree: 2, blob: 3 } as const;
export type ObjectType = keyof typeof objectTypes;

/** Numbers that describe one object in `Batch.objects`, and one packed object in `Packed.objects`. */
export const batchStride = 3;
export const packedStride = 2;

/** Objects as they stand in a pack. */
export interface Packed {
  readonly bytes: Buffer;
  /** For each object: its size in the pack, and the CRC-32 of that. */
  readonly objects: Uint32Array;
}

/** Packs a batch: each object's header and deflated bytes, undeltified (gitformat-pack(5)). */
export function packBatch(batch: Batch, deflate: Deflater): Packed {
  const count = batch.objects.length / batchStride;
  const objects = new Uint32Array(count * packedStride);
  let target = Buffer.allocUnsafeSlow(Math.max(4096, batch.bytes.length));
  let at = 0;
  for (let i = 0; i < count; i++) {
    const start = batch.objects[i * batchStride]!;
    const size = batch.objects[i * batchStride + 1]!;
    const needed = at + 16 + deflateBound(size);
    if (needed > target.length) target = enlarge(target, at, needed);
    const from = at;
    at = writeObjectHeader(target, at, batch.objects[i * batchStride + 2]!, size);
    const deflated = deflate(batch.bytes.subarray(start, start + size), target, at);
    if (deflated < 0) throw new Error('deflate gave more bytes than zlib says it can');
    at += deflated;
    objects[i * packedStride] = at - from;
    objects[i * packedStride + 1] = crc32(target.subarray(from, at));
  }
  return { bytes: target.subarray(0, at), objects };
}

function enlarge(bytes: Buffer, used: number, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * 2));
  bytes.copy(larger, 0, 0, used);
  return larger;
}

/** Type and size as a pack has them: 4 bits of size in the first byte, 7 in each further one. */
function writeObjectHeader(target: Buffer, at: number, type: number, size: number): number {
  let rest = Math.floor(size / 16);
  target[at++] = (type << 4) | (size & 15) | (rest > 0 ? 0x80 : 0);
  while (rest > 0) {
    target[at++] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
    rest = Math.floor(rest / 128);
  }
  return at;
}
