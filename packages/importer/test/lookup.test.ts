import { defineSource, foldedColumn } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lookup } from '../src/index.ts';

const cell = foldedColumn('looked up');
const source = defineSource({
  source: 'settings',
  tables: ['settings'],
  presence: 'required',
  key: ['name'],
  columns: { name: cell, part: cell },
  keep: ['part'],
  indexes: { byPart: ['part'] },
  map: () => ({ outcome: 'excluded', rule: 'none' }),
});

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let lookup: Lookup;

beforeEach(async () => {
  scratch = await scratchDir();
  lookup = await Lookup.create(scratch.dir);
});
afterEach(async () => {
  await lookup.close();
  await scratch.remove();
});

function add(part: string, ...names: string[]): void {
  for (const name of names) {
    lookup.add(source, 0, { source: 'settings', scope: '', key: [name] }, { name, part });
  }
}

const found = (part: string) => lookup.rows(source, 'byPart', [part], '').map(({ $key }) => $key[0]);

const row = (name: string) => ({ source: 'settings', scope: '', key: [name] });

describe.each([
  ['in memory', 64 << 20],
  ['in a file', 0],
])('rows that are held %s', (_where, memory) => {
  beforeEach(async () => {
    await lookup.close();
    lookup = await Lookup.create(scratch.dir, memory);
  });

  it('forget nothing: columns, indexes, slugs, and what was taken out', () => {
    const wanted = { sheet: 'settings', slug: 'same' };
    const part = 'é'.repeat(400);
    for (let i = 3000; i > 0; i--) {
      lookup.add(
        source,
        0,
        row(`${i}`),
        { name: `${i}`, part: `${i % 7}${part}` },
        i < 4 ? wanted : undefined,
      );
    }
    lookup.settle();
    const reader = Lookup.attach(lookup.share());
    for (const each of [lookup, reader]) {
      expect(each.rows(source, 'byPart', [`1${part}`], '')).toHaveLength(429);
      expect(each.row(source, row('2999'))).toEqual({ $key: ['2999'], part: `3${part}` });
      expect(['1', '2', '3', '4'].map((name) => each.slug(row(name)))).toEqual([
        'same',
        'same-2',
        'same-3',
        undefined,
      ]);
    }
    expect(lookup.quarantine(row('8'), { rule: 'unfit' })).toBe(true);
    lookup.exclude(row('3'));
    expect(reader.rows(source, 'byPart', [`1${part}`], '')).toHaveLength(428);
    expect(lookup.withheldBy(row('8'))).toEqual({ rule: 'unfit' });
    expect([lookup.isExcluded(row('3')), reader.isExcluded(row('1'))]).toEqual([true, false]);
  });
});

it('a row of too many kept columns is refused, and never kept in part', () => {
  const of = (count: number) => {
    const names = Array.from({ length: count }, (_, i) => `c${i}`);
    const columns = Object.fromEntries(['name', ...names].map((name) => [name, cell]));
    const cells = Object.fromEntries(names.map((name) => [name, `${name}${'x'.repeat(40)}`]));
    return { wide: { ...source, source: `wide${count}`, columns, keep: names, indexes: {} }, cells };
  };
  const [most, tooMany] = [of(1400), of(1500)];
  lookup.add(most.wide, 0, { source: 'wide1400', scope: '', key: ['1'] }, most.cells);
  expect(() =>
    lookup.add(tooMany.wide, 0, { source: 'wide1500', scope: '', key: ['1'] }, tooMany.cells),
  ).toThrow(RangeError);
  lookup.settle();
  expect(lookup.row(most.wide, { source: 'wide1400', scope: '', key: ['1'] })).toEqual({
    $key: ['1'],
    ...most.cells,
  });
  expect(lookup.row(tooMany.wide, { source: 'wide1500', scope: '', key: ['1'] })).toBeUndefined();
});

describe('a row that does not fit', () => {
  it('asks for another pass only where another row has looked it up', () => {
    add('a', '1', '2', '3');
    lookup.settle();
    lookup.begin(row('2'));
    expect(lookup.row(source, row('2'))).toBeDefined();
    expect(lookup.quarantine(row('2'), { rule: 'unfit' })).toBe(false);
    lookup.begin(row('1'));
    expect(lookup.row(source, row('2'))).toBeUndefined();
    expect(found('a')).toEqual(['1', '3']);
    expect(lookup.quarantine(row('3'), { rule: 'unfit' })).toBe(true);
    expect(lookup.quarantine(row('3'), { rule: 'unfit' })).toBe(false);
    lookup.beginPass();
    expect(lookup.quarantine(row('1'), { rule: 'unfit' })).toBe(false);
  });

  it('is pruned where the rule says so', () => {
    add('a', '1', '2');
    lookup.quarantine(row('1'), { rule: 'pruned' });
    lookup.quarantine(row('2'), { rule: 'unfit' });
    expect(['1', '2'].map((name) => lookup.isPruned(row(name)))).toEqual([true, false]);
  });
});

describe('a key that comes twice', () => {
  it('is the later row, and the slug goes by the key', () => {
    const wanted = { sheet: 'settings', slug: 'same' };
    lookup.add(source, 0, row('1'), { name: '1', part: 'old' }, wanted);
    lookup.add(source, 0, row('1'), { name: '1', part: 'new' }, wanted);
    lookup.settle();
    expect(lookup.row(source, row('1'))!['part']).toBe('new');
    expect([found('old'), found('new')]).toEqual([['1'], ['1']]);
    expect(lookup.slug(row('1'))).toBe('same-1');
    expect(() => lookup.holder('settings', 'same')).toThrow(TypeError);
  });

  it('holds what it was given, where that is kept', () => {
    for (const name of ['2', '1'])
      lookup.add(source, 0, row(name), { name, part: '' }, { sheet: 'settings', slug: 'same' });
    lookup.settle({ keepHolders: true });
    expect(['same', 'same-2', 'other'].map((slug) => lookup.holder('settings', slug)?.key)).toEqual([
      ['1'],
      ['2'],
      undefined,
    ]);
  });
});

describe('rows by an index', () => {
  it('are found whatever their keys begin with', () => {
    const names = ['', ' ', '!', '7', 'a', 'é', '日本', '\uffff', '😀', '\u{10ffff}'];
    add('x', ...names);
    expect(found('x').sort()).toEqual([...names].sort());
  });

  it('are those with this value, and not those whose value begins with it', () => {
    add('a', 'one');
    add('a ', 'two');
    add('ab', 'three');
    expect([found('a'), found('a '), found('ab'), found('')]).toEqual([['one'], ['two'], ['three'], []]);
  });

  it('are found by a long value, and with a long key', () => {
    const long = 'long '.repeat(600);
    add(long, 'one', long);
    add(`${long}!`, 'two');
    expect([found(long).sort(), found(`${long}!`)]).toEqual([[long, 'one'].sort(), ['two']]);
  });
});
