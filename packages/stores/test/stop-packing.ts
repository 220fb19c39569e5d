import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, batchStride, objectTypes } from '../src/public/pack/pack-batch.ts';
import { Packers } from '../src/public/pack/packers.ts';

/** Stops packing while results of a thread are on their way, as a process of its own: it must not end before. */
const bytes = 1 << 18;
const room = 32;

function batch(): Batch {
  const objects = new Uint32Array(batchStride);
  objects.set([room, bytes - room, objectTypes.blob]);
  return { bytes: Buffer.alloc(bytes, 'x'), objects };
}

const packers = new Packers('default', 2);
let byThread = 0;
while (byThread === 0) {
  let isHere = true;
  await packers.pack(batch(), () => (byThread += isHere ? 0 : 1));
  isHere = false;
  await sleep(5);
}
for (let i = 0; i < 2; i++) await packers.pack(batch(), () => undefined);
// The thread is done meanwhile, and nothing of this one has run: its results wait.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
await packers.close();
process.stdout.write('stopped\n');
