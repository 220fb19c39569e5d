import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseToml } from '@cutover/records';
import { git, openPublicStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeImport, type MergeOptions, readChoices, writeConflicts } from '../src/index.ts';
import { byId, commitSite, person, readSite, type Site, small } from './small.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PublicStore;
beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
});
afterEach(() => scratch.remove());

const merge = (more: Partial<MergeOptions> = {}) =>
  mergeImport({
    profile: small,
    publicStore: store,
    from: 'legacy-import',
    into: 'main',
    toolVersion: '0',
    ...more,
  });
const legacy = (site: Site) => commitSite(store, 'legacy-import', site);
const main = (site: Site) => commitSite(store, 'main', site);
const people = async () => byId(await readSite(store, 'main'), parseToml);
const outcomes = (checks: readonly { id: string; outcome: string }[]) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));

const three = { people: [person(1), person(2), person(3)] };

describe('the first merge', () => {
  it('makes the branch, with the import as parent and in a trailer', async () => {
    const head = await legacy({ ...three, files: { '.gitsheets/people.toml': 'x = 1\n' } });
    const result = await merge();
    expect(result.moved).toBe(true);
    expect(result.head!.tree).toBe(head.tree);
    expect(result.sheets).toEqual({
      people: { added: 3, changed: 0, removed: 0, unchanged: 0, keptFields: 0 },
    });
    expect(outcomes(result.checks)).toEqual({
      'merge-conflicts': 'holds',
      'merge-unique': 'holds',
      'merge-references': 'holds',
      'merge-schema': 'holds',
    });
    expect(await store.message('main')).toMatch(new RegExp(`^Cutover-Merged: ${head.commit}$`, 'm'));
    expect((await git(store.dir, ['rev-list', '--parents', '-1', 'main'])).trim().split(' ')[1]).toBe(
      head.commit,
    );
  });

  it('brings the import beside what the new side has already', async () => {
    await main({ people: [person(9)], files: { 'README.md': 'hello' } });
    await legacy(three);
    expect((await merge()).moved).toBe(true);
    expect([...(await people()).keys()].sort()).toEqual(['01-id', '02-id', '03-id', '09-id']);
    expect(await git(store.dir, ['show', 'main:README.md'])).toBe('hello');
  });

  it('needs an import', async () => {
    await expect(merge()).rejects.toMatchObject({ code: 'nothing-imported' });
  });

  it('goes into another branch than that of the imports', async () => {
    const head = await legacy(three);
    await expect(merge({ into: 'legacy-import' })).rejects.toMatchObject({
      ...{ code: 'merge-into-itself', exitCode: 64 },
    });
    await expect(merge({ into: 'x..y' })).rejects.toMatchObject({
      code: 'branch-name-invalid',
      exitCode: 64,
    });
    expect(await store.head('legacy-import')).toEqual(head);
  });
});

describe('a later merge', () => {
  beforeEach(async () => {
    await legacy(three);
    await merge();
  });

  it('does nothing twice', async () => {
    const before = await store.head('main');
    expect((await merge()).moved).toBe(false);
    expect(await store.head('main')).toEqual(before);
  });

  it('brings what legacy changed, added and removed, as one merge commit, and keeps what the new side did', async () => {
    await main({ people: [person(1, { name: 'New name' }), person(2), person(3), person(8)] });
    const mine = await store.head('main');
    const theirs = await legacy({
      people: [person(1, { about: 'x' }), person(2, { name: 'Two' }), person(4)],
    });
    const result = await merge();
    expect(result.sheets['people']).toEqual({
      added: 1,
      changed: 2,
      removed: 1,
      unchanged: 0,
      keptFields: 0,
    });
    expect([...(await people()).values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      person(1, { name: 'New name', about: 'x' }),
      person(2, { name: 'Two' }),
      person(4),
      person(8),
    ]);
    expect((await git(store.dir, ['log', '-1', '--format=%P', 'main'])).trim().split(' ')).toEqual([
      mine!.commit,
      theirs.commit,
    ]);
    await git(store.dir, ['fsck', '--strict']);
    // The next merge starts from this one.
    expect((await merge()).moved).toBe(false);
  });

  it('follows a record that the new side renamed, and leaves its URL where it is', async () => {
    await main({ people: [person(1, { slug: 'renamed' }), person(2), person(3)] });
    await legacy({ people: [person(1, { slug: 'legacy-renamed', about: 'x' }), person(2), person(3)] });
    const result = await merge();
    expect(result.conflicts).toEqual([]);
    expect(result.sheets['people']!.keptFields).toBe(1);
    expect(parseToml((await readSite(store, 'main'))['people/01/renamed.toml']!)).toEqual(
      person(1, { slug: 'renamed', about: 'x' }),
    );
    expect((await people()).size).toBe(3);
  });

  it('gives a newcomer another slug where the new side has the one it wants', async () => {
    await main({ people: [person(1, { slug: 'jane' }), person(2, { slug: 'jane-2' }), person(3)] });
    await legacy({ people: [...three.people, person(4, { slug: 'jane' })] });
    const result = await merge();
    expect(result.settledSlugs).toEqual([{ sheet: 'people', id: '04-id', wanted: 'jane', given: 'jane-3' }]);
    const now = await people();
    expect([now.get('01-id')!['slug'], now.get('04-id')!['slug']]).toEqual(['jane', 'jane-3']);
    // Merged again after a further change, both keep what they have.
    await legacy({ people: [...three.people, person(4, { slug: 'jane', about: 'y' })] });
    expect((await merge()).settledSlugs).toEqual([]);
    expect((await people()).get('04-id')).toMatchObject({ slug: 'jane-3', about: 'y' });
  });

  it('gives a newcomer no slug that the new side has renamed somebody away from, as its URL leads on to them', async () => {
    await main({ people: [person(1, { slug: 'renamed' }), person(2), person(3)] });
    await legacy({ people: [...three.people, person(4, { slug: 'p1' })] });
    expect((await merge()).settledSlugs).toEqual([
      { sheet: 'people', id: '04-id', wanted: 'p1', given: 'p1-2' },
    ]);
    const now = await people();
    expect([now.get('01-id')!['slug'], now.get('04-id')!['slug']]).toEqual(['renamed', 'p1-2']);
    // It holds for renames from before the last merge, too.
    await legacy({ people: [...three.people, person(4, { slug: 'p1' }), person(5, { slug: 'p1' })] });
    expect((await merge()).settledSlugs).toEqual([
      { sheet: 'people', id: '05-id', wanted: 'p1', given: 'p1-3' },
    ]);
  });

  describe('what repeats the slug of another record', () => {
    const note = (number: number, author: number, slug: string) => ({
      id: `n${number}`,
      slug: `${slug}.${number}`,
      authorId: `0${author}-id`,
      authorSlug: slug,
    });
    const notes = async () => {
      const site = await readSite(store, 'main');
      return Object.fromEntries(
        Object.entries(site)
          .filter(([path]) => path.startsWith('notes/'))
          .map(([path, text]) => [path, parseToml(text)['authorSlug']]),
      );
    };

    it('goes with a newcomer who got another slug, not to whoever has the slug', async () => {
      await main({
        people: [person(1, { slug: 'jane' }), person(2), person(3)],
        notes: [note(7, 1, 'jane')],
      });
      const janes = [note(7, 4, 'jane'), note(8, 4, 'jane')].map((one) => ({ ...one, id: `x${one.id}` }));
      await legacy({ people: [...three.people, person(4, { slug: 'jane' })], notes: janes });
      const result = await merge();
      expect(outcomes(result.checks)).toMatchObject({ 'merge-unique': 'holds', 'merge-schema': 'holds' });
      expect(result.settledSlugs).toEqual([
        { sheet: 'people', id: '04-id', wanted: 'jane', given: 'jane-2' },
      ]);
      expect(await notes()).toEqual({
        'notes/jane.7.toml': 'jane',
        'notes/jane-2.7.toml': 'jane-2',
        'notes/jane-2.8.toml': 'jane-2',
      });
      // They keep their names when they change in legacy once more.
      await legacy({
        people: [...three.people, person(4, { slug: 'jane', about: 'y' })],
        notes: [...janes.map((one) => ({ ...one, text: 'more' })), note(9, 4, 'jane')],
      });
      expect((await merge()).moved).toBe(true);
      expect(await notes()).toEqual({
        'notes/jane.7.toml': 'jane',
        'notes/jane-2.7.toml': 'jane-2',
        'notes/jane-2.8.toml': 'jane-2',
        'notes/jane-2.9.toml': 'jane-2',
      });
    });

    it('goes with a rename of the new side, and with none of legacy', async () => {
      await legacy({ ...three, notes: [note(7, 1, 'p1'), note(8, 2, 'p2')] });
      await merge();
      await main({
        people: [person(1, { slug: 'renamed' }), person(2), person(3)],
        notes: [note(7, 1, 'renamed'), note(8, 2, 'p2')],
      });
      await legacy({
        people: [person(1), person(2, { slug: 'legacy-renamed' }), person(3)],
        notes: [
          note(7, 1, 'p1'),
          note(8, 2, 'legacy-renamed'),
          note(9, 1, 'p1'),
          note(5, 2, 'legacy-renamed'),
        ],
      });
      expect((await merge()).conflicts).toEqual([]);
      expect(await notes()).toEqual({
        'notes/renamed.7.toml': 'renamed',
        'notes/renamed.9.toml': 'renamed',
        'notes/p2.8.toml': 'p2',
        'notes/p2.5.toml': 'p2',
      });
    });

    it('is that of the other record where legacy refers to another', async () => {
      await legacy({ ...three, notes: [note(7, 1, 'p1')] });
      await merge();
      await main({
        people: [person(1), person(2, { slug: 'renamed' }), person(3)],
        notes: [note(7, 1, 'p1')],
      });
      await legacy({ ...three, notes: [note(7, 2, 'p2')] });
      expect((await merge()).conflicts).toEqual([]);
      // Its own address stays: that belongs to the new side.
      expect(await notes()).toEqual({ 'notes/p1.7.toml': 'renamed' });
    });
  });

  it('names a double change with both values, moves nothing, and goes on by hand', async () => {
    await main({ people: [person(1, { name: 'Ours' }), person(2), person(3)] });
    await legacy({ people: [person(1, { name: 'Theirs' }), person(2, { about: 'b' }), person(3)] });
    const before = await store.head('main');
    const result = await merge();
    expect([result.moved, await store.head('main')]).toEqual([false, before]);
    expect(outcomes(result.checks)).toEqual({ 'merge-conflicts': 'fails' });
    expect(result.conflicts).toEqual([
      {
        kind: 'field',
        sheet: 'people',
        id: '01-id',
        path: 'people/01/p1.toml',
        field: 'name',
        base: 'Name 1',
        legacy: 'Theirs',
        main: 'Ours',
      },
    ]);
    const file = join(scratch.dir, 'state', 'conflicts.json');
    await writeConflicts(file, result.conflicts);
    await expect(readChoices(file)).rejects.toMatchObject({ code: 'conflicts-undecided' });
    for (const [take, name] of [
      ['"legacy"', 'Theirs'],
      ['"main"', 'Ours'],
      ['"value", "value": "Both"', 'Both'],
    ]) {
      const decided = readFileSync(file, 'utf8').replace('"take": null', `"take": ${take}`);
      const copy = join(scratch.dir, 'decided.json');
      writeFileSync(copy, decided);
      const into = `main-${name}`;
      await git(store.dir, ['branch', into, 'main']);
      const settled = await merge({ into, choices: await readChoices(copy) });
      expect(settled.moved).toBe(true);
      expect(byId(await readSite(store, into), parseToml).get('01-id')!['name']).toBe(name);
      expect(byId(await readSite(store, into), parseToml).get('02-id')!['about']).toBe('b');
    }
  });

  it('asks again where a conflict is no longer the one that was decided', async () => {
    await main({ people: [person(1, { name: 'Ours' }), person(2), person(3)] });
    await legacy({ people: [person(1, { name: 'Theirs' }), person(2), person(3)] });
    const file = join(scratch.dir, 'conflicts.json');
    await writeConflicts(file, (await merge()).conflicts);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"take": null', '"take": "legacy"'));
    await main({ people: [person(1, { name: 'Ours, edited again' }), person(2), person(3)] });
    const result = await merge({ choices: await readChoices(file) });
    expect([result.moved, result.conflicts.length]).toEqual([false, 1]);
  });

  it('settles a double change by a rule of the profile', async () => {
    await main({
      people: [person(1, { modifiedAt: '2026-03-01' }), person(2, { modifiedAt: '2026-03-01' }), person(3)],
    });
    await legacy({
      people: [person(1, { modifiedAt: '2026-04-01' }), person(2, { modifiedAt: '2026-02-01' }), person(3)],
    });
    expect((await merge()).conflicts).toEqual([]);
    const now = await people();
    expect([now.get('01-id')!['modifiedAt'], now.get('02-id')!['modifiedAt']]).toEqual([
      '2026-04-01',
      '2026-03-01',
    ]);
  });

  it.each([
    [
      'deleted-in-legacy',
      { people: [person(1, { about: 'x' }), person(2), person(3)] },
      { people: [person(2), person(3)] },
    ],
    [
      'deleted-in-main',
      { people: [person(2), person(3)] },
      { people: [person(1, { about: 'x' }), person(2), person(3)] },
    ],
  ] as const)('takes an edit against a deletion for a conflict: %s', async (kind, ours, theirs) => {
    await main(ours);
    await legacy(theirs);
    const result = await merge();
    expect(result.conflicts).toMatchObject([{ kind, id: '01-id' }]);
    expect(result.moved).toBe(false);
    const file = join(scratch.dir, 'conflicts.json');
    await writeConflicts(file, result.conflicts);
    for (const take of ['legacy', 'main']) {
      const copy = join(scratch.dir, `${take}.json`);
      writeFileSync(copy, readFileSync(file, 'utf8').replace('"take": null', `"take": "${take}"`));
      await git(store.dir, ['branch', `take-${take}`, 'main']);
      await merge({ into: `take-${take}`, choices: await readChoices(copy) });
      const there = byId(await readSite(store, `take-${take}`), parseToml).has('01-id');
      expect(there).toBe((take === 'legacy') === (kind === 'deleted-in-main'));
    }
  });

  it('leaves a record deleted on the new side away, and files of its own alone', async () => {
    await main({ people: [person(2), person(3)], files: { 'about.md': 'ours' } });
    await legacy({
      people: [person(1), person(2, { about: 'x' }), person(3)],
      files: { 'about.md': 'theirs' },
    });
    const result = await merge();
    expect(result.conflicts).toMatchObject([{ kind: 'file', path: 'about.md' }]);
    await legacy({
      people: [person(1), person(2, { about: 'x' }), person(3)],
      files: { 'other.md': 'theirs' },
    });
    expect((await merge()).moved).toBe(true);
    expect((await people()).has('01-id')).toBe(false);
    expect(await git(store.dir, ['ls-tree', '--name-only', 'main'])).toBe('about.md\nother.md\npeople\n');
  });

  it('does not move the branch to a tree with a reference to nothing, a slug twice, or a record that does not fit', async () => {
    const before = await store.head('main');
    await legacy({ ...three, notes: [{ id: 'n1', slug: 'n1', authorId: 'nobody' }] });
    const dangling = await merge();
    expect(outcomes(dangling.checks)['merge-references']).toBe('fails');
    await legacy({
      people: [person(1, { slug: 'p2' }), person(2), person(3), person(4, { name: 'x'.repeat(41) })],
    });
    const twice = await merge();
    expect(outcomes(twice.checks)).toMatchObject({ 'merge-schema': 'fails' });
    expect(await store.head('main')).toEqual(before);
    await main({ people: [person(1, { slug: 'p2' }), person(2), person(3)] });
    await legacy({ people: [person(1), person(2), person(3), person(4)] });
    expect(outcomes((await merge()).checks)).toMatchObject({ 'merge-unique': 'fails' });
  });

  it('loses no update of a writer that comes in between, and gives up where that never ends', async () => {
    await legacy({ people: [person(1, { about: 'theirs' }), person(2), person(3)] });
    let times = 0;
    let about = {};
    const busy: PublicStore = Object.assign(Object.create(store) as PublicStore, {
      dir: store.dir,
      head: (branch: string) => store.head(branch),
      changes: store.changes.bind(store),
      readRecords: store.readRecords.bind(store),
      commit: async (branch: string, input: Parameters<PublicStore['commit']>[1]) => {
        if (times-- > 0)
          await main({ people: [person(1, about), person(2), person(3, { name: `edit ${times}` })] });
        return store.commit(branch, input);
      },
    });
    times = 2;
    expect((await merge({ publicStore: busy })).moved).toBe(true);
    const now = await people();
    expect([now.get('01-id')!['about'], now.get('03-id')!['name']]).toEqual(['theirs', 'edit 0']);
    await legacy({ people: [person(1, { about: 'again' }), person(2), person(3)] });
    times = 99;
    about = { about: 'theirs' };
    await expect(merge({ publicStore: busy, attempts: 2 })).rejects.toMatchObject({ code: 'branch-moved' });
  });

  it('names a file that is no record', async () => {
    await legacy({ people: three.people, files: { 'people/99/bad.toml': 'no toml' } });
    await expect(merge()).rejects.toMatchObject({
      code: 'record-unreadable',
      data: { path: 'people/99/bad.toml' },
    });
  });
});
