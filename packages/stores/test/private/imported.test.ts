import { createHmac, randomBytes } from 'node:crypto';
import type { FieldOwner, PrivateRecord } from '@cutover/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeImported } from '../../src/index.ts';
import {
  digestLineOf,
  fieldDigest,
  hmacSha256,
  RecordDigests,
  rowOfDigestLine,
} from '../../src/private/imported.ts';
import { digestsOf, keptOf } from '../../src/private/merge-imported.ts';

const key = randomBytes(32);
const seeded = { seed: 20_261_121 };

describe('the keyed digest', () => {
  it('is HMAC-SHA-256 for keys and texts of any length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 140 }),
        fc.array(fc.string({ unit: 'binary' })),
        (bytes, texts) => {
          const of = Buffer.from(bytes);
          for (const text of [...texts, texts.join('').repeat(200)])
            expect(hmacSha256(of, text)).toBe(createHmac('sha256', of).update(text).digest('base64url'));
        },
      ),
      seeded,
    );
  });
});

describe('the digests of a record', () => {
  it('are those of its values, one record after the other', () => {
    const text = fc.string({ unit: 'binary' });
    const value = fc.oneof(
      text,
      fc.constantFrom(null, true, false, 0, 1.5),
      text.map((some) => some.repeat(900)),
    );
    fc.assert(
      fc.property(text, fc.array(fc.tuple(text, fc.array(value))), (sheet, records) => {
        const digests = new RecordDigests(key, sheet);
        for (const [id, values] of records) {
          digests.begin(id);
          for (const some of values) expect(digests.of(some)).toBe(fieldDigest(key, sheet, id, some));
        }
      }),
      seeded,
    );
  });
});

describe('the line of a record', () => {
  it('is written as JSON.stringify would', () => {
    const digest = (of: string | number | boolean | null): string => fieldDigest(key, 'people', '1', of);
    const value = fc.constantFrom('a', '', null, true, 1);
    const fieldName = fc.string().filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fieldName, value), (id, fields) => {
        const record: PrivateRecord = { ...fields, id };
        const text = JSON.stringify({ id, row: 'r', digests: digestsOf(record, digest) });
        expect(digestLineOf(record, 'r', digest)).toBe(text);
      }),
      seeded,
    );
  });
});

describe('the digest of a row', () => {
  it('is read from the line that an import writes, and from no other', () => {
    const row = fieldDigest(key, 'people', '1', '{"id":"1"}');
    const digests = { email: 'x', 'a "row":"y", b': 'z' };
    expect(rowOfDigestLine(JSON.stringify({ id: '1', row, digests }))).toBe(row);
    expect(rowOfDigestLine(JSON.stringify({ id: '1', digests: { row: 'x' } }))).toBeUndefined();
    expect(rowOfDigestLine(JSON.stringify({ id: '1', digests, row }))).toBeUndefined();
    expect(rowOfDigestLine(JSON.stringify({ id: '1', row, digests }).slice(0, -1))).toBeUndefined();
  });
});

describe('a row that legacy has as the last import found it', () => {
  const value = fc.constantFrom('a', 'b', '', null, true, false, 1);
  const record = fc.record({ email: value, newsletter: value, note: value });
  const owners: Record<string, FieldOwner> = { email: 'new-side-after-claim', newsletter: 'opt-out' };

  it('is merged without a look at its fields as it would be with one', () => {
    const digest = (of: string | number | boolean | null): string => fieldDigest(key, 'people', '1', of);
    fc.assert(
      fc.property(record, record, fc.boolean(), (legacy, stored, claimed) => {
        const incoming: PrivateRecord = { id: '1', ...legacy };
        const { digests } = mergeImported({
          ...{ incoming, current: undefined, digests: undefined, claimed, owners, digest },
        });
        const there = Object.entries(stored).filter(([, field]) => field !== null);
        const current = { id: '1', ...Object.fromEntries(there) } as PrivateRecord;
        const input = { incoming, current, digests, claimed, owners, digest };
        const kept = keptOf(incoming, current);
        expect(mergeImported(input)).toEqual({ record: current, digests, conflicts: [], kept });
      }),
      { ...seeded, numRuns: 500 },
    );
  });
});
