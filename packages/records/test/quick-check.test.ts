import { describe, expect, it } from 'vitest';
import { z, type ZodType } from 'zod';
import { quickCheck } from '../src/index.ts';

/** That of several fields, as ids have it. */
const hex = /^[0-9a-f]{4}$/;

const schema = z.strictObject({
  id: z.string().regex(hex),
  owner: z.string().regex(hex).optional(),
  editors: z.array(z.string().regex(hex)).optional(),
  title: z.string(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  count: z.int().nonnegative().optional(),
  whole: z.int().optional(),
  shown: z.boolean().optional(),
  stage: z.enum(['first', 'last']).optional(),
  tags: z.array(z.string().regex(/^[a-z]+$/)).optional(),
}) as unknown as ZodType<Record<string, unknown>>;
const quick = quickCheck(schema)!;

const texts = ['', 'abcd', 'ab', 'ABCD', 'first', 'x y', 'https://x.example/', 'ftp://x.example/', 'http:'];
const values: unknown[] = [
  ...texts,
  ...[null, undefined, true, false, 0, -1, 1, 1.5, NaN, 2 ** 53, '3', {}, []],
  ...[['a', 'b'], ['a', 1], ['A'], ['abcd', 'abcd', '1234'], ['abcd', undefined], [undefined], new Date(0)],
];

/** A small generator with a seed, so that a failure comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a schema as plain code', () => {
  it('says what zod says of the fields that are there', () => {
    const next = random(7);
    const names = [
      'id',
      'owner',
      'editors',
      'title',
      'url',
      'count',
      'whole',
      'shown',
      'stage',
      'tags',
      'other',
      '__proto__',
    ];
    const counts = { fit: 0, unfit: 0 };
    for (let i = 0; i < 20_000; i++) {
      const record: Record<string, unknown> = { id: 'abcd', title: 'x' };
      for (let changes = Math.floor(next() * 4); changes > 0; changes--) {
        const name = names[Math.floor(next() * names.length)]!;
        const value = values[Math.floor(next() * values.length)];
        Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
      }
      const there = Object.fromEntries(
        Object.entries(record).filter(([, value]) => value !== null && value !== undefined),
      );
      const expected = schema.safeParse(there).success;
      expect([quick(record), record]).toEqual([expected, record]);
      counts[expected ? 'fit' : 'unfit']++;
    }
    expect(Math.min(counts.fit, counts.unfit)).toBeGreaterThan(2000);
  });

  it('does not take nothing for a text that fitted when none has', () => {
    const texts = z.strictObject({ texts: z.array(z.string().regex(/^never$/)) });
    expect(quickCheck(texts as unknown as ZodType<unknown>)!({ texts: [undefined] })).toBe(false);
  });

  it.each([
    ['a refined object', z.strictObject({ a: z.string() }).refine(() => true)],
    ['an object with room for more', z.looseObject({ a: z.string() })],
    ['a transformed field', z.strictObject({ a: z.string().transform(Number) })],
    ['a field with a default', z.strictObject({ a: z.string().default('x') })],
    ['a length', z.strictObject({ a: z.string().min(3) })],
    ['a limit that is not reached', z.strictObject({ a: z.int().positive() })],
    ['a pattern that remembers', z.strictObject({ a: z.string().regex(/a/g) })],
    ['a coerced field', z.strictObject({ a: z.coerce.string() })],
    ['numbers to choose from', z.strictObject({ a: z.enum({ one: 1 }) })],
    ['no object', z.string()],
  ])('leaves %s to zod', (_what, given) => {
    expect(quickCheck(given as ZodType<unknown>)).toBeUndefined();
  });
});
