import { parseToml, writeToml } from '@cutover/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRecord } from '../src/parse-record.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[a-z "\\\n#='\]]{0,30}$/),
  fc.constantFrom('"""', '""', '\\', 'a\n"b"\n""', '\r\n', '\u0000', 'true', '1'),
);
const value = fc.oneof(text, fc.nat(), fc.boolean(), fc.array(text, { maxLength: 3 }));
const key = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);

it('reads what is written as the TOML parser does', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (fields) => {
      const written = writeToml(fields);
      expect({ ...parseRecord(Buffer.from(written)) }).toEqual({ ...parseToml(written) });
    }),
    { seed: 5, numRuns: 3000 },
  );
});

const outcome = (read: () => Record<string, unknown>): unknown => {
  try {
    return { ...read() };
  } catch {
    return 'refused';
  }
};

it('reads or refuses what was changed by hand as the TOML parser does', () => {
  const change = fc.tuple(
    fc.nat(200),
    fc.constantFrom('"', '\n', '=', ' ', '\\', '#', '[', 'x', '1', '\t', ''),
  );
  fc.assert(
    fc.property(
      fc.dictionary(key, value, { maxKeys: 5 }),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (fields, changes) => {
        let written = writeToml(fields);
        for (const [at, put] of changes) {
          const place = at % (written.length + 1);
          written = written.slice(0, place) + put + written.slice(place + 1);
        }
        expect(outcome(() => parseRecord(Buffer.from(written)))).toEqual(
          outcome(() => parseToml(Buffer.from(written).toString())),
        );
      },
    ),
    { seed: 6, numRuns: 5000 },
  );
});
