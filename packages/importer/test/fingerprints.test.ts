import { describe, expect, it } from 'vitest';
import { Fingerprints } from '../src/fingerprints.ts';
import { Slots } from '../src/lookup/slots.ts';

describe('a set of fingerprints', () => {
  it('says which of a million texts it has, after it has grown in large and in small steps', () => {
    const texts = new Fingerprints();
    let [added, again, missing] = [0, 0, 0];
    for (let i = 0; i < 1_000_000; i++) if (texts.add(`people/${i}.toml`)) added++;
    for (let i = 0; i < 1_000_000; i++) {
      if (texts.add(`people/${i}.toml`)) again++;
      if (!texts.has(`people/${i}.toml`)) missing++;
    }
    expect([added, texts.size, again, missing]).toEqual([1_000_000, 1_000_000, 0, 0]);
    expect(texts.has('people/1000000.toml')).toBe(false);
  });
});

describe('slots of numbers by hash', () => {
  const numbersOf = (slots: Slots, hash: number): number[] => {
    const found: number[] = [];
    for (let slot = slots.seek(hash); slot !== -1; slot = slots.seek(hash, slot)) found.push(slots.at(slot));
    return found;
  };

  it('give every number of a hash, at the end of all hashes too, before and after they are fitted', () => {
    const slots = new Slots();
    const expected = new Map<number, number[]>();
    for (let number = 0; number < 5000; number++) {
      const hash = number % 7 === 0 ? 0xffffffff - (number % 3) : Math.imul(number % 1500, 0x9e3779b1) >>> 0;
      slots.add(hash, number);
      expected.set(hash, [...(expected.get(hash) ?? []), number]);
    }
    const check = (of: Slots): void => {
      for (const [hash, numbers] of expected)
        expect(numbersOf(of, hash).sort((a, b) => a - b)).toEqual(numbers);
      expect(numbersOf(of, 12_345)).toEqual([]);
    };
    check(slots);
    const before = slots.share().values.length;
    slots.fit();
    check(slots);
    check(new Slots(slots.share()));
    expect(slots.share().values.length).toBe(Math.ceil((5000 * 4) / 3) + 1);
    expect(before).toBe(8192);
    slots.add(99, 5000);
    expected.set(99, [5000]);
    check(slots);
  });
});
