import { laddr } from '@cutover/laddr';
import { git } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EraseInput } from '../src/index.ts';
import { type Line, readKept } from '../src/kept-lines.ts';
import {
  certified,
  copyOf,
  eraseFrom,
  importSample,
  personId,
  privateBytes,
  sampleWith,
  type Site,
} from './support/site.ts';

const id = personId(1010);
const comment = (key: number) => `(${key},'Emergence\\\\Comments\\\\Comment',`;
const wellDone = `'2019-01-02 03:04:05',NULL,NULL,NULL,`;
const post = `'Emergence\\\\CMS\\\\AbstractContent',102,'c0ffee104'`;
/** A comment of theirs that does not fit, one of somebody else's that they changed, and what was said of the first. */
const changes: [string, string][] = [
  [`${comment(102)}${wellDone}`, `${comment(102)}'19xx-01-02 03:04:05',1010,NULL,NULL,`],
  [`'c0ffee102',101,'Well done'`, `'c0ffee102',101,'as only they say it'`],
  [`${comment(103)}${wellDone}`, `${comment(103)}'19xx-01-02 03:04:05',101,NULL,1010,`],
  [post, `'Emergence\\\\Comments\\\\Comment',102,'c0ffee104'`],
];

let origin: Awaited<ReturnType<typeof scratchDir>>;
let sample: Site;
let dump: string;
let scratch: Awaited<ReturnType<typeof scratchDir>>;
let site: Site;

beforeAll(async () => {
  origin = await scratchDir();
  sample = await importSample(origin.dir);
  dump = await sampleWith(origin.dir, ...changes);
  await sample.again(dump);
});
afterAll(() => origin.remove());
beforeEach(async () => {
  scratch = await scratchDir();
  site = await copyOf(sample, scratch.dir);
});
afterEach(() => scratch.remove());

const run = (more: Partial<EraseInput> = {}) => eraseFrom(site, id, more);

/** The last is on the one before. */
const ours = ['comments/102', 'comments/103', 'comments/104', 'comments/109'];

async function linesOf(kind: 'ledger' | 'quarantine'): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readKept(site.privateStore, kind))
    if (ours.includes(String(line['row']))) lines.push(line);
  return lines;
}

const quarantined = async () =>
  (await linesOf('quarantine')).map(({ row, values }) => [row, (values as Line)['ModifierID']]);

it('removes what they wrote and what belongs to that, and takes their number out of the rest', async () => {
  expect((await quarantined()).sort()).toEqual([
    ['comments/102', null],
    ['comments/103', '1010'],
    ['comments/104', null],
    ['comments/109', null],
  ]);
  const dry = await run({ dryRun: true });
  const result = await run();
  expect(result).toMatchObject({ stillThere: [], quarantine: { lines: 4, unlinked: 1 } });
  expect([dry.quarantine, dry.ledger]).toEqual([result.quarantine, result.ledger]);
  expect(await quarantined()).toEqual([['comments/103', null]]);
  expect(await privateBytes(site)).not.toContain('as only they say it');
  const { removed, lookedAt } = certified(id, result);
  expect(removed).toMatchObject({ 'quarantined rows': 3, 'quarantined rows that lost their name': 1 });
  expect(lookedAt).toContainEqual(expect.stringMatching(/comments: CreatorID, .*ContextID/));
});

it('leaves the ledger of an import in which the row fitted as it is', async () => {
  await run();
  const outcomes = (await linesOf('ledger')).map(({ row, outcome, rule }) => [row, outcome, rule]);
  expect(outcomes.sort()).toEqual([
    ['comments/102', 'excluded', 'pruned'],
    ['comments/102', 'imported', undefined],
    ['comments/103', 'imported', undefined],
    ['comments/103', 'quarantined', 'schema'],
    ['comments/104', 'excluded', 'pruned'],
    ['comments/104', 'excluded', 'unpublished'],
    ['comments/109', 'excluded', 'pruned'],
    ['comments/109', 'excluded', 'unpublished'],
  ]);
});

it('no import writes them again, and one in which they fit takes them over', async () => {
  await run();
  await site.again(dump);
  expect(await quarantined()).toEqual([
    ['comments/103', null],
    ['comments/103', null],
  ]);
  expect(await privateBytes(site)).not.toContain('as only they say it');
  await site.again();
  const comments = await git(site.publicStore.dir, [
    'grep',
    '-h',
    'legacyId = 10[234]$',
    'main',
    '--',
    'comments/',
  ]);
  expect(comments.trim().split('\n')).toHaveLength(2);
});

it('rows that name somebody who is nowhere else are enough to be erased', async () => {
  const gone = personId(424242);
  await site.again(
    await sampleWith(scratch.dir, ...changes, [`'19xx-01-02 03:04:05',1010`, `'19xx-01-02 03:04:05',424242`]),
  );
  const result = await run({ ids: new Set([gone]) });
  expect(result).toMatchObject({ pruned: { people: 1 }, quarantine: { unlinked: 0 }, stillThere: [] });
  expect(result.quarantine.lines).toBeGreaterThan(0);
});

it('nobody gets the identifier of a row that never fitted', async () => {
  const row = `NULL,'elowen.birchwell.10@example.org'`;
  const identifier: [string, string] = [`'Elowen_Birchwell10'`, `'another-one'`];
  await site.again(await sampleWith(scratch.dir, [row, row.replace('NULL', `'19xx-01-01'`)], identifier));
  await run();
  expect(await site.privateStore.claims.claim('name-id', 'another-one', 'x')).toMatchObject({ won: false });
});

it('a source that does not say what it refers to is said, and so is a row that stayed', async () => {
  const sources = laddr.sources.map(({ references, ...rest }) =>
    rest.source === 'comments' || references === undefined ? rest : { ...rest, references },
  );
  const result = await run({ sources });
  expect(certified(id, result).remains).toContainEqual(
    expect.stringMatching(/rows of comments by their own key only/),
  );
  expect(await quarantined()).toHaveLength(4);
});

it('a row that could not be removed is said', async () => {
  const deaf = new Proxy(site.privateStore, {
    get(store, name) {
      if (name === 'keepFile') return () => Promise.resolve();
      const value: unknown = Reflect.get(store, name);
      return typeof value === 'function' ? (value.bind(store) as unknown) : value;
    },
  });
  const result = await run({ privateStore: deaf });
  expect(new Set(result.stillThere)).toEqual(new Set(['a quarantined row that is theirs or names them']));
  expect(certified(id, result).checks['nothing of them is found in the stores']).toBe(false);
});
