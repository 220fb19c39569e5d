import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { tellError } from '@cutover/core';
import { type Compression, makeDeflater } from './deflater.ts';
import { type Batch, packBatch } from './pack-batch.ts';

/** Packs the batches that come in, one after the other; memory is handed over, not copied. Hashes files besides. */
const deflate = makeDeflater((workerData as { compression: Compression }).compression);
const port = parentPort!;
port.on('message', (message: { bytes: Uint8Array; objects: Uint32Array } | { file: string }) => {
  if ('file' in message) {
    try {
      port.postMessage({ sha1: sha1Of(message.file) });
    } catch (error) {
      port.postMessage({ failed: tellError(error) });
    }
    return;
  }
  const { bytes, objects } = message;
  const batch: Batch = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), objects };
  const packed = packBatch(batch, deflate);
  port.postMessage({ bytes: packed.bytes, objects: packed.objects }, [
    packed.bytes.buffer as ArrayBuffer,
    packed.objects.buffer as ArrayBuffer,
  ]);
});

function sha1Of(path: string): string {
  const hash = createHash('sha1');
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let size = -1; size !== 0;) {
      size = readSync(file, buffer, 0, buffer.length, null);
      hash.update(buffer.subarray(0, size));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
