import type { StoredRecord } from '@cutover/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergePolicy, mergeRecord } from '../src/index.ts';
import { same } from '../src/merge-record.ts';

const fields = ['a', 'b', 'c', 'slug'];
const value = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined });
const record = fc
  .record(Object.fromEntries(fields.map((field) => [field, value])))
  .map((all) => ({ id: 'x', ...all }) as StoredRecord);
const maybe = fc.option(record, { nil: undefined, freq: 6 });
const policy: MergePolicy = { ownedByMain: new Set(['slug']), rules: [], choices: new Map() };
const settings = { seed: 20260131, numRuns: 2000 };

const merge = (
  base: StoredRecord | undefined,
  legacy: StoredRecord | undefined,
  main: StoredRecord | undefined,
) => mergeRecord({ sheet: 's', id: 'x', path: 's/x.toml', base, legacy, main }, policy);
const at = (one: StoredRecord | undefined, field: string) => one?.[field] ?? null;

describe('a merged record', () => {
  it('is the new side’s where legacy changed nothing, and legacy’s where only legacy did', () => {
    fc.assert(
      fc.property(maybe, maybe, (base, other) => {
        expect(same(merge(base, base, other).record, other)).toBe(true);
        const taken = merge(base, other, base);
        expect(taken.conflicts).toEqual([]);
        for (const field of ['a', 'b', 'c']) expect(at(taken.record, field)).toBe(at(other, field));
      }),
      settings,
    );
  });

  it('has in every field the one change that was made, and a conflict exactly where there were two', () => {
    fc.assert(
      fc.property(record, record, record, (base, legacy, main) => {
        const { record: merged, conflicts } = merge(base, legacy, main);
        const conflicted = conflicts.map((conflict) => (conflict.kind === 'field' ? conflict.field : '?'));
        for (const field of ['a', 'b', 'c']) {
          const [was, theirs, ours] = [at(base, field), at(legacy, field), at(main, field)];
          const twice = theirs !== was && ours !== was && theirs !== ours;
          expect(conflicted.includes(field)).toBe(twice);
          if (twice) expect(at(merged, field)).toBe(ours);
          else expect(at(merged, field)).toBe(theirs !== was ? theirs : ours);
        }
        expect(at(merged, 'slug')).toBe(at(main, 'slug'));
        expect(conflicted).not.toContain('slug');
      }),
      settings,
    );
  });

  it('finds the same conflicts from either side, and none where both did the same', () => {
    fc.assert(
      fc.property(maybe, maybe, maybe, (base, legacy, main) => {
        const count = (sides: ReturnType<typeof merge>) =>
          sides.conflicts.filter((conflict) => conflict.kind !== 'field' || conflict.field !== 'slug').length;
        const there = count(merge(base, legacy, main));
        if (legacy !== undefined && main !== undefined) expect(count(merge(base, main, legacy))).toBe(there);
        expect(merge(base, legacy, legacy).conflicts).toEqual([]);
      }),
      settings,
    );
  });

  it('never loses an edit to a deletion without a conflict', () => {
    fc.assert(
      fc.property(record, record, (base, edited) => {
        fc.pre(!same(base, edited));
        expect(merge(base, undefined, edited).conflicts).toMatchObject([{ kind: 'deleted-in-legacy' }]);
        expect(merge(base, edited, undefined).conflicts).toMatchObject([{ kind: 'deleted-in-main' }]);
      }),
      settings,
    );
  });

  it('stays as it is when it is merged again', () => {
    fc.assert(
      fc.property(maybe, maybe, maybe, (base, legacy, main) => {
        const once = merge(base, legacy, main);
        fc.pre(once.conflicts.length === 0);
        expect(same(merge(legacy, legacy, once.record).record, once.record)).toBe(true);
      }),
      settings,
    );
  });
});
