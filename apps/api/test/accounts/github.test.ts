import { pathToFileURL } from 'node:url';
import { openPrivateStore } from '@cutover/stores';
import { type FakeGithub, type FakeGithubUser, startFakeGithub } from '@cutover/verify';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Idp, members, password, startIdp, usernames } from '../support/idp.ts';
import type { Answer } from '../support/start.ts';

const client = { id: 'client', secret: 'secret of the tests at github' };
let github: FakeGithub;
let idp: Idp;
beforeEach(async () => {
  github = await startFakeGithub(client);
  idp = await startIdp({}, { github: options() }, sharing);
});
afterEach(async () => {
  await idp.close();
  await github.stop();
});

const options = () => ({
  clientId: client.id,
  clientSecret: client.secret,
  webUrl: github.url,
  apiUrl: github.url,
});
/** Members 3 and 4 have one address. */
const sharing = {
  ...members,
  privates: {
    ...members.privates,
    profiles: members.privates.profiles.map((profile, index) =>
      index === 2 || index === 3 ? { ...profile, email: 'shared@example.org' } : profile,
    ),
  },
};
const idOf = (number: number): string => members.sheets.people[number - 1]!.id;

const user = (email: string | undefined, login = 'octo', verified = true, id = 4711): FakeGithubUser => ({
  id,
  login,
  emails: [
    { email: 'other@users.noreply.github.example', primary: false, verified: true },
    ...(email === undefined ? [] : [{ email, primary: true, verified }]),
  ],
});

/** A browser's cookies. */
class Jar {
  readonly #cookies = new Map<string, string>();

  get header(): Record<string, string> {
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  take(answer: Answer): Answer {
    for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = set.split(';', 1)[0]!.split(/=(.*)/s);
      if (/Max-Age=0/.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  drop(name: string): void {
    this.#cookies.delete(name);
  }
}

async function atGithub(url: string): Promise<string> {
  const { headers } = await request(url);
  return String(headers['location']).replace(/^https?:\/\/[^/]+/, '');
}

async function signInWithGithub(jar: Jar, target = '/members'): Promise<Answer> {
  const away = jar.take(await idp.get(`/api/auth/github?return=${encodeURIComponent(target)}`, jar.header));
  const back = await atGithub(String(away.headers['location']));
  return jar.take(await idp.get(back, { ...jar.header, accept: 'application/json' }));
}

const me = async (jar: Jar): Promise<string | undefined> => {
  const answer = await idp.get('/api/auth/me', jar.header);
  return answer.status === 200 ? answer.json().id : undefined;
};

describe('signing in with GitHub', () => {
  it('links the one account with a verified address, refreshes the address once, and drains the password', async () => {
    github.user = user('Member1@Example.org');
    const jar = new Jar();
    const answer = await signInWithGithub(jar);
    expect([answer.status, answer.headers['location']]).toEqual([303, '/members']);
    expect(await me(jar)).toBe(idOf(1));
    expect(await idp.privateRecord('profiles', idOf(1))).toMatchObject({
      githubUserId: '4711',
      email: 'Member1@Example.org',
      signedInAt: expect.any(String),
      claimedAt: expect.any(String),
    });
    expect(await idp.privateRecord('legacy-passwords', idOf(1))).toBeUndefined();
    await expect(idp.signIn(usernames[1]!)).rejects.toThrow('not let in');
    github.user = user('new@example.org', 'renamed');
    const again = new Jar();
    await signInWithGithub(again);
    expect(await me(again)).toBe(idOf(1));
    expect((await idp.privateRecord('profiles', idOf(1)))?.['email']).toBe('Member1@Example.org');
  });

  it('leaves the address where somebody else has claimed it, and links all the same', async () => {
    const store = await openPrivateStore(pathToFileURL(idp.privateDir).href);
    expect((await store.claims.claim('email', 'member1@example.org', idOf(5))).won).toBe(true);
    github.user = user('Member1@Example.org');
    const jar = new Jar();
    expect((await signInWithGithub(jar)).status).toBe(303);
    expect(await idp.privateRecord('profiles', idOf(1))).toMatchObject({
      githubUserId: '4711',
      email: 'member1@example.org',
    });
    expect(await store.claims.ownerOf('github-id', '4711')).toBe(idOf(1));
  });

  it('claims the address that it takes', async () => {
    github.user = user('Member1@Example.org');
    await signInWithGithub(new Jar());
    const store = await openPrivateStore(pathToFileURL(idp.privateDir).href);
    expect(await store.claims.ownerOf('email', 'member1@example.org')).toBe(idOf(1));
  });

  it('gives back the address that it replaces', async () => {
    const { claims } = await openPrivateStore(pathToFileURL(idp.privateDir).href);
    await claims.claim('email', 'member1@example.org', idOf(1));
    github.user = user('new@example.org', usernames[1]!);
    const jar = new Jar();
    await signInWithGithub(jar);
    const claim = { login: usernames[1]!, password };
    expect((await idp.post('/api/auth/github/claim', claim, jar.header)).status).toBe(200);
    expect(await claims.ownerOf('email', 'new@example.org')).toBe(idOf(1));
    expect(await claims.ownerOf('email', 'member1@example.org')).toBeUndefined();
  });

  it('does not take an address that GitHub has not verified', async () => {
    github.user = user('member1@example.org', 'octo', false);
    const jar = new Jar();
    expect((await signInWithGithub(jar)).headers['location']).toBe('/login/github');
    expect(await me(jar)).toBeUndefined();
    expect((await idp.get('/api/auth/github/pending', jar.header)).json()).toMatchObject({ kind: 'none' });
  });

  it('lets the visitor pick where several accounts have the address, and only among them', async () => {
    github.user = user('shared@example.org');
    const jar = new Jar();
    await signInWithGithub(jar);
    const pending = (await idp.get('/api/auth/github/pending', jar.header)).json();
    expect([pending.kind, pending.candidates.map(({ id }: { id: string }) => id)]).toEqual([
      'several',
      [idOf(3), idOf(4)],
    ]);
    expect((await idp.get('/login/github', jar.header)).text).toContain(idOf(4));
    expect((await idp.post('/api/auth/github/pick', { id: idOf(1) }, jar.header)).status).toBe(403);
    jar.take(await idp.post('/api/auth/github/pick', { id: idOf(4) }, jar.header));
    expect(await me(jar)).toBe(idOf(4));
    expect((await idp.privateRecord('profiles', idOf(3)))?.['githubUserId']).toBeUndefined();
  });

  it('asks for the old password where the username alone is the same', async () => {
    github.user = user(undefined, usernames[1]!.toLowerCase());
    const jar = new Jar();
    await signInWithGithub(jar);
    expect((await idp.get('/api/auth/github/pending', jar.header)).json().kind).toBe('username');
    expect((await idp.post('/api/auth/github/pick', { id: idOf(1) }, jar.header)).status).toBe(403);
    const claim = { login: usernames[1]!, password: 'wrong' };
    expect((await idp.post('/api/auth/github/claim', claim, jar.header)).status).toBe(401);
    jar.take(await idp.post('/api/auth/github/claim', { ...claim, password }, jar.header));
    expect(await me(jar)).toBe(idOf(1));
    expect((await idp.privateRecord('profiles', idOf(1)))?.['githubUserId']).toBe('4711');
  });

  it.each([
    ['disabled', 7, 8],
    ['disabled on the new site', 8, 9],
  ])('does not let in an account that is %s', async (_what, index, number) => {
    github.user = user(`member${number}@example.org`);
    expect(members.privates.profiles[index]?.email).toBe(`member${number}@example.org`);
    const jar = new Jar();
    await signInWithGithub(jar);
    expect(await me(jar)).toBeUndefined();
    expect(
      (await idp.privateRecord('profiles', members.sheets.people[index]!.id))?.['githubUserId'],
    ).toBeUndefined();
  });

  it('links afterwards whoever is signed in, and nobody else by the same link', async () => {
    github.user = user(undefined);
    const jar = new Jar();
    jar.take(await idp.post('/api/auth/sign-in', { login: usernames[2], password }));
    const { location } = jar.take(await idp.post('/api/auth/github/link', undefined, jar.header)).json();
    const back = await atGithub(location);
    const thief = new Jar();
    expect((await idp.get(back, thief.header)).status).toBe(400);
    expect(jar.take(await idp.get(back, jar.header)).status).toBe(303);
    expect((await idp.privateRecord('profiles', idOf(2)))?.['githubUserId']).toBe('4711');
    const other = new Jar();
    other.take(await idp.post('/api/auth/sign-in', { login: usernames[1], password }));
    const second = other.take(await idp.post('/api/auth/github/link', undefined, other.header)).json();
    expect((await idp.get(await atGithub(second.location), other.header)).status).toBe(409);
    expect((await idp.post('/api/auth/github/link')).status).toBe(401);
  });
});

describe('what comes back from GitHub is refused', () => {
  const away = async (jar: Jar): Promise<string> =>
    atGithub(String(jar.take(await idp.get('/api/auth/github', jar.header)).headers['location']));
  beforeEach(() => {
    github.user = user('member1@example.org');
  });

  it.each<[string, (back: string) => string]>([
    ['another state', (back) => back.replace('state=', 'state=x')],
    ['no state', (back) => back.replace(/state=[^&]+&?/, '')],
    ['another code', (back) => back.replace(/code=./, 'code=x')],
    ['an error', (back) => back.replace(/code=[^&]+/, 'error=access_denied')],
  ])('with %s', async (_what, change) => {
    const jar = new Jar();
    const back = change(await away(jar));
    expect((await idp.get(back, jar.header)).status).toBe(400);
    expect(await me(jar)).toBeUndefined();
  });

  it('without having left from here, with the cookie of another departure, or twice', async () => {
    const [jar, other] = [new Jar(), new Jar()];
    const back = await away(jar);
    await away(other);
    expect((await idp.get(back)).status).toBe(400);
    expect((await idp.get(back, other.header)).status).toBe(400);
    const kept = jar.header;
    expect((await idp.get(back, kept)).status).toBe(303);
    expect((await idp.get(back, kept)).status).toBe(400);
  });

  it('with a wrong secret of ours', async () => {
    const wrong = await startIdp({}, { github: { ...options(), clientSecret: 'another' } });
    const jar = new Jar();
    const left = jar.take(await wrong.get('/api/auth/github'));
    expect((await wrong.get(await atGithub(String(left.headers['location'])), jar.header)).status).toBe(400);
    expect(wrong.log()).not.toContain(client.secret);
    await wrong.close();
  });

  it('never to another site', async () => {
    const jar = new Jar();
    const answer = await signInWithGithub(jar, '//evil.example');
    expect(answer.headers['location']).toBe('/');
  });

  it.each([
    [
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 500) },
      /^(?:4\d\d|500)$/,
    ],
    [429, { 'retry-after': '30' }, /^30$/],
    [429, {}, /^60$/],
  ] as const)('for a while, where GitHub limits us: %s %j', async (status, headers, wait) => {
    github.refusal = { status, headers };
    const jar = new Jar();
    const answer = await signInWithGithub(jar);
    expect([answer.status, answer.json().error.code]).toEqual([503, 'github-busy']);
    expect(String(answer.headers['retry-after'])).toMatch(wait);
    github.refusal = undefined;
    expect((await signInWithGithub(jar)).status).toBe(303);
  });
});

describe('an account that only staff can give', () => {
  const ask = async (login: string): Promise<Jar> => {
    github.user = user('new@example.org', 'stranger', true, 99);
    const jar = new Jar();
    await signInWithGithub(jar);
    const asked = await idp.post('/api/auth/github/review', { login, message: 'I was there' }, jar.header);
    expect([asked.status, asked.text]).toEqual([202, '{"status":"asked"}']);
    return jar;
  };
  const staff = async () => ({ cookie: await idp.signIn('staff') });
  const claims = async () => (await idp.get('/api/staff/claims', await staff())).json().claims;

  it('is asked for, seen by staff alone, given with a reason, and then signs in', async () => {
    await ask(usernames[2]!);
    await ask(usernames[2]!);
    await ask('nobody at all');
    const list = await claims();
    expect(list).toMatchObject([
      { personId: idOf(2), githubLogin: 'stranger', status: 'open', message: 'I was there' },
    ]);
    const member = { cookie: await idp.signIn(usernames[1]!) };
    const before = { cookie: await idp.signIn(usernames[2]!) };
    const path = `/api/staff/claims/${list[0].id}/approve`;
    expect((await idp.get('/api/staff/claims', member)).status).toBe(403);
    expect((await idp.get('/api/staff/claims')).status).toBe(401);
    expect((await idp.post(path, { reason: 'x' }, member)).status).toBe(403);
    expect((await idp.post(path, {}, await staff())).status).toBe(400);
    expect((await idp.post(path, { reason: 'known to us' }, await staff())).status).toBe(200);
    expect((await idp.post(path, { reason: 'again' }, await staff())).status).toBe(409);
    const decidedBy = members.sheets.people.find(({ slug }) => slug === 'staff')!.id;
    expect(await claims()).toMatchObject([
      { status: 'approved', decidedBy, reason: 'known to us', decidedAt: expect.any(String) },
    ]);
    expect((await idp.get('/api/auth/me', before)).status).toBe(401);
    const jar = new Jar();
    await signInWithGithub(jar);
    expect(await me(jar)).toBe(idOf(2));
    expect((await idp.privateRecord('profiles', idOf(2)))?.['email']).toBe('new@example.org');
  });

  it('is denied with a reason, and stays what it was', async () => {
    await ask(usernames[2]!);
    const [claim] = await claims();
    const denied = await idp.post(
      `/api/staff/claims/${claim.id}/deny`,
      { reason: 'not them' },
      await staff(),
    );
    expect(denied.status).toBe(200);
    expect((await idp.privateRecord('profiles', idOf(2)))?.['githubUserId']).toBeUndefined();
    expect(
      (await idp.post(`/api/staff/claims/${claim.id}/approve`, { reason: 'x' }, await staff())).status,
    ).toBe(409);
    expect((await idp.post('/api/staff/claims/none/deny', { reason: 'x' }, await staff())).status).toBe(404);
  });

  it('is nothing that staff give themselves', async () => {
    await ask('staff');
    const [claim] = await claims();
    const answer = await idp.post(`/api/staff/claims/${claim.id}/approve`, { reason: 'mine' }, await staff());
    expect(answer.json().error.code).toBe('own-claim');
  });
});

it('leaves no address, secret, token or code in the log', async () => {
  github.user = user('member1@example.org');
  await signInWithGithub(new Jar());
  expect(idp.log()).toContain('answered');
  expect(idp.log()).not.toMatch(/member1@|@example|secret of the tests|code=[0-9a-f]|4711/i);
});
