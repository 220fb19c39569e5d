import { readdirSync } from 'node:fs';
import { scratchDir } from '@cutover/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sorter } from '../../src/history/sorter.ts';

describe('a sorter', () => {
  it('says where it cannot write, and what to do', () => {
    const sorter = new Sorter('/nowhere/at/all', 'r');
    sorter.add('a', 1);
    expect(() => [...sorter.sorted()]).toThrow(expect.objectContaining({ code: 'scratch-unwritable' }));
  });

  it('gives every line in the order of its key, and of one key in the order of adding, however little it holds', async () => {
    const scratch = await scratchDir();
    let round = 0;
    try {
      fc.assert(
        fc.property(
          fc.array(fc.record({ key: fc.stringMatching(/^[a-z0-9]{0,3}$/), value: fc.string() }), {
            maxLength: 300,
          }),
          fc.integer({ min: 1, max: 5000 }),
          (lines, held) => {
            const sorter = new Sorter(scratch.dir, `r${++round}`, held);
            for (const { key, value } of lines) sorter.add(key, value);
            const wanted = lines
              .map(({ key, value }) => [key, JSON.stringify(value)])
              .sort(([a], [b]) => (a! < b! ? -1 : a! > b! ? 1 : 0));
            expect([...sorter.sorted()]).toEqual(wanted);
            // It can be read again.
            expect([...sorter.sorted()]).toEqual(wanted);
            sorter.remove();
          },
        ),
        { seed: 7, numRuns: 40 },
      );
      expect(readdirSync(scratch.dir)).toEqual([]);
    } finally {
      await scratch.remove();
    }
  });
});
