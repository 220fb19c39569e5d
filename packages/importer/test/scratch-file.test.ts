import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LinesWriter } from '../src/ledger.ts';
import { ScratchFile } from '../src/scratch-file.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

const full = {
  code: 'disk-full',
  exitCode: 7,
  message: expect.stringContaining('ENOSPC') as string,
  next: expect.stringContaining('--state-dir') as string,
};

it('says that the disk is full to whoever writes on, and to whoever ends the file', async () => {
  symlinkSync('/dev/full', join(scratch.dir, 'lines.writing'));
  const lines = new LinesWriter(join(scratch.dir, 'lines'));
  const writeOn = async (): Promise<void> => {
    // Digits that do not compress, far more than the streams hold for themselves.
    for (let i = 0; i < 100_000; i++) await lines.write({ line: Math.sin(i) });
  };
  await expect(writeOn()).rejects.toMatchObject(full);
  await expect(lines.close()).rejects.toMatchObject(full);
});

it('says it at the end where it was not seen before', async () => {
  symlinkSync('/dev/full', join(scratch.dir, 'lines.writing'));
  const lines = new LinesWriter(join(scratch.dir, 'lines'));
  await lines.write({ one: 'line' });
  await expect(lines.close()).rejects.toMatchObject(full);
});

it('names a file that cannot be made', async () => {
  const file = new ScratchFile(join(scratch.dir, 'no/such/folder'));
  await expect(file.until(file.stream, 'close')).rejects.toMatchObject({
    code: 'scratch-unwritable',
    exitCode: 7,
  });
});
