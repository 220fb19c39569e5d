import { Signer } from '@fastify/cookie';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passwords } from '../support/records.ts';
import { type Answer, startTestApi, type TestApi } from '../support/start.ts';

const sessionSecret = 'a secret of the tests, long enough';
let api: TestApi;
let cookie: string;
beforeAll(async () => {
  api = await startTestApi({ options: { sessionSecret } });
  cookie = cookieOf(await api.post('/api/auth/sign-in', { login: 'bo', password: passwords.bo }));
});
afterAll(() => api.close());

function cookieOf(answer: Answer): string {
  return String(answer.headers['set-cookie']).split(';', 1)[0]!;
}

const signed = (value: string, secret = sessionSecret): string =>
  `session=${encodeURIComponent(new Signer(secret).sign(value))}`;
const now = Date.now();
const value = (id: string, startedAt = now, sessionId = 'a'.repeat(32)): string =>
  `2.${startedAt}.${startedAt + 86_400_000}.${sessionId}.${id}`;

describe('a session', () => {
  it('is a cookie that scripts and other sites do not get', async () => {
    const answer = await api.post('/api/auth/sign-in', { login: 'bo', password: passwords.bo });
    expect(answer.headers['set-cookie']).toMatch(
      /^session=.+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('is a Secure cookie where the visitor came by TLS', async () => {
    const proxied = await startTestApi({ options: { trustProxy: '127.0.0.1' } });
    const answer = await proxied.post(
      '/api/auth/sign-in',
      { login: 'bo', password: passwords.bo },
      { 'x-forwarded-proto': 'https' },
    );
    expect(answer.headers['set-cookie']).toMatch(/; Secure/);
    await proxied.close();
  });

  it('says who is signed in', async () => {
    const { status, json } = await api.get('/api/auth/me', { cookie });
    expect([status, json().id, json().path]).toEqual([200, 'a-bo', '/authors/bo']);
  });

  it('goes on where the secret is the same, and ends where it is not', async () => {
    expect((await api.get('/api/auth/me', { cookie: signed(value('a-bo')) })).status).toBe(200);
    const others = signed(value('a-bo'), 'another secret of the tests, long enough');
    expect((await api.get('/api/auth/me', { cookie: others })).status).toBe(401);
  });

  it.each([
    ['no cookie', () => ''],
    ['another id under the same signature', () => cookie.replace('a-bo', 'a-ada')],
    ['another expiry under the same signature', () => cookie.replace(/=2\.\d/, '=2.9')],
    ['a signature cut short', () => cookie.slice(0, -4)],
    ['no signature', () => `session=${value('a-bo')}`],
    ['a session that is over', () => signed(value('a-bo', now - 86_400_001))],
    ['a record that is not there', () => signed(value('a-nobody'))],
    ['an account barred since', () => signed(value('a-dee'))],
    [
      'one that lasts longer than sessions do',
      () => signed(`2.${now}.${now + 999_999_999}.${'a'.repeat(32)}.a-bo`),
    ],
    ['one of an older format', () => signed(`1.${now + 60}.a-bo`)],
    ['something else that was signed', () => signed('a-bo')],
  ])('is not %s', async (_what, forged) => {
    const { status, json } = await api.get('/api/auth/me', { cookie: forged() });
    expect([status, json().error.code]).toEqual([401, 'not-signed-in']);
  });

  it('ends with signing out', async () => {
    const answer = await api.post('/api/auth/sign-out', undefined, { cookie });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toMatch(/^session=; Max-Age=0; Path=\//);
  });
});

describe('a session that was ended', () => {
  const options = { sessionSecret };
  const signIn = async (at: TestApi): Promise<string> =>
    cookieOf(await at.post('/api/auth/sign-in', { login: 'bo', password: passwords.bo }));
  const status = async (at: TestApi, of: string): Promise<number> =>
    (await at.get('/api/auth/me', { cookie: of })).status;

  it('opens nothing to whoever has its cookie, and leaves other sessions alone', async () => {
    const ended = await startTestApi({ options });
    const [mine, stolen] = [await signIn(ended), await signIn(ended)];
    expect(await status(ended, stolen)).toBe(200);
    await ended.post('/api/auth/sign-out', undefined, { cookie: stolen });
    expect([await status(ended, stolen), await status(ended, mine)]).toEqual([401, 200]);
    await ended.close();
  });

  it('stays ended after a reload', async () => {
    const internalSecret = 'internal secret of the tests';
    const ended = await startTestApi({ options: { ...options, internalSecret } });
    const mine = await signIn(ended);
    await ended.post('/api/auth/sign-out', undefined, { cookie: mine });
    await ended.post('/api/_internal/reload', undefined, { 'x-cutover-internal-secret': internalSecret });
    expect(await status(ended, mine)).toBe(401);
    await ended.close();
  });

  it('ends with all others of the same person, and of nobody else', async () => {
    const ended = await startTestApi({ options });
    const [one, two, other] = [await signIn(ended), await signIn(ended), signed(value('a-ada'))];
    expect((await ended.post('/api/auth/sign-out-everywhere', undefined, { cookie: one })).status).toBe(204);
    expect([await status(ended, one), await status(ended, two), await status(ended, other)]).toEqual([
      401, 401, 200,
    ]);
    expect((await ended.post('/api/auth/sign-out-everywhere')).status).toBe(401);
    await ended.close();
  });
});

describe('a request from another site', () => {
  const body = { login: 'bo', password: passwords.bo };
  const post = (headers: Record<string, string>) => api.post('/api/auth/sign-in', body, headers);

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('is refused: %j', async (headers: Record<string, string>) => {
    const { status, json, headers: sent } = await post(headers);
    expect([status, json().error.code]).toEqual([403, 'cross-site']);
    expect(sent['set-cookie']).toBeUndefined();
  });

  it('is not one from the site itself, nor one from a program', async () => {
    expect((await post({ origin: api.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await post({})).status).toBe(200);
  });

  it('is told apart by the configured origin where a proxy changes the host', async () => {
    const proxied = await startTestApi({ options: { origin: 'https://library.example' } });
    const send = (origin: string) => proxied.post('/api/auth/sign-out', undefined, { origin });
    expect((await send('https://library.example')).status).toBe(204);
    expect((await send(proxied.url)).status).toBe(403);
    await proxied.close();
  });
});
