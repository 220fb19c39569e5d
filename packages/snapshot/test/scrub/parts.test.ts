import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScrubKey } from '../../src/index.ts';
import { anonymise, type Column, leastGroup } from '../../src/scrub/anonymise.ts';
import { newId } from '../../src/scrub/new-id.ts';
import { Pseudonyms } from '../../src/scrub/pseudonyms.ts';
import { rewire } from '../../src/scrub/rewire.ts';
import { shiftOf, shiftTimes, shiftedYear } from '../../src/scrub/times.ts';
import { Vocabulary } from '../../src/scrub/vocabulary.ts';
import { mentionsIn } from '../../src/text/follow-text.ts';
import { measureText, textLengths } from '../../src/text/measure-text.ts';
import { writeText } from '../../src/text/write-text.ts';
import { firstKey, otherKey } from '../support/site.ts';

const seed = 20_261_121;
const uuid = fc.uuid();

describe('a key', () => {
  it('is refused where it is missing, short or hardly random, and never said', () => {
    for (const [text, code] of [
      [undefined, 'snapshot-key-missing'],
      [' ', 'snapshot-key-missing'],
      ['2026-11-21', 'snapshot-key-weak'],
      ['ab'.repeat(32), 'snapshot-key-weak'],
      ['0123456789abcdef'.repeat(2), 'snapshot-key-weak'],
    ] as const) {
      expect(() => parseScrubKey(text)).toThrow(expect.objectContaining({ code }));
      try {
        parseScrubKey(text);
      } catch (error) {
        if (text?.trim()) expect(JSON.stringify(error) + String(error)).not.toContain(text);
      }
    }
    expect(JSON.stringify({ firstKey })).toBe('{"firstKey":"[secret]"}');
  });
});

describe('a new id', () => {
  it('is a UUIDv8 that belongs to one id alone, is always the same, and another one under another key', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(uuid, (id) => {
        const made = newId(firstKey, id);
        expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(newId(firstKey, id)).toBe(made);
        expect(newId(otherKey, id)).not.toBe(made);
        const payload = id.replace(/^(.{14}).(.{4})./, '$1$2');
        expect(seen.get(made) ?? payload).toBe(payload);
        seen.set(made, payload);
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe('handles', () => {
  it('are never given twice, whatever is taken, and do not depend on the order of the records', () => {
    const owners = Array.from({ length: 3000 }, (_, i) => `people ${i}`);
    const plain = new Pseudonyms(firstKey, new Vocabulary(firstKey, new Set()));
    plain.claimHandles(owners);
    // Every handle that somebody would get is taken already, so that all have to be settled.
    const taken = owners.map((owner) => plain.handle(owner));
    const settled = [owners, [...owners].reverse()].map((order) => {
      const pseudonyms = new Pseudonyms(firstKey, new Vocabulary(firstKey, new Set()), taken);
      pseudonyms.claimHandles(order);
      return owners.map((owner) => pseudonyms.handle(owner));
    });
    expect(new Set([...taken, ...settled[0]!]).size).toBe(6000);
    expect(settled[0]).toEqual(settled[1]);
  });

  it('and numbers keep apart what was apart', () => {
    const pseudonyms = new Pseudonyms(firstKey, new Vocabulary(firstKey, new Set()));
    const phones = Array.from({ length: 500 }, (_, i) => pseudonyms.phone(String(2_155_550_000 + i)));
    expect(new Set(phones).size).toBe(500);
    expect(pseudonyms.phone('2155550000')).toBe(phones[0]);
  });
});

describe('what is kept of records', () => {
  const columns = (optional: readonly boolean[]): Column[] =>
    optional.map((may, at) => ({
      name: String(at),
      optional: may,
      less: (value) => (may && value !== '' ? '' : undefined),
    }));

  it('is shared by at least five, or the record is named as alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), fc.nat(3), fc.nat(9), fc.nat(40)), { maxLength: 120 }),
        (values) => {
          const rows = values.map((row) => row.map(String));
          const { alone } = anonymise(columns([false, true, true, true]), rows);
          const counts = new Map<string, number>();
          for (const row of rows) counts.set(row.join(), (counts.get(row.join()) ?? 0) + 1);
          const classes = values.map(([first]) => values.filter(([other]) => other === first).length);
          for (const [index, row] of rows.entries()) {
            expect(row[0]).toBe(String(values[index]![0]));
            if (!alone.has(index)) expect(counts.get(row.join())).toBeGreaterThanOrEqual(leastGroup);
            // Alone are only those whose kept values five records do not even have between them.
            expect(alone.has(index)).toBe(classes[index]! < leastGroup);
          }
        },
      ),
      { seed, numRuns: 300 },
    );
  });
});

describe('rows that give up everything', () => {
  it('are joined by others of which the same is left, also where a smaller group has another rest', () => {
    const level: Column = {
      name: 'level',
      optional: true,
      less: (value) => (value === '' || value === 'User' ? undefined : 'User'),
    };
    const about: Column = { name: 'about', optional: true, less: (value) => (value === '' ? undefined : '') };
    const rows = [
      ...Array.from({ length: 3 }, () => ['User', '']),
      ...Array.from({ length: 5 }, () => ['', '']),
      ...Array.from({ length: 9 }, () => ['Staff', '2']),
    ];
    expect(anonymise([level, about], rows).alone.size).toBe(0);
    expect(rows.filter((row) => row.join() === 'User,')).toHaveLength(12);
  });
});

describe('times', () => {
  const second = fc.integer({ min: 1_100_000_000, max: 1_760_000_000 });
  it('are moved by an amount of the person’s own, keep their order, and nothing that they could be found by', () => {
    const text = (at: number) => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
    fc.assert(
      fc.property(uuid, fc.array(second, { minLength: 1, maxLength: 4 }), fc.nat(300), (id, moments, gap) => {
        const all = [...moments, moments[0]! + gap, moments[0]!];
        const times = Object.fromEntries(all.map((at, i) => [`t${i}`, text(at)]));
        const shift = shiftOf(firstKey, id);
        const year = shiftedYear(text(Math.min(...all)), shift);
        const shifted = shiftTimes({ key: firstKey, id, times, shift, year });
        const moved = Object.keys(times).map((field) => Date.parse(shifted[field]!) / 1000);
        for (const [i, a] of all.entries()) {
          expect(shifted[`t${i}`]!.slice(0, 4)).toBe(String(year));
          expect(shifted[`t${i}`]!.slice(0, 7)).not.toBe(text(a).slice(0, 7));
          expect(moved[i]! % 86_400).not.toBe(a % 86_400);
          for (const [j, b] of all.entries()) {
            if (a !== b) expect(Math.sign(moved[i]! - moved[j]!)).toBe(Math.sign(a - b));
          }
        }
      }),
      { seed, numRuns: 500 },
    );
    expect(shiftOf(firstKey, 'a')).not.toBe(shiftOf(firstKey, 'b'));
    expect(shiftOf(firstKey, 'a')).toBe(shiftOf(firstKey, 'a'));
  });
});

describe('generated text', () => {
  it('has exactly the length and lines of its shape, and what it mentions', () => {
    const vocabulary = new Vocabulary(firstKey, new Set());
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.subarray(['h', 'l', 'a', 'c', 'e', 't', 'r']),
        fc.nat(1_000_000),
        fc.nat(3),
        (level, letters, number, mentions) => {
          const shape = { level, markup: level < 3 ? '' : letters.join('') };
          const follow = Array.from(
            { length: level < 2 ? 0 : mentions },
            (_, i) => `@somebody-of-twenty-${i}`,
          );
          const text = writeText(vocabulary, firstKey.draws('t', number), shape, follow);
          expect(text).toHaveLength(textLengths[level]!);
          const other = writeText(vocabulary, otherKey.draws('t', number), shape);
          expect(text.split('\n')).toHaveLength(other.split('\n').length);
          for (const one of follow) expect(text).toContain(one);
        },
      ),
      { seed, numRuns: 400 },
    );
  });

  it('is of like length and markup', () => {
    expect(measureText('Hello there, **you**.')).toEqual({ level: 0, markup: '' });
    expect(measureText(`# A\r\n\r\n- [b](http://c.test/) ${'word '.repeat(90)}`)).toEqual({
      level: 3,
      markup: 'hlar',
    });
  });

  it('knows what a text mentions', () => {
    const text =
      'Ask @Jo.Ann-3, see /projects/one/updates/2, https://x.test/a?b=c. Mail jo@x.test or (215) 555-0142; 3f2504e0-4f89-41d3-9a0c-0305e82c3301 and/or http.';
    expect(mentionsIn(text).map(({ kind, text: of }) => `${kind} ${of}`)).toEqual([
      'mention @Jo.Ann-3',
      'path /projects/one/updates/2',
      'url https://x.test/a?b=c',
      'email jo@x.test',
      'phone (215) 555-0142',
      'id 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    ]);
  });
});

describe('exchanged memberships', () => {
  it('keep how many groups a person has and how many people a group, and nobody is in one twice', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(30), fc.nat(8)), { selector: String, minLength: 2, maxLength: 80 }),
        (pairs) => {
          const memberships = pairs.map(([person, group], i) => ({
            id: String(i),
            person: `p${person}`,
            group: `g${group}`,
          }));
          const people = rewire(firstKey, memberships);
          const after = memberships.map(({ id, group }) => `${people.get(id)!} ${group}`);
          expect(new Set(after).size).toBe(pairs.length);
          expect([...people.values()].sort()).toEqual(memberships.map(({ person }) => person).sort());
        },
      ),
      { seed, numRuns: 200 },
    );
  });
});
