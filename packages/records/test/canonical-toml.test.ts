import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { parseCanonical } from '../src/canonical-toml.ts';
import { parseToml, writeToml } from '../src/index.ts';

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
      expect({ ...parseToml(written) }).toEqual({ ...parse(written) });
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
    fc.constantFrom('"', '\n', '=', ' ', '\\', '#', '[', ']', ',', 'x', 'u', '1', '-', '\t', ''),
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
        const read = Buffer.from(written).toString();
        expect(outcome(() => parseToml(read))).toEqual(outcome(() => parse(read)));
      },
    ),
    { seed: 6, numRuns: 5000 },
  );
});

it.each([
  [{ about: 'plain', id: 'x', legacyId: 5, listed: false, tags: ['a', 'b "c"'] }],
  [{ about: 'with "quotes", a \\ and a\ttab' }],
  [{ about: 'lines\nwith "quotes" and """three""" and \\ and one at the end"' }],
])('reads the form of the writer itself, without the general parser: %j', (fields) => {
  expect({ ...parseCanonical(writeToml(fields)) }).toEqual(fields);
});
