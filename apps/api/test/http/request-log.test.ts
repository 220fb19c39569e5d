import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loggablePath } from '../../src/http/request-log.ts';
import { passwords, privates } from '../support/records.ts';
import { startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('the log', () => {
  it('has a line for each request, with the id that the client got', async () => {
    const { headers } = await api.get('/authors?page=1&role=reader');
    const line = api
      .log()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text))
      .at(-1);
    expect(line).toMatchObject({
      requestId: headers['x-request-id'],
      method: 'GET',
      path: '/authors?page&role',
      status: 200,
      durationMs: expect.any(Number),
    });
  });

  it('never has a password, hash, cookie, address or email, whatever happens', async () => {
    const signIn = await api.post('/api/auth/sign-in', { login: 'ada@example.org', password: passwords.ada });
    const cookie = String(signIn.headers['set-cookie']).split(';', 1)[0]!;
    await api.get('/api/auth/me', { cookie, authorization: 'Bearer token-of-a-client' });
    await api.post('/api/auth/sign-in', { login: 'cy@example.org', password: 'a-wrong-password' });
    await api.post('/api/auth/sign-in', '{"login":"cy@example.org","password":"in-broken-json');
    await api.post('/api/auth/sign-in', { login: 'cy@example.org', password: 'x'.repeat(2000) });
    await api.get('/authors/cy@example.org?email=cy@example.org&token=query-token');
    await api.get('/authors/cy%40example.org');
    await api.get('/authors/%E0cy%40example.org');
    const log = api.log();
    expect(log).toContain('/api/auth/sign-in');
    const hashes = privates['keys']!.map(({ hash }) => String(hash));
    for (const secret of [
      ...Object.values(passwords),
      ...hashes,
      cookie.slice('session='.length),
      'session=',
      'token-of-a-client',
      'query-token',
      'a-wrong-password',
      'in-broken-json',
      'xxxx',
      'example.org',
      '127.0.0.1',
      '$argon2id$',
    ]) {
      // What the server itself says of where it listens is no visitor's address.
      const lines = log.split('\n').filter((line) => !line.includes('Server listening'));
      expect(lines.join('\n')).not.toContain(secret);
    }
  });

  it.each([
    ['/a/b', '/a/b'],
    ['/a?q=secret&r', '/a?q&r'],
    ['/people/jane@example.org', '/people/…'],
    ['/people/jane%40example.org/x', '/people/…/x'],
    ['/a?jane@example.org', '/a?…'],
  ])('of %s tells %s', (target, path) => {
    expect(loggablePath(target)).toBe(path);
  });
});
