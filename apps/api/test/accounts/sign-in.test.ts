import { hash } from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { internalSecretHeader } from '../../src/index.ts';
import { passwords, privates, sha1 } from '../support/records.ts';
import { startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const signIn = (login: string, password: string) => api.post('/api/auth/sign-in', { login, password });

describe('signing in', () => {
  it.each([
    ['a SHA-1 hash', 'Ada.L', passwords.ada, 'a-ada'],
    ['any case of the login', 'ADA.l', passwords.ada, 'a-ada'],
    ['the private login in any case', 'ada@EXAMPLE.org', passwords.ada, 'a-ada'],
    ['a bcrypt hash', 'bo', passwords.bo, 'a-bo'],
    ['a bcrypt hash that PHP wrote', 'cy@example.org', passwords.cy, 'a-cy'],
  ])('works with %s', async (_what, login, password, id) => {
    const { status, json, headers } = await signIn(login, password);
    expect([status, json().id]).toEqual([200, id]);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('replaces the legacy hash by argon2id, and that one works from then on', async () => {
    await signIn('bo', passwords.bo);
    const first = await api.privateRecord('keys', 'a-bo');
    expect(first?.['hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await signIn('bo', passwords.bo)).status).toBe(200);
    expect((await signIn('bo', `${passwords.bo}!`)).status).toBe(401);
    expect(await api.privateRecord('keys', 'a-bo')).toEqual(first);
    expect(await api.privateRecord('keys', 'a-cy')).toEqual(
      privates['keys']!.find(({ id }) => id === 'a-cy'),
    );
  });

  it('marks the account as claimed, once, and touches nothing else of it', async () => {
    await signIn('Ada.L', passwords.ada);
    const first = await api.privateRecord('contacts', 'a-ada');
    expect(first).toEqual({
      id: 'a-ada',
      email: 'Ada@Example.org',
      signedInAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    await signIn('Ada.L', passwords.ada);
    expect(await api.privateRecord('contacts', 'a-ada')).toEqual(first);
    expect(await api.privateRecord('contacts', 'a-cy')).toEqual({ id: 'a-cy', email: 'cy@example.org' });
  });

  it('keeps the moment of a claim that was made elsewhere while the API ran', async () => {
    const claimed = { id: 'a-bo', email: 'shared@example.org', signedInAt: '2020-01-01T00:00:00Z' };
    await api.writePrivate('contacts', [claimed]);
    expect((await signIn('bo', passwords.bo)).status).toBe(200);
    expect(await api.privateRecord('contacts', 'a-bo')).toEqual(claimed);
  });

  it('works at the same time for the same account, and leaves one hash that works', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => signIn('bo', passwords.bo)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await signIn('bo', passwords.bo)).status).toBe(200);
  });
});

describe('a failed sign-in', () => {
  const refused = { error: { code: 'sign-in-refused', message: expect.any(String) } };

  it.each([
    ['a wrong password', 'Ada.L', 'wrong'],
    ['a space after the password', 'Ada.L', `${passwords.ada} `],
    ['the hash itself as password', 'Ada.L', sha1(passwords.ada)],
    ['an unknown login', 'nobody', 'wrong'],
    ['a barred account with the right password', 'dee', passwords.dee],
    ['a hash in an unknown format', 'eve', passwords.eve],
    ['an unknown hash itself as password', 'eve', '$S$DrupalStyleHashThatNobodyReadsHere'],
    ['an account without a password', '7', 'wrong'],
    ['a private login that two people have', 'shared@example.org', passwords.bo],
  ])('with %s gets the one answer', async (_what, login, password) => {
    const [answer, unknown] = [await signIn(login, password), await signIn('no such login', 'wrong')];
    expect([answer.status, answer.json()]).toEqual([401, refused]);
    expect(answer.text).toBe(unknown.text);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(Object.keys(answer.headers)).toEqual(Object.keys(unknown.headers));
  });

  it('changes nothing in the private store', async () => {
    await signIn('Ada.L', 'wrong');
    await signIn('dee', passwords.dee);
    for (const [sheet, records] of Object.entries(privates)) {
      for (const record of records) expect(await api.privateRecord(sheet, record.id)).toEqual(record);
    }
  });

  it('is what a password gets that was purged from the store while the API ran', async () => {
    await api.writePrivate('keys', []);
    expect((await signIn('bo', passwords.bo)).status).toBe(401);
    expect(await api.privateRecord('contacts', 'a-bo')).toEqual({ id: 'a-bo', email: 'shared@example.org' });
  });

  it('is what an old password gets that was changed while the API ran; the new one works', async () => {
    const changed = await hash('a new one', { algorithm: 2 });
    await api.writePrivate('keys', [{ id: 'a-bo', hash: changed }]);
    expect((await signIn('bo', passwords.bo)).status).toBe(401);
    expect(await api.privateRecord('keys', 'a-bo')).toEqual({ id: 'a-bo', hash: changed });
    expect((await signIn('bo', 'a new one')).status).toBe(200);
  });

  it.each([
    ['no JSON', '{"login":"bo","password":"secret-in-broken-json'],
    ['no password', { login: 'bo' }],
    ['an empty password', { login: 'bo', password: '' }],
    ['a number', { login: 'bo', password: 1 }],
    ['a list', ['bo']],
    ['one field more', { login: 'bo', password: 'x', admin: true }],
  ])('with %s is 400 and repeats nothing', async (_what, body) => {
    const { status, text } = await api.post('/api/auth/sign-in', body);
    expect(status).toBe(400);
    expect(text).not.toContain('secret-in-broken-json');
  });

  it('with a body that is too large or no JSON is refused as such', async () => {
    expect((await api.post('/api/auth/sign-in', `"${'x'.repeat(20_000)}"`)).status).toBe(413);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await api.post('/api/auth/sign-in', 'login=bo&password=x', form)).status).toBe(415);
    const text = { 'content-type': 'text/plain' };
    expect((await api.post('/api/auth/sign-in', '{"login":"bo","password":"x"}', text)).status).toBe(415);
  });
});

describe('argon2id from legacy', () => {
  it('is accepted and left as it is', async () => {
    const legacy = await hash('from legacy', { algorithm: 2, memoryCost: 1024, timeCost: 1 });
    await api.close();
    api = await startTestApi({ privates: { ...privates, keys: [{ id: 'a-ada', hash: legacy }] } });
    expect((await signIn('Ada.L', 'from legacy')).status).toBe(200);
    expect((await signIn('Ada.L', 'from legacy!')).status).toBe(401);
    expect(await api.privateRecord('keys', 'a-ada')).toEqual({ id: 'a-ada', hash: legacy });
  });
});

describe('a limit', () => {
  beforeEach(async () => {
    await api.close();
    const signInLimit = { perLogin: 2, perAddress: 4, windowMs: 60_000 };
    api = await startTestApi({ options: { signInLimit, internalSecret: 'x'.repeat(16) } });
  });

  it('stops tries for one login, also with the right password, and says how long to wait', async () => {
    const statuses = [];
    for (const password of ['a', 'b', passwords.ada]) statuses.push((await signIn('Ada.L', password)).status);
    expect(statuses).toEqual([401, 401, 429]);
    const answer = await signIn(' ADA.l ', 'a');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(
      await api.get('/api/_internal/name-ids', { [internalSecretHeader]: 'x'.repeat(16) }),
    ).toMatchObject({
      status: 200,
    });
  });

  it('stops one address from trying many logins', async () => {
    const statuses = [];
    for (const login of ['a', 'b', 'c', 'd', 'e']) statuses.push((await signIn(login, 'x')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429]);
  });
});
