import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, CutoverError } from '@cutover/core';
import { parseToml, type Profile, revealPrivate } from '@cutover/records';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpSource, folderFiles, importDump, type ImportOptions, queryLedger } from '../src/index.ts';
import { tiny, writeDump } from './tiny.ts';
import { wiki, writeWiki } from './wiki.ts';
import { withFiles } from './with-files.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
});
afterEach(() => scratch.remove());

type Tables = Parameters<typeof writeWiki>[1];

const ann = { id: '1', name: 'Ann', email: 'ann@example.org' };
const ben = { id: '2', name: 'Ben', email: 'ben@example.org', made: '2020-01-01' };

function run(tables: Tables, options: Partial<ImportOptions> = {}) {
  const path = writeWiki(scratch.dir, { people: [ann, ben], ...tables });
  return importDump({
    profile: wiki,
    source: dumpSource([path]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    history: 'legacy-history',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
    ...options,
  });
}

const log = async (...args: string[]): Promise<string[]> =>
  (await git(publicStore.dir, ['log', '--format=%as %an: %s', ...args])).trim().split('\n').reverse();
const show = (what: string): Promise<string> => git(publicStore.dir, ['show', `legacy-history${what}`]);
const checkOf = (checks: readonly Check[], id: string) => checks.find((check) => check.id === id);
/** Everything that anybody can read who has the repository. */
const everything = async (): Promise<string> => {
  const objects = await git(publicStore.dir, ['cat-file', '--batch-all-objects', '--batch-check']);
  const texts = [];
  for (const line of objects.trim().split('\n'))
    if (!line.includes(' tree '))
      texts.push(await git(publicStore.dir, ['cat-file', '-p', line.split(' ')[0]!]));
  return texts.join('\n');
};

const renamed: Tables = {
  pages: [{ id: '1', handle: 'map', title: 'The food map', changed: '2021-05-06', changer: '2' }],
  old_pages: [
    { rev: '1', id: '1', handle: 'food', title: 'Food', maker: '1' },
    { rev: '2', id: '1', handle: 'food', title: 'The food map', changed: '2021-02-03', changer: '2' },
    { rev: '3', id: '1', handle: 'map', title: 'The food map', changed: '2021-05-06', changer: '2' },
  ],
};

describe('the past of an import', () => {
  it('is commits of then by who made them, and ends with the tree that was imported', async () => {
    const { checks, history, tree } = await run(renamed);
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(await log('legacy-history', '--follow', '--', 'pages/map.toml')).toEqual([
      '2020-01-02 ann: pages/food created',
      '2021-02-03 ben: pages/food changed',
      '2021-05-06 ben: pages/food is pages/map now',
    ]);
    expect((await git(publicStore.dir, ['rev-parse', 'legacy-history^{tree}'])).trim()).toBe(tree);
    expect(history).toMatchObject({ branch: 'legacy-history', moved: true, extended: true });
    expect(await git(publicStore.dir, ['fsck', '--strict', '--full'])).toBe('');
    const dates = '--format=%aI %cI %ae';
    const first = await git(publicStore.dir, [
      'log',
      '--diff-filter=A',
      dates,
      'legacy-history',
      '--',
      'pages',
    ]);
    expect(first.trim().split('\n').at(-1)).toBe(
      '2020-01-02T00:00:00+00:00 2020-01-02T00:00:00+00:00 ann@noreply.invalid',
    );
    const blame = await git(publicStore.dir, ['blame', '-p', 'legacy-history', '--', 'pages/map.toml']);
    expect(blame).toContain('author ann\n');
    expect(blame).toContain('author ben\n');
  });

  it('has the uploads of its records beside them at any time, and their links', async () => {
    const uploads = join(scratch.dir, 'uploads');
    mkdirSync(uploads);
    writeFileSync(join(uploads, '1.bin'), 'a map');
    writeFileSync(join(uploads, '2.bin'), 'a large one');
    writeFileSync(join(uploads, '3.bin'), 'old');
    const parts = [{ id: '1', page: '1', body: 'see /f/2' }];
    const pages = [
      ...renamed['pages']!,
      { id: '2', handle: 'large' },
      { id: '3', handle: 'undated', made: '0000' },
    ];
    const old_parts = [
      { rev: '1', id: '1', page: '1', body: 'see /f/1' },
      { ...parts[0]!, rev: '2', changed: '2021-04-01' },
    ];
    const given = { ...renamed, pages, parts, old_parts };
    const options = {
      profile: withFiles(wiki, 'pages'),
      uploads: { source: await folderFiles(uploads), inGitBytes: 6 },
    };
    const { checks, tree } = await run(given, options);
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect((await git(publicStore.dir, ['rev-parse', 'legacy-history^{tree}'])).trim()).toBe(tree);
    const seen: string[] = [];
    for (const commit of await log('legacy-history', '--format=%H')) {
      const paths = (await git(publicStore.dir, ['ls-tree', '-r', '--name-only', commit])).trim().split('\n');
      for (const path of paths.filter((name) => /^pages\/[^/]*\.toml$/.test(name))) {
        const page = parseToml(await git(publicStore.dir, ['show', `${commit}:${path}`]));
        seen.push(`${path} ${String(page['fileIn'])} ${String(page['body'])}`);
        if (page['fileIn'] === 'repository') expect(paths).toContain(page['file']);
        else expect(await privateStore.publicObject(String(page['file']))).toBeDefined();
      }
    }
    expect([...new Set(seen)].sort()).toEqual([
      'pages/food.toml repository see /pages/1/original',
      'pages/food.toml repository see /pages/2/original',
      'pages/large.toml bucket undefined',
      'pages/map.toml repository see /pages/2/original',
      'pages/undated.toml repository undefined',
    ]);
    expect((await run(given, options)).history).toMatchObject({ moved: false });
  });

  it('leaves legacy-import as it is without it, and writes nothing the second time', async () => {
    const withPast = await run(renamed);
    const objects = await git(publicStore.dir, ['count-objects', '-v']);
    const again = await run(renamed);
    expect(again.history).toMatchObject({ moved: false, commit: withPast.history!.commit });
    expect(await git(publicStore.dir, ['count-objects', '-v'])).toBe(objects);
    expect(await git(publicStore.dir, ['for-each-ref', '--format=%(refname)'])).toBe(
      'refs/heads/legacy-history\nrefs/heads/legacy-import\n',
    );
    const other = await openPublicStore(join(scratch.dir, 'other.git'), { create: true });
    const plainImport = await importDump({
      profile: wiki,
      source: dumpSource([writeWiki(scratch.dir, { people: [ann, ben], ...renamed })]),
      publicStore: other,
      privateStore: await openPrivateStore(join(scratch.dir, 'private-2'), { create: true }),
      branch: 'legacy-import',
      workDir: join(scratch.dir, 'work'),
      toolVersion: '0',
    });
    expect(plainImport.tree).toBe(withPast.tree);
    expect(plainImport.tables['old_pages']).toMatchObject({ rows: 3, excluded: { old: 3 } });
    expect(withPast.tables['old_pages']).toMatchObject({ rows: 3, imported: 3, excluded: {} });
  });

  it('has the same commits whatever the order and the pieces of the dump, the threads and the time zone', async () => {
    const first = await run(renamed, { jobs: 1 });
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      const turned = {
        old_pages: [...renamed['old_pages']!].reverse(),
        pages: renamed['pages']!,
      };
      const other = await openPublicStore(join(scratch.dir, 'other.git'), { create: true });
      const again = await importDump({
        profile: wiki,
        source: dumpSource([
          writeWiki(scratch.dir, { ...turned, people: [ben, ann] }, { chunk: 1, name: 'turned.sql' }),
        ]),
        publicStore: other,
        privateStore: await openPrivateStore(join(scratch.dir, 'private-2'), { create: true }),
        branch: 'legacy-import',
        history: 'legacy-history',
        workDir: join(scratch.dir, 'work'),
        toolVersion: '1',
        jobs: 3,
      });
      expect(again.history!.commit).toBe(first.history!.commit);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('goes on from where it was with a later dump, and says where it had to be made anew', async () => {
    const first = await run(renamed);
    const later = await run({
      ...renamed,
      pages: [{ id: '1', handle: 'map', title: 'Map of food', changed: '2022-01-01', changer: '1' }],
    });
    expect(later.history).toMatchObject({ moved: true, extended: true });
    const before = await git(publicStore.dir, ['rev-parse', `${first.history!.commit}^`]);
    await git(publicStore.dir, ['merge-base', '--is-ancestor', before.trim(), 'legacy-history']);
    const hidden = await run({ people: [{ ...ann, level: 'banned' }, ben], ...renamed });
    expect(hidden.history).toMatchObject({ moved: true, extended: false });
    expect(await log('legacy-history', '--author=ann')).toEqual(['']);
  });
});

describe('nothing private', () => {
  it.each<[string, Tables, Record<string, number>, string]>([
    [
      'a row that is gone',
      { pages: [], old_pages: [{ rev: '1', id: '7', handle: 'gone', title: 'SECRET' }] },
      { 'revision-of-deleted': 1 },
      'SECRET',
    ],
    [
      'a row that is not public now',
      {
        pages: [{ id: '1', status: 'private' }],
        old_pages: [{ rev: '1', id: '1', title: 'SECRET' }],
      },
      { 'revision-not-public-now': 1 },
      'SECRET',
    ],
    [
      'a state in which the row was a draft',
      {
        pages: [{ id: '1', changed: '2020-05-05' }],
        old_pages: [{ rev: '1', id: '1', title: 'SECRET', status: 'draft' }],
      },
      { 'revision-not-public-then': 1 },
      'SECRET',
    ],
    [
      'somebody who was banned',
      {
        people: [ann, { ...ben, level: 'banned' }],
        old_people: [{ rev: '1', ...ben, about: 'SECRET' }],
      },
      { 'revision-withheld': 1 },
      'SECRET',
    ],
    [
      'an address that was taken out of a text again',
      {
        pages: [{ id: '1', title: 'Write to us', changed: '2020-05-05' }],
        old_pages: [{ rev: '1', id: '1', title: 'Write to Ann@example.org' }],
      },
      { 'revision-with-private-value': 1 },
      'nn@example.org',
    ],
    [
      'an address that somebody had before',
      {
        old_people: [{ rev: '1', ...ann, email: 'ann@old.example.org', about: 'Mail ann@old.example.org' }],
      },
      { 'revision-with-private-value': 1 },
      'old.example.org',
    ],
  ])('is shown of %s', async (_name, tables, excluded, secret) => {
    const { tables: accounts, checks } = await run(tables);
    const name = Object.keys(tables).find((table) => table.startsWith('old_'))!;
    expect(accounts[name]).toMatchObject({ imported: 0, excluded });
    expect(await everything()).not.toContain(secret);
    expect(checks.filter(({ outcome }) => outcome === 'fails')).toEqual([]);
    const ledger = await queryLedger(privateStore, { table: name, id: '1' });
    expect(ledger.rows).toMatchObject([{ revision: `${name}/1`, rule: Object.keys(excluded)[0] }]);
  });

  it('stays what a text still says', async () => {
    const { tables } = await run({
      pages: [{ id: '1', title: 'Mail ann@example.org!', changed: '2020-05-05' }],
      old_pages: [{ rev: '1', id: '1', title: 'Mail ann@example.org' }],
    });
    expect(tables['old_pages']).toMatchObject({ imported: 1 });
  });

  it('tells what somebody was called before, or who did what that is banned or gone', async () => {
    const { checks } = await run({
      people: [ann, ben, { id: '3', name: 'Cid', level: 'banned' }],
      old_people: [{ rev: '1', ...ann, name: 'SECRET', about: 'I write' }],
      pages: [{ id: '1', title: 'Now', changed: '2021-01-01', changer: '3' }],
      old_pages: [
        { rev: '1', id: '1', title: 'One', maker: '99' },
        { rev: '2', id: '1', title: 'Two', changed: '2020-02-02' },
      ],
    });
    expect(await log('legacy-history', '--', 'pages')).toEqual([
      '2020-01-02 nobody: pages/start created',
      '2020-02-02 nobody: pages/start changed',
      '2021-01-01 nobody: pages/start changed',
    ]);
    expect(await everything()).not.toContain('SECRET');
    expect(checks.filter(({ outcome }) => outcome === 'fails')).toEqual([]);
    expect(await show(':people/ann.toml')).not.toContain('I write');
    expect(await git(publicStore.dir, ['log', '-p', 'legacy-history', '--', 'people/ann.toml'])).toContain(
      'I write',
    );
  });

  it('is found where a mapper lets it through, and then no branch is made', async () => {
    const leaky: Profile = {
      ...wiki,
      sources: wiki.sources.map((source) =>
        source.source === 'people'
          ? {
              ...source,
              map: (row, context) => {
                const made = source.map(row, context);
                if (made.outcome !== 'imported' || row['about'] !== 'then') return made;
                const email = made.privates![0]!.fields['email'] as never;
                const opened = { ...made.records[0]!.fields, about: valueIn(email) };
                return { ...made, records: [{ sheet: 'people', fields: opened }] };
              },
            }
          : source,
      ),
    };
    const tables = { old_people: [{ rev: '1', ...ann, email: 'a private place', about: 'then' }] };
    const { checks, history } = await run(tables, { profile: leaky });
    expect(checkOf(checks, 'history-provenance')).toMatchObject({ outcome: 'fails', findingsTotal: 1 });
    expect(history).toBeUndefined();
    expect(await publicStore.head('legacy-history')).toBeUndefined();
    expect(await everything()).not.toContain('a private place');
  });
});

describe('an earlier state', () => {
  it('that is the one before is part of it, and one of no date has that of its neighbour', async () => {
    const { tables } = await run({
      pages: [{ id: '1', title: 'Three', changed: '2021-01-01' }],
      old_pages: [
        { rev: '1', id: '1', title: 'One', made: '0000-00-00' },
        { rev: '2', id: '1', title: 'One', changed: '2020-03-03' },
        { rev: '3', id: '1', title: 'Two', changed: '2020-03-03' },
        { rev: '4', id: '1', title: 'Three', changed: '2020-04-04' },
      ],
    });
    expect(tables['old_pages']).toMatchObject({ rows: 4, imported: 3, folded: 1 });
    expect(await log('legacy-history', '--', 'pages')).toEqual([
      '2020-03-03 nobody: pages/start created',
      '2020-03-03 nobody: pages/start changed',
      '2020-04-04 nobody: pages/start changed',
    ]);
  });

  it('that does not fit is left away by name, with what is wrong', async () => {
    const { tables } = await run({
      pages: [{ id: '1', changed: '2021-01-01' }],
      old_pages: [{ rev: '1', id: '1', title: 'long'.repeat(20) }],
    });
    expect(tables['old_pages']).toMatchObject({ excluded: { 'revision-unfit': 1 } });
    const { rows } = await queryLedger(privateStore, { table: 'old_pages', id: '1' });
    expect(rows).toMatchObject([{ rule: 'revision-unfit', message: 'pages.title: too_big' }]);
  });

  it('whose slug is another row’s now, or was several rows’, has one of its own', async () => {
    const { checks } = await run({
      pages: [
        { id: '1', handle: 'one', changed: '2022-01-01' },
        { id: '2', handle: 'start', made: '2023-01-01' },
        { id: '3', handle: 'three', changed: '2022-03-03' },
        { id: '4', handle: 'four', changed: '2022-04-04' },
      ],
      old_pages: [
        { rev: '1', id: '1', handle: 'start' },
        { rev: '2', id: '4', handle: 'both' },
        { rev: '3', id: '3', handle: 'both' },
      ],
    });
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    const first = await git(publicStore.dir, [
      'log',
      '--reverse',
      '--format=%H',
      'legacy-history',
      '--',
      'pages',
    ]);
    const tree = await git(publicStore.dir, ['ls-tree', '-r', '--name-only', first.split('\n')[0]!, 'pages']);
    expect(tree.trim().split('\n')).toEqual(['pages/both-4.toml', 'pages/both.toml', 'pages/start-1.toml']);
  });

  it('of a part changes what it is a part of', async () => {
    const { checks, tables } = await run({
      pages: [{ id: '1' }],
      parts: [
        { id: '1', body: 'New', changed: '2021-02-02', changer: '1' },
        { id: '2', body: 'More', made: '2021-03-03', maker: '2' },
      ],
      old_parts: [
        { rev: '1', id: '1', body: 'Old' },
        { rev: '2', id: '9', body: 'SECRET' },
      ],
    });
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(tables['old_parts']).toMatchObject({ imported: 1, excluded: { 'revision-of-deleted': 1 } });
    expect(await log('legacy-history', '--', 'pages')).toEqual([
      '2020-01-02 nobody: pages/start created',
      '2021-02-02 ann: pages/start changed',
      '2021-03-03 ben: pages/start changed',
    ]);
    expect(await everything()).not.toContain('SECRET');
    expect(await show('~3:pages/start.toml')).toContain('Old');
  });
});

describe('a past that does not add up', () => {
  it('is found, and no branch is made of it', async () => {
    // Its mapper makes paths by itself, so that one page's past takes the place of another page.
    const careless: Profile = {
      ...wiki,
      sources: wiki.sources.map((source) =>
        source.source === 'pages'
          ? {
              ...source,
              map: (row, context) => {
                const made = source.map(row, context);
                if (made.outcome !== 'imported') return made;
                const fields = { ...made.records[0]!.fields, slug: row['handle'] as string };
                return { ...made, records: [{ sheet: 'pages', fields }] };
              },
            }
          : source,
      ),
    };
    const { checks, history } = await run(
      {
        pages: [
          { id: '1', handle: 'one', changed: '2022-01-01' },
          { id: '2', handle: 'start', title: 'Another' },
        ],
        old_pages: [{ rev: '1', id: '1', handle: 'start', made: '2020-02-02' }],
      },
      { profile: careless },
    );
    expect(checkOf(checks, 'history')).toMatchObject({ outcome: 'fails' });
    expect(history).toBeUndefined();
    expect(await publicStore.head('legacy-history')).toBeUndefined();
    expect(await publicStore.head('legacy-import')).toBeDefined();
  });
});

describe('asking for the past', () => {
  it('is refused where the profile knows of none, and with a limit', async () => {
    const source = dumpSource([writeDump(scratch.dir, {})]);
    await expect(run({}, { profile: tiny, source })).rejects.toMatchObject({ code: 'history-unknown' });
    await expect(run({}, { limit: 3 })).rejects.toMatchObject({ code: 'history-with-limit' });
    expect(await publicStore.head('legacy-import')).toBeUndefined();
  });

  it('writes nothing in a dry run, and accounts for every state', async () => {
    const { tables, history } = await run(renamed, { dryRun: true });
    expect(tables['old_pages']).toMatchObject({ rows: 3, imported: 3 });
    expect(history).toBeUndefined();
    expect(await git(publicStore.dir, ['count-objects', '-v'])).toContain('in-pack: 0');
  });

  it('of a dump without dates gives no answer', async () => {
    const { checks } = await run({
      people: [ann, ben].map((person) => ({ ...person, made: '0000-00-00' })),
    });
    expect(checkOf(checks, 'history')).toMatchObject({ outcome: 'unknown' });
  });

  it('is an error where the table has no number for its states', async () => {
    const profile = {
      ...wiki,
      history: { ...wiki.history!, revisions: [{ tables: ['old_pages'], source: 'pages', revision: 'no' }] },
    };
    await expect(run(renamed, { profile })).rejects.toBeInstanceOf(CutoverError);
  });
});

/** What only a faulty profile would do. */
function valueIn(value: { readonly constructor: unknown }): string {
  return value instanceof Object ? revealPrivate(value as never) : '';
}
