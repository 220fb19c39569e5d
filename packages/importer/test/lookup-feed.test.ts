import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineSource, foldedColumn } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lookup } from '../src/index.ts';
import { LookupFeed } from '../src/parallel/lookup-feed.ts';
import { MapThreads } from '../src/parallel/map-threads.ts';

const cell = foldedColumn('looked up');
const sources = ['settings', 'parts'].map((name) =>
  defineSource({
    ...{ source: name, tables: [name], presence: 'required', key: ['name'] },
    columns: { name: cell, part: cell },
    keep: ['part'],
    indexes: { byPart: ['part'], byBoth: ['part', 'name'] },
    map: () => ({ outcome: 'excluded', rule: 'none' }),
  }),
);

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let threads: MapThreads;
let lookup: Lookup;
let feed: LookupFeed;

beforeEach(async () => {
  scratch = await scratchDir();
  threads = new MapThreads(1);
  lookup = await Lookup.create(join(scratch.dir, 'fed'));
  feed = new LookupFeed(join(scratch.dir, 'fed'), threads);
});
afterEach(async () => {
  await threads.stop();
  feed.close();
  await lookup.close();
  await scratch.remove();
});

const sheet = 'settings';
const row = (source: string, name: string) => ({ source, scope: '', key: [name] });

/** Some of all there is: keys that come twice, slugs that several want, values that need a file of their own. */
async function addRows(to: Pick<Lookup, 'add'>, ready: () => void | Promise<void>): Promise<void> {
  for (let i = 0; i < 20_000; i++) {
    const source = sources[i % 3 === 0 ? 1 : 0]!;
    const name = `${i % 500 === 0 ? i % 1500 : i}`;
    const part = `${i % 97}${i % 1000 === 1 ? 'é'.repeat(900) : 'x'.repeat(100)}`;
    const wanted = i % 2 === 0 ? { sheet, slug: `slug-${i % 5000}` } : undefined;
    to.add(source, i % 3 === 0 ? 1 : 0, row(source.source, name), { name, part }, wanted);
    if (i % 256 === 0) await ready();
  }
}

it('a lookup that another thread fills is the one that this thread would have filled', async () => {
  const own = await Lookup.create(join(scratch.dir, 'own'));
  await addRows(own, () => undefined);
  own.settle();
  await addRows(feed, () => feed.ready());
  lookup.adopt(await feed.settle());
  const found = { slugs: 0, rows: 0 };
  for (const source of sources) {
    for (let i = 0; i < 20_000; i++) {
      const key = row(source.source, `${i}`);
      expect(lookup.row(source, key)).toEqual(own.row(source, key));
      expect(lookup.slug(key)).toBe(own.slug(key));
      found.rows += own.row(source, key) === undefined ? 0 : 1;
      found.slugs += own.slug(key) === undefined ? 0 : 1;
    }
    for (let i = 0; i < 97; i++) {
      const values = [`${i}${'x'.repeat(100)}`];
      expect(lookup.rows(source, 'byPart', values, '')).toEqual(own.rows(source, 'byPart', values, ''));
    }
    const long = `1${'é'.repeat(900)}`;
    expect(lookup.rows(source, 'byBoth', [long, '1'], '')).toEqual(
      own.rows(source, 'byBoth', [long, '1'], ''),
    );
  }
  // 40 rows have three keys.
  expect(found).toEqual({ rows: 19_963, slugs: 9963 });
  await own.close();
});

it('is empty where no row was given to it', async () => {
  lookup.adopt(await feed.settle());
  expect(lookup.row(sources[0]!, row('settings', '1'))).toBeUndefined();
});

it('that the thread cannot write says so to who reads, with its code', async () => {
  rmSync(join(scratch.dir, 'fed'), { recursive: true });
  const filled = async () => {
    for (let i = 0; i < 40_000; i++) {
      feed.add(sources[0]!, 0, row('settings', `${i}`), { name: `${i}`, part: 'x'.repeat(400) });
      if (i % 256 === 0) await feed.ready();
    }
    await feed.settle();
  };
  await expect(filled()).rejects.toMatchObject({ code: 'scratch-unwritable', exitCode: 7 });
});
