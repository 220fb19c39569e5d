import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { firstSlot, largerTable } from '../src/open-addressing.ts';
import { OidTable } from '../src/public/pack/oid-table.ts';

const nameOf = (text: string): Buffer => createHash('sha1').update(text).digest();

/** Names that are looked for from the last slot on, so that all but one lie at the table's beginning. */
const lastOnes = Array.from({ length: 300 }, (_, i) =>
  Buffer.concat([Buffer.from('ffffffff', 'hex'), nameOf(String(i)).subarray(4)]),
);

describe('a table of names', () => {
  it('finds each name again where it was added, however often it has grown, and beyond its end', () => {
    const table = new OidTable();
    const names = [...Array.from({ length: 20_000 }, (_, i) => nameOf(`object ${i}`)), ...lastOnes];
    for (const [place, name] of names.entries()) expect(table.add(name)).toBe(-1 - place);
    for (const [place, name] of names.entries()) expect(table.add(name)).toBe(place);
    expect(table.size).toBe(names.length);
  });
});

describe('slots of a table', () => {
  it('begin within it for every hash, and are spread over it', () => {
    for (const slots of [1, 1000, 1_310_720, 2 ** 31 - 1]) {
      expect(firstSlot(0, slots)).toBe(0);
      expect(firstSlot(0xffffffff, slots)).toBe(slots - 1);
    }
    expect(firstSlot(0x80000000, 1000)).toBe(500);
  });

  it('double while they are few, and then come in steps of a quarter', () => {
    expect(largerTable(4096)).toBe(8192);
    expect(largerTable(1 << 20)).toBe((1 << 20) + (1 << 18));
  });
});
