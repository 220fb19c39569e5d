import { dirname, join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { git, openPrivateStore, openPublicStore } from '@cutover/stores';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi } from '../../src/index.ts';
import type { AccountStore } from '../../src/accounts/take-over.ts';
import { type Idp, members, startIdp, usernames } from '../support/idp.ts';

const internalSecret = 'internal secret of the tests';
let api: Idp;
let dir: string;
let jane: Record<string, string>;
let zoe: Record<string, string>;
beforeEach(async () => {
  api = await startIdp({}, { writable: true, internalSecret });
  dir = join(dirname(api.privateDir), 'public.git');
  jane = { cookie: await api.signIn(usernames[1]!) };
  zoe = { cookie: await api.signIn(usernames[2]!) };
});
afterEach(() => api.close());

const janeId = members.sheets.people[0]!.id;
const patch = async (path: string, body: object, headers: Record<string, string>) => {
  const answer = await fetch(api.url + path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as any }; // eslint-disable-line @typescript-eslint/no-explicit-any
};
const commits = async (): Promise<number> => Number(await git(dir, ['rev-list', '--count', 'main']));
const log = (format: string): Promise<string> => git(dir, ['log', '-1', `--format=${format}`, 'main']);
const create = (title: string, headers = jane) => api.post('/api/projects', { title }, headers);

describe('a write', () => {
  it('is one commit, by its person, with trailers and nothing private', async () => {
    const before = await commits();
    const answer = await patch('/api/members/member-1', { about: 'I map bikes', newsletter: true }, jane);
    expect([answer.status, answer.json.path]).toEqual([200, '/members/member-1']);
    expect(await commits()).toBe(before + 1);
    const text = await log('%an <%ae>%n%B');
    expect(text).toContain(`Jané b Doe & Sons <${janeId}@people.invalid>`);
    expect(text).toMatch(
      new RegExp(
        `Action: edit-profile\nActor: people/${janeId}\nRecord: people/${janeId}\nRequest-Id: [0-9a-f-]{36}\n`,
      ),
    );
    expect(text).not.toContain('example.org');
    expect(await git(dir, ['diff', '--name-status', 'main~1', 'main'])).toBe('M\tpeople/00/member-1.toml\n');
    expect((await api.get('/members/member-1')).text).toContain('I map bikes');
    const profile = await api.privateRecord('profiles', janeId);
    expect(profile).toMatchObject({
      newsletter: true,
      unsubscribeToken: expect.stringMatching(/^.{32}$/),
      email: 'member1@example.org',
    });
    await patch('/api/members/member-1', { newsletter: false }, jane);
    expect(await commits()).toBe(before + 1);
    expect(await api.privateRecord('profiles', janeId)).not.toHaveProperty('unsubscribeToken');
  });

  it.each<[number, string, object, () => Record<string, string>]>([
    [401, 'by nobody', { about: 'x' }, () => ({})],
    [403, "of somebody else's profile", { about: 'x' }, () => zoe],
    [403, 'from another site', { about: 'x' }, () => ({ ...jane, origin: 'https://evil.example' })],
    [400, 'of what is not to be written', { slackSamlNameId: 'admin' }, () => jane],
    [400, 'of the level of an account', { accountLevel: 'Staff' }, () => jane],
    [400, 'of another type', { about: 7 }, () => jane],
  ])('is %s %s', async (status, _what, body, headers) => {
    const before = await commits();
    expect((await patch('/api/members/member-1', body, headers())).status).toBe(status);
    expect(await commits()).toBe(before);
  });

  it('makes projects, members and updates, and each finds its page', async () => {
    const made = await create('Bike Map!');
    expect([made.status, made.json().path]).toEqual([201, '/projects/bike-map']);
    expect((await create('Bike Map?', zoe)).json().path).toBe('/projects/bike-map-2');
    expect((await api.post('/api/projects/bike-map/updates', { body: 'x' }, zoe)).status).toBe(403);
    expect((await api.post('/api/projects/bike-map/members', { role: 'Rider' }, zoe)).status).toBe(201);
    expect((await api.post('/api/projects/bike-map/members', {}, zoe)).json().error.code).toBe(
      'member-already',
    );
    const update = await api.post('/api/projects/bike-map/updates', { body: 'We ride' }, zoe);
    expect([update.status, update.json().path]).toEqual([201, '/projects/bike-map/updates/1']);
    expect((await api.post('/api/projects/none/updates', { body: 'x' }, jane)).status).toBe(404);
    expect((await api.get('/projects/bike-map/updates/1')).text).toContain('We ride');
    expect((await api.get('/api/projects/bike-map/members')).json().total).toBe(2);
    expect((await api.get('/api/projects?stage=Commenting')).json().total).toBe(2);
  });

  it('is shown as a fresh load of the branch shows it', async () => {
    await create('Zebra');
    await create('Apple');
    await patch('/api/members/member-1', { firstName: 'Aaa', lastName: null }, jane);
    const lists = async () =>
      Promise.all(
        ['projects', 'members', 'projects?stage=Commenting'].map(async (list) =>
          (await api.get(`/api/${list}`)).json(),
        ),
      );
    const shown = await lists();
    await api.post('/api/_internal/reload', undefined, { 'x-cutover-internal-secret': internalSecret });
    expect(await lists()).toEqual(shown);
    expect((await api.get('/api/health/ready')).json()).toMatchObject({ status: 'ready', reasons: [] });
    await git(dir, ['fsck', '--strict']);
  });

  it('is not lost among others at the same time, of this process and of another', async () => {
    const other = await startApi({
      profile: laddr,
      publicStore: await openPublicStore(dir),
      privateStore: await openPrivateStore(pathToFileURL(api.privateDir).href),
      branch: 'main',
      version: '0',
      writable: true,
      host: '127.0.0.1',
      port: 0,
    });
    const body = JSON.stringify({ login: usernames[1], password: 'correct horse battery' });
    const headers = { 'content-type': 'application/json' };
    const signedIn = await fetch(`${other.url}/api/auth/sign-in`, { method: 'POST', headers, body });
    const cookie = signedIn.headers.get('set-cookie')!.split(';', 1)[0]!;
    await create('Busy');
    const before = await commits();
    const here = Array.from({ length: 6 }, (_, n) =>
      api.post('/api/projects/busy/updates', { body: `here ${n}` }, jane),
    );
    const there = Array.from({ length: 6 }, (_, n) =>
      fetch(`${other.url}/api/projects/busy/updates`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify({ body: `there ${n}` }),
      }),
    );
    const statuses = (await Promise.all([...here, ...there])).map(({ status }) => status);
    const done = statuses.filter((status) => status === 201).length;
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(done).toBeGreaterThanOrEqual(6);
    expect(await commits()).toBe(before + done);
    await api.post('/api/_internal/reload', undefined, { 'x-cutover-internal-secret': internalSecret });
    const list = (await api.get('/api/projects/busy/updates')).json();
    expect(list.records.map(({ record }: { record: { number: number } }) => record.number)).toEqual(
      Array.from({ length: done }, (_, n) => n + 1),
    );
    await other.close();
  });

  it('is refused on a branch that imports replace', async () => {
    await expect(startIdp({}, { writable: true, branch: 'legacy-import' })).rejects.toThrow('legacy-import');
    const readOnly = await startIdp();
    const answer = await readOnly.post(
      '/api/projects',
      { title: 'x' },
      { cookie: await readOnly.signIn(usernames[1]!) },
    );
    expect(answer.status).toBe(405);
    await readOnly.close();
  });
});

describe('a request with an idempotency key', () => {
  const keyed = (key: string, headers = jane) => ({ ...headers, 'idempotency-key': key });

  it('is done once, over a restart of the process too', async () => {
    const first = await create('Once', keyed('a'));
    const before = await commits();
    const second = await create('Once', keyed('a'));
    expect([second.status, second.json()]).toEqual([200, { ...first.json(), repeated: true }]);
    expect(
      (await Promise.all([1, 2, 3].map(() => create('Twice', keyed('b')))))
        .map(({ status }) => status)
        .sort(),
    ).toEqual([200, 200, 201]);
    expect(await commits()).toBe(before + 1);
  });

  it('is refused where the key was for something else, and is no key of other people', async () => {
    await create('Once', keyed('a'));
    expect((await create('Other', keyed('a'))).json().error.code).toBe('idempotency-key-reused');
    expect((await create('Once', keyed('a', zoe))).status).toBe(201);
    expect((await create('Once', keyed('x'.repeat(201)))).status).toBe(400);
  });

  it('finishes what a crash between commit and private record has left', async () => {
    const store = await openPrivateStore(pathToFileURL(api.privateDir).href);
    let broken = true;
    const failing: AccountStore = {
      read: (sheet) => store.read(sheet),
      update: (sheet, id, change) => store.update(sheet, id, change),
      edit: (edits, why) =>
        broken && edits.some(({ sheet }) => sheet === 'profiles')
          ? Promise.reject(new Error('the process is gone'))
          : store.edit(edits, why),
    };
    const other = await startApi({
      profile: laddr,
      publicStore: await openPublicStore(dir),
      privateStore: failing,
      sessionSecret: 'a secret of the tests, long enough',
      branch: 'main',
      version: '0',
      writable: true,
      host: '127.0.0.1',
      port: 0,
    });
    const send = (path: string, method: string, body: object, headers: Record<string, string>) =>
      fetch(other.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const signIn = await send(
      '/api/auth/sign-in',
      'POST',
      { login: usernames[1], password: 'correct horse battery' },
      {},
    );
    const cookie = signIn.headers.get('set-cookie')!.split(';', 1)[0]!;
    const before = await commits();
    const edit = () =>
      send(
        '/api/members/member-1',
        'PATCH',
        { about: 'new', newsletter: true },
        { cookie, 'idempotency-key': 'k' },
      );
    expect((await edit()).status).toBe(500);
    expect([await commits(), (await api.privateRecord('profiles', janeId))?.['newsletter']]).toEqual([
      before + 1,
      false,
    ]);
    broken = false;
    expect((await edit()).status).toBe(200);
    expect([await commits(), (await api.privateRecord('profiles', janeId))?.['newsletter']]).toEqual([
      before + 1,
      true,
    ]);
    await other.close();
  });
});
