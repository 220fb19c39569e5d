import type { PrivateRecord, Profile } from '@cutover/records';
import { laddr } from '@cutover/laddr';
import { editTree } from '@cutover/stores';
import { fileURLToPath } from 'node:url';
import { smallSampleDump } from '@cutover/laddr';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PointOfNoReturn, sayWayBack, takeWayBackBaseline, type WayBackState } from '../../src/index.ts';
import { Member, newSide, type NewSide } from './new-side.ts';

let side: NewSide;
beforeAll(async () => {
  side = await newSide();
}, 60_000);
afterAll(() => side.close());

let watch: PointOfNoReturn;
beforeEach(async () => {
  watch = new PointOfNoReturn(side, await takeWayBackBaseline(side));
});

const untouched = (record: PrivateRecord): boolean =>
  ['signedInAt', 'githubUserId', 'unsubscribedAt'].every((field) => record[field] === undefined) &&
  !used.has(record.id) &&
  used.add(record.id) !== undefined;
const used = new Set<string>();

const fieldsLost = ({ losses }: WayBackState) => losses.map(({ field, why }) => `${field}: ${why}`);

async function idOf(sheet: string, where: (record: PrivateRecord) => boolean): Promise<string> {
  for await (const record of side.privateStore.read(sheet)) if (where(record)) return record.id;
  throw new Error(`nobody is in ${sheet}`);
}

describe('the point of no return', () => {
  it('sees nothing where the importer alone has written, and reads nothing twice', async () => {
    const first = await watch.look();
    expect([first.verdict, first.writes, first.commits]).toEqual(['none', 0, 0]);
    expect(sayWayBack(first)).toContain('loses nothing');
    expect(await watch.look()).toBe(first);
  });

  it('an import of a changed dump is the importer’s own', async () => {
    const { readFile, writeFile } = await import('node:fs/promises');
    const dump = await readFile(fileURLToPath(smallSampleDump), 'latin1');
    const path = `${side.dir}/again.sql`;
    await writeFile(path, dump.replaceAll("'system@example.org'", "'system2@example.org'"), 'latin1');
    const { privates } = await side.importAgain(path);
    expect(privates?.['profiles']?.changed).toBe(1);
    expect((await watch.look()).verdict).toBe('none');
  });

  it('a sign-in is seen and loses nothing; a project, an update and an edited profile can be carried back', async () => {
    const { url } = await side.api();
    const member = await Member.signIn(url, 'user');
    const signedIn = await watch.look();
    expect([signedIn.verdict, signedIn.writes, signedIn.commits]).toEqual(['returnable', 1, 0]);
    await member.send('PATCH', '/api/members/user', { about: 'Builds things' });
    await member.send('POST', '/api/projects', { title: 'Way back' });
    await member.send('POST', '/api/projects/way-back/updates', { body: 'Begun' });
    const state = await watch.look();
    expect(fieldsLost(state)).toEqual([]);
    expect([state.verdict, state.writes, state.commits]).toEqual(['returnable', 4, 3]);
    expect(state.first).toMatchObject({ action: 'edit-profile' });
    expect(sayWayBack(state)).toContain('if they are carried back');
  }, 30_000);

  it.each<
    [string, string, (record: PrivateRecord | undefined, id: string) => PrivateRecord | undefined, RegExp]
  >([
    [
      'a password set without the old one',
      'legacy-passwords',
      (_, id) => ({ id, hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' }),
      /password that was set on the new side/,
    ],
    [
      'a link to GitHub',
      'profiles',
      (record) => ({ ...record!, githubUserId: '7', claimedAt: '2026-01-01T00:00:00Z' }),
      /GitHub/,
    ],
    [
      'the wish to get no mail',
      'profiles',
      (record) => ({ ...record!, unsubscribedAt: '2026-01-01T00:00:00Z' }),
      /no mail/,
    ],
  ])('%s is what legacy cannot say, and whose it is', async (_what, sheet, change, why) => {
    const id = await idOf('profiles', untouched);
    await side.privateStore.update(sheet, id, (record) => change(record, id));
    const state = await watch.look();
    expect([state.verdict, state.persons]).toEqual(['no-return', [id]]);
    expect(fieldsLost(state)).toEqual([expect.stringMatching(why) as string]);
    expect(sayWayBack(state)).toMatch(/past the point of no return.*1 people/);
  });

  it('a password that the person had not, and one that was changed back to nothing', async () => {
    const id = await idOf('legacy-passwords', (record) => /^[0-9a-f]{40}$/.test(String(record['hash'])));
    await side.privateStore.update('legacy-passwords', id, () => undefined);
    const gone = await watch.look();
    expect([gone.verdict, gone.writes]).toEqual(['returnable', 1]);
  });

  it('records that somebody takes out or puts in by git, and requests to the staff', async () => {
    const head = (await side.publicStore.head('main'))!;
    let path = '';
    for await (const file of side.publicStore.readRecords(head.commit))
      if (file.sheet === 'people') path = file.path;
    const tree = await editTree(side.publicStore.dir, head.commit, [{ path, content: null }]);
    await side.publicStore.commit('main', { tree, message: 'by hand', expected: head });
    const asked = new PointOfNoReturn(
      { ...side, requests: { 'api-claims': 'personId' } },
      await takeWayBackBaseline(side),
    );
    expect((await asked.look()).verdict).toBe('none');
    await side.privateStore.update('api-claims', 'r1', () => ({ id: 'r1', personId: 'p1', status: 'open' }));
    expect(await asked.look()).toMatchObject({ verdict: 'no-return', persons: ['p1'] });
    expect(await watch.look()).toMatchObject({
      verdict: 'no-return',
      commits: 1,
      first: { subject: 'by hand' },
      losses: [{ path, why: expect.stringContaining('by hand') as string }],
    });
  });

  it('a profile that carries nothing back cannot say anything', async () => {
    const { carryBack: _, ...rest } = laddr;
    const bare: Profile = rest;
    const other = new PointOfNoReturn({ ...side, profile: bare }, await takeWayBackBaseline(side));
    const id = await idOf('profiles', untouched);
    await side.privateStore.update('profiles', id, (record) => ({ ...record!, location: 'Elsewhere' }));
    expect((await other.look()).losses).toEqual([
      expect.objectContaining({ person: id, why: 'the profile laddr carries nothing back' }),
    ]);
    expect((await watch.look()).verdict).toBe('returnable');
  });

  it('a branch whose history was replaced, or that is gone, is not known', async () => {
    const head = (await side.publicStore.head('main'))!;
    const below = await side.publicStore.head('legacy-import');
    await side.publicStore.removeBranch('main', head);
    expect(await watch.look()).toMatchObject({
      verdict: 'unknown',
      couldNotTell: expect.stringContaining('main') as string,
    });
    await side.publicStore.commit('main', {
      tree: below!.tree,
      message: 'Import\n\nCutover-Import: x\n',
      expected: undefined,
    });
    expect(await watch.look()).toMatchObject({
      verdict: 'unknown',
      couldNotTell: expect.stringContaining('replaced') as string,
    });
  });
});
