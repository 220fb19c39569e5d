import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { expect, it } from 'vitest';
import type { Batch } from '../src/public/pack/pack-batch.ts';
import { Packers } from '../src/public/pack/packers.ts';

const batch = (): Batch => ({
  bytes: Buffer.from(new Uint8Array(64).buffer),
  objects: Uint32Array.from([0, 64, 3]),
});

it.each([1, 2])('hash a file with %d threads, and say what cannot be read', async (jobs) => {
  const scratch = await scratchDir();
  const packers = new Packers('default', jobs);
  try {
    for (let n = 0; n < 2; n++) await packers.pack(batch(), () => undefined);
    await packers.settle();
    const file = join(scratch.dir, 'file');
    const content = Buffer.alloc(3_000_000, 'some of it ');
    writeFileSync(file, content);
    expect(await packers.sha1(file)).toBe(createHash('sha1').update(content).digest('hex'));
    await expect(packers.sha1(`${file}.none`)).rejects.toThrow('ENOENT');
    expect(await packers.sha1(file)).toMatch(/^[0-9a-f]{40}$/);
  } finally {
    await packers.close();
    await scratch.remove();
  }
});
