import { expect, it } from 'vitest';
import { Balance } from '../src/balance.ts';
import { hash53 } from '../src/hash.ts';

type Pair = readonly [key: string, owner: string];
const pairs: readonly Pair[] = Array.from({ length: 5000 }, (_, n) => [`key ${n}`, `owner ${n % 1700}`]);

/** Keys whose pairs are left to be compared one by one. */
function left(values: readonly Pair[], claims: readonly Pair[]): number[] {
  const balance = new Balance();
  for (const [key, owner] of values) balance.add(hash53(key), hash53(owner));
  for (const [key, owner] of claims) balance.subtract(hash53(key), hash53(owner));
  const facts = [...values, ...claims].flatMap(([key, owner]) => [hash53(key), 0, hash53(owner)]);
  const kept = balance.unbalanced(Float64Array.from(facts));
  return [...kept].filter((_, at) => at % 3 === 0);
}

it('leaves nothing to compare where both sides are the same, in whatever order', () => {
  expect(left(pairs, [...pairs].reverse())).toEqual([]);
  expect(left([], [])).toEqual([]);
});

it.each<[string, readonly Pair[]]>([
  ['lacks a pair', pairs.slice(1)],
  ['has a pair twice', [...pairs, pairs[0]!]],
  ['gives a key to another', [['key 0', 'owner 9'], ...pairs.slice(1)]],
])('keeps every pair of a key where one side %s', (_, claims) => {
  const kept = left(pairs, claims);
  const of = [...pairs, ...claims].filter(([key]) => key === 'key 0');
  expect(kept.filter((hash) => hash === hash53('key 0'))).toHaveLength(of.length);
  expect(kept.length).toBeLessThan(20);
});

it('sees two keys whose owners were changed for each other', () => {
  const swapped: Pair[] = [['key 0', 'owner 1'], ['key 1', 'owner 0'], ...pairs.slice(2)];
  expect(left(pairs, swapped)).toEqual(expect.arrayContaining([hash53('key 0'), hash53('key 1')]));
});
