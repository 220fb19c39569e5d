import { scratchDir } from '@cutover/testkit';
import { expect, it } from 'vitest';
import { EntryStore } from '../src/lookup/entry-store.ts';

it.each([
  ['memory', 256 << 20],
  ['a file', 0],
])('entries of any length are found whole in %s, in any order, also by another thread', async (_, memory) => {
  const scratch = await scratchDir();
  const store = new EntryStore(scratch.dir, memory);
  // Around the sizes of what is read at a time, and many small ones that lie across them.
  const sizes = [1, 4093, 4094, 4095, 8190, 8191, 8192, 30_000, 65_534];
  const made = Array.from({ length: 6000 }, (_each, n) => {
    const bytes = Buffer.alloc(
      n % 50 === 0 ? sizes[(n / 50) % sizes.length]! : 1 + ((n * 7919) % 700),
      n % 251,
    );
    return { bytes, place: store.append(bytes, 0, bytes.length) };
  });
  const reader = EntryStore.attach(store.share());
  try {
    for (const from of [store, reader]) {
      for (let n = 0; n < made.length; n++) {
        const { bytes, place } = made[(n * 2693) % made.length]!;
        const at = from.locate(place);
        expect(from.bytes.subarray(at, at + bytes.length).equals(bytes)).toBe(true);
      }
    }
  } finally {
    store.close();
    reader.close();
    await scratch.remove();
  }
});
