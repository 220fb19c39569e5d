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

describe('a rest', () => {
  it('forgets nothing: rows, indexes, slugs, and what was taken out', async () => {
    await lookup.close();
    lookup = await Lookup.create(scratch.dir, { looks: 1, bytes: 0 });
    const row = (name: string) => ({ source: 'settings', scope: '', key: [name] });
    const wanted = { sheet: 'settings', slug: 'same' };
    for (const name of ['3', '1', '2']) {
      lookup.batch(() => lookup.add(source, 0, row(name), { name, part: 'a' }, wanted));
      await lookup.rest();
    }
    lookup.settle();
    await lookup.rest();
    expect(found('a')).toEqual(['1', '2', '3']);
    expect(['1', '2', '3'].map((name) => lookup.slug(row(name)))).toEqual(['same', 'same-2', 'same-3']);
    expect(lookup.quarantine(row('2'), { rule: 'unfit' })).toBe(true);
    lookup.exclude(row('3'));
    await lookup.rest();
    expect(found('a')).toEqual(['1', '3']);
    expect(lookup.withheldBy(row('2'))).toEqual({ rule: 'unfit' });
    expect([lookup.isExcluded(row('3')), lookup.isExcluded(row('1'))]).toEqual([true, false]);
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
