import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinesWriter } from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

describe('a file of lines', () => {
  it.each([
    ['short ones by the thousand', Array.from({ length: 20_000 }, (_, n) => `${n} ${'x'.repeat(n % 100)}`)],
    ['of several bytes a character', Array.from({ length: 3000 }, (_, n) => 'ü€😀'.repeat(n % 40))],
    ['longer than what is compressed at once', ['a', 'b'.repeat(1_000_000), 'c', 'd'.repeat(130_000), 'e']],
    ['none', []],
  ])('holds what was written: %s', async (_, lines) => {
    const path = join(scratch.dir, 'lines');
    const writer = new LinesWriter(path);
    let waited = 0;
    for (const line of lines) {
      const pending = writer.write(line);
      if (pending === undefined) continue;
      waited++;
      await pending;
    }
    await writer.close();
    const text = gunzipSync(readFileSync(path)).toString();
    expect(text).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    // Who waits for what is compressed does so after some blocks of it, not for each.
    expect(waited).toBeLessThan(Math.max(3, text.length / (4 << 16)));
  });
});
