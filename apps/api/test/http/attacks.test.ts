import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Idp, members, password, startIdp, usernames } from '../support/idp.ts';

let idp: Idp;
let cookie: string;
beforeAll(async () => {
  idp = await startIdp({}, { writable: true });
  cookie = await idp.signIn(usernames[1]!);
});
afterAll(() => idp.close());

describe('paths', () => {
  it.each([
    '/members/..%2f..%2f..%2fetc%2fpasswd',
    '/members/%2e%2e/%2e%2e/etc/passwd',
    '/attachments/..%5c..%5cwindows',
    '/attachments/media-1%00.png',
    '/projects/.gitsheets',
    '/media/open/1/../../../../etc/passwd',
    '/api/../.git/config',
    '/members/__proto__',
    '/members/constructor',
    '/projects?tag=__proto__',
    '/projects/hasOwnProperty/updates',
  ])('%s leads to nothing', async (path) => {
    const { status, text } = await idp.get(path);
    expect([200, 301, 302, 400, 404, 410]).toContain(status);
    expect(text).not.toMatch(/root:|\[core\]/);
    if (!path.includes('?')) expect(status).not.toBe(200);
  });

  it.each(['../../x', 'a/b', '..', '.git', 'a\0b', 'con'])('no record is made at %j', async (title) => {
    const answer = await idp.post('/api/projects', { title }, { cookie });
    if (answer.status === 201) {
      expect(answer.json().record.slug).toMatch(/^[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*$/u);
    } else expect([400, 422]).toContain(answer.status);
  });
});

describe('redirects', () => {
  it.each([
    '/login?return=https://evil.example',
    '/login?return=//evil.example',
    '/login?return=/%5Cevil.example',
    '/login?return=%2F%09%2Fevil.example',
    '/login?return=javascript:alert(1)',
    '/login?return=/x%0d%0aset-cookie:%20a=b',
  ])('%s leads nowhere but home', async (path) => {
    const { text } = await idp.get(path);
    expect(text).toContain('name="return" value="/"');
    const body = new URLSearchParams({
      login: usernames[1]!,
      password,
      return: new URL(path, idp.url).searchParams.get('return')!,
    });
    const answer = await idp.post('/login', body.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([answer.status, answer.headers['location']]).toEqual([303, '/']);
  });

  it.each(['/chat?channel=a%0d%0aset-cookie:%20x=y', '/people/a%0d%0aLocation:%20https:%2f%2fevil.example'])(
    'no header is put in by %s',
    async (path) => {
      const { headers } = await idp.get(path);
      expect(headers['set-cookie']).toBeUndefined();
      expect(String(headers['location'] ?? '/')).toMatch(/^\/(?!\/)[!-~]*$/);
    },
  );
});

describe('who there is', () => {
  it('is not told by the answers to failed sign-ins, but for their request id', async () => {
    const tries = [usernames[1]!, 'nobody', 'gone', 'off', 'member1@example.org', 'x'.repeat(300)];
    const answers = await Promise.all(
      tries.map((login) => idp.post('/api/auth/sign-in', { login, password: 'wrong' })),
    );
    const seen = answers.map(({ status, text, headers }) => {
      const { 'x-request-id': _id, date: _date, ...rest } = headers;
      return JSON.stringify([status, text, rest]);
    });
    expect(new Set(seen).size).toBe(1);
    const gone = await idp.post('/api/auth/sign-in', { login: 'gone', password });
    expect([gone.status, gone.text]).toEqual([answers[0]!.status, answers[0]!.text]);
  });
});

describe('bodies', () => {
  it.each<[string, string, Record<string, string>, number]>([
    [
      'too large for a sign-in',
      `{"login":"${'x'.repeat(20_000)}"}`,
      { 'content-type': 'application/json' },
      413,
    ],
    [
      'poisoned',
      '{"__proto__":{"isStaff":true},"login":"a","password":"b"}',
      { 'content-type': 'application/json' },
      400,
    ],
    [
      'with a poisoned constructor',
      '{"constructor":{"prototype":{"x":1}},"login":"a","password":"b"}',
      { 'content-type': 'application/json' },
      400,
    ],
    ['an array', '[]', { 'content-type': 'application/json' }, 400],
    ['deep', '['.repeat(8000), { 'content-type': 'application/json' }, 400],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['of no type', 'a', {}, 415],
  ])('%s are refused', async (_what, body, headers, status) => {
    const answer = await fetch(`${idp.url}/api/auth/sign-in`, {
      method: 'POST',
      headers,
      body: new TextEncoder().encode(body),
    });
    expect(answer.status).toBe(status);
  });

  it('too large for a write are refused before they are read', async () => {
    const answer = await idp.post('/api/projects', { title: 'x', readme: 'x'.repeat(300_000) }, { cookie });
    expect(answer.status).toBe(413);
  });
});

describe('every answer', () => {
  it.each([
    '/',
    '/members',
    '/api/projects',
    '/nothing',
    '/checkin',
    '/login',
    '/metrics',
    '/api/docs',
    '/api/saml/slack/metadata',
  ])('%s has the headers that browsers want', async (path) => {
    const { headers } = await idp.get(path);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': expect.any(String),
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

it('the log of all this has no address, password, cookie, hash or key', async () => {
  const { key } = await import('../support/idp.ts').then(({ testCertificate }) => testCertificate());
  const log = idp.log();
  expect(log.split('\n').length).toBeGreaterThan(50);
  const hash = String(members.privates['legacy-passwords'][0]!.hash);
  for (const secret of [
    password,
    hash,
    cookie.slice(8, 40),
    key.slice(60, 100),
    '@example.org',
    'Doe & Sons',
  ]) {
    expect(log).not.toContain(secret);
  }
});
