import { signMailLink } from '@cutover/records';
import { type FakeGithub, startFakeGithub } from '@cutover/verify';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Idp, members, startIdp, usernames } from '../support/idp.ts';
import type { Answer } from '../support/start.ts';

const client = { id: 'client', secret: 'secret of the tests at github' };
const linkSecret = 'link secret of thirty-two letters!';
let github: FakeGithub;
let idp: Idp;
beforeEach(async () => {
  github = await startFakeGithub(client);
  const options = {
    clientId: client.id,
    clientSecret: client.secret,
    webUrl: github.url,
    apiUrl: github.url,
  };
  idp = await startIdp({}, { github: options, linkSecret });
});
afterEach(async () => {
  await idp.close();
  await github.stop();
});

const idOf = (index: number): string => members.sheets.people[index]!.id;
const soon = (): number => Math.floor(Date.now() / 1000) + 3600;
const token = (purpose: 'claim' | 'unsubscribe', person: string, until = purpose === 'claim' ? soon() : 0) =>
  signMailLink(linkSecret, { purpose, person, campaign: 'reminder', until });
const profile = (index: number) => idp.privateRecord('profiles', idOf(index));
const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

describe('unsubscribing', () => {
  const path = () => `/unsubscribe/${token('unsubscribe', idOf(0))}`;

  it('is one click from another site, without a login, a cookie or a redirect', async () => {
    for (const headers of [
      { ...form, origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'multipart/form-data; boundary=b' },
    ]) {
      const body = headers['content-type'].startsWith('multipart')
        ? '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
        : 'List-Unsubscribe=One-Click';
      const answer = await idp.post(path(), body, headers);
      expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined]);
    }
    expect(await profile(0)).toMatchObject({
      newsletter: false,
      unsubscribedAt: expect.any(String) as string,
    });
  });

  it('the second time keeps the moment of the first, and removes the token of the newsletter', async () => {
    await idp.writePrivate('profiles', [
      { id: idOf(0), email: 'a@example.org', newsletter: true, unsubscribeToken: 't' },
    ]);
    await idp.post(path(), 'x=y', form);
    const first = await profile(0);
    await idp.post(path(), 'x=y', form);
    expect(await profile(0)).toEqual(first);
    expect(first).not.toHaveProperty('unsubscribeToken');
  });

  it('looking at the link changes nothing; the page has the button', async () => {
    const before = await profile(0);
    const page = await idp.get(path(), { accept: 'text/html' });
    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining(`<form method="post" action="${path()}">`) as string,
    ]);
    expect(await profile(0)).toEqual(before);
  });

  it.each([
    ['forged', () => `${token('unsubscribe', idOf(0)).slice(0, -2)}xx`],
    ['of another purpose', () => token('claim', idOf(0))],
  ])('a link that is %s is not found, and does nothing', async (_what, make) => {
    expect((await idp.post(`/unsubscribe/${make()}`, 'x=y', form)).status).toBe(404);
    expect(await profile(0)).not.toHaveProperty('unsubscribedAt');
  });

  it('somebody who is gone is not made again', async () => {
    const gone = '00000000-0000-8000-8000-00000000dead';
    expect((await idp.post(`/unsubscribe/${token('unsubscribe', gone)}`, 'x=y', form)).status).toBe(200);
    expect(await idp.privateRecord('profiles', gone)).toBeUndefined();
  });

  it('does not stand in the log', async () => {
    const link = path();
    await idp.post(link, 'x=y', form);
    expect(idp.log()).not.toContain(link.split('/').at(-1)!);
  });
});

describe('a claim link', () => {
  const cookies = (answer: Answer): string =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((set) => set.split(';', 1)[0]!)
      .join('; ');

  /** Presses the button, goes to GitHub as this user, and comes back. */
  async function claim(link: string, id = 4711): Promise<Answer> {
    github.user = {
      id,
      login: 'octo',
      emails: [{ email: 'new@example.net', primary: true, verified: true }],
    };
    const pressed = await idp.post(link, 'x=y', form);
    if (pressed.status !== 200) return pressed;
    const claimed = cookies(pressed);
    const away = await idp.get('/api/auth/github', { cookie: claimed });
    const { headers } = await request(String(away.headers['location']));
    const back = String(headers['location']).replace(/^https?:\/\/[^/]+/, '');
    return idp.get(back, { cookie: `${claimed}; ${cookies(away)}`, accept: 'application/json' });
  }

  it('gives the account to the GitHub user who comes with it, whatever their address, and then is over', async () => {
    const link = `/claim/${token('claim', idOf(0))}`;
    const page = await idp.get(link, { accept: 'text/html' });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Jané &lt;b&gt;') as string]);
    expect((await claim(link)).status).toBe(303);
    expect(await profile(0)).toMatchObject({
      githubUserId: '4711',
      signedInAt: expect.any(String) as string,
    });
    expect(await idp.privateRecord('legacy-passwords', idOf(0))).toBeUndefined();
    expect((await claim(link, 4712)).status).toBe(410);
    expect(await profile(0)).toMatchObject({ githubUserId: '4711' });
  });

  it('is not pressed by another site', async () => {
    const headers = { ...form, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await idp.post(`/claim/${token('claim', idOf(0))}`, 'x=y', headers)).status).toBe(403);
  });

  it.each([
    ['over', () => token('claim', idOf(0), soon() - 7200)],
    ['of another purpose', () => token('unsubscribe', idOf(0))],
    ['of nobody', () => token('claim', 'test')],
    [
      'of a disabled account',
      () => token('claim', members.sheets.people.find(({ slug }) => slug === 'gone')!.id),
    ],
  ])('that is %s does not work', async (_what, make) => {
    expect((await claim(`/claim/${make()}`)).status).toBe(410);
  });

  it('does not give two accounts to one GitHub user', async () => {
    await claim(`/claim/${token('claim', idOf(0))}`);
    expect((await claim(`/claim/${token('claim', idOf(1))}`)).status).toBe(409);
    expect(await profile(1)).not.toHaveProperty('githubUserId');
  });

  it('leaves the old password as it is until somebody comes', async () => {
    await idp.post(`/claim/${token('claim', idOf(0))}`, 'x=y', form);
    await expect(idp.signIn(usernames[1]!)).resolves.toBeDefined();
  });
});
