import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PlaceRun, packIndex, signIndex } from '../src/public/pack/pack-index.ts';
import { OidPages } from '../src/public/pack/pages.ts';

const seeded = { seed: 20_261_122 };

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();

const uint32 = (numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, i) => bytes.writeUInt32BE(number, i * 4));
  return bytes;
};

/** As gitformat-pack(5) says it, by sorting. */
function expectedIndex(entries: readonly Entry[], packSha1: Buffer): Buffer {
  const sorted = [...entries].sort((a, b) => Buffer.compare(a.name, b.name));
  const upTo = Array.from({ length: 256 }, (_, byte) => sorted.filter(({ name }) => name[0]! <= byte).length);
  const bytes = Buffer.concat([
    Buffer.from('ff744f6300000002', 'hex'),
    uint32(upTo),
    ...sorted.map(({ name }) => name),
    uint32(sorted.map(({ crc }) => crc)),
    uint32(sorted.map(({ offset }) => offset)),
    packSha1,
  ]);
  return Buffer.concat([bytes, sha1(bytes)]);
}

/** Names that begin alike in up to 19 bytes, and others. */
const names = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom('', '00', 'ff', 'ffffff', 'a1b2c3', 'a1b2c3d4', 'a1b2c3d4'.repeat(4)),
    fc.uint8Array({ minLength: 20, maxLength: 20 }),
  ),
  {
    maxLength: 60,
    selector: ([start, bytes]) => start + Buffer.from(bytes).toString('hex').slice(start.length),
  },
);

it('lists the objects of a pack by name, with where they are, wherever their names lie in the table', () => {
  const packSha1 = sha1(Buffer.from('a pack'));
  fc.assert(
    fc.property(names, fc.integer({ min: 0, max: 60 }), fc.nat({ max: 1000 }), (found, cut, size) => {
      const oids = new OidPages();
      // One that is no object of this pack.
      oids.push(Buffer.alloc(20, 0xa1), 0);
      const first = oids.length;
      const all = found.map(([start, bytes]) => {
        const name = Buffer.from(bytes);
        Buffer.from(start, 'hex').copy(name);
        return name;
      });
      for (const name of all) oids.push(name, 0);
      const middle = Math.min(cut, all.length);
      const runs: PlaceRun[] = [
        { place: first + middle, count: all.length - middle },
        { place: first, count: middle },
      ];
      const objects = new Uint32Array(all.length * 2);
      let offset = 12;
      const entries = [...all.slice(middle), ...all.slice(0, middle)].map((name, i): Entry => {
        const entry = { name, offset, crc: (i * 0x9e3779b1) >>> 0 };
        objects.set([size + i, entry.crc], i * 2);
        offset += size + i;
        return entry;
      });
      const index = signIndex(packIndex(oids, { start: 12, objects, runs }), packSha1);
      expect(index.toString('hex')).toBe(expectedIndex(entries, packSha1).toString('hex'));
    }),
    seeded,
  );
});

it('refuses runs that are not as many as the objects', () => {
  const oids = new OidPages();
  oids.push(Buffer.alloc(20), 0);
  const runs = [{ place: 0, count: 1 }];
  expect(() => packIndex(oids, { start: 12, objects: new Uint32Array(4), runs })).toThrow(
    'a pack of 2 objects has 1 names',
  );
});
