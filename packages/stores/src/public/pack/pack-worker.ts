import { parentPort, workerData } from 'node:worker_threads';
import { type Compression, makeDeflater } from './deflater.ts';
import { type Batch, packBatch } from './pack-batch.ts';

/** Packs the batches that come in, one after the other; memory is handed over, not copied. */
const deflate = makeDeflater((workerData as { compression: Compression }).compression);
const port = parentPort!;
port.on('message', ({ bytes, objects }: { bytes: Uint8Array; objects: Uint32Array }) => {
  const batch: Batch = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), objects };
  const packed = packBatch(batch, deflate);
  port.postMessage({ bytes: packed.bytes, objects: packed.objects }, [
    packed.bytes.buffer as ArrayBuffer,
    packed.objects.buffer as ArrayBuffer,
  ]);
});
