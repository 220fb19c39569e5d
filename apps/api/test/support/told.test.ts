import { describe, expect, it } from 'vitest';
import { passwords } from './records.ts';
import { startTestApi } from './start.ts';

describe('the look at every log', () => {
  it.each([
    ['an address of the private store', 'Ada@Example.org'],
    ['a hash that was there at first', '$S$DrupalStyleHashThatNobodyReadsHere'],
    ['a password', passwords.ada],
    ['a secret of the options', 'an internal secret of a test'],
  ])('sees %s', async (_what, value) => {
    const api = await startTestApi({ options: { internalSecret: 'an internal secret of a test' } });
    await api.post('/api/auth/sign-in', { login: 'ada.l', password: passwords.ada });
    api.logLine(value);
    await expect(api.close()).rejects.toThrow('the log tells');
  });

  it('sees a session’s cookie, and a hash that the API made itself', async () => {
    const api = await startTestApi();
    const answer = await api.post('/api/auth/sign-in', { login: 'ada.l', password: passwords.ada });
    const cookie = /=([^;]*)/.exec(String(answer.headers['set-cookie']))![1]!;
    const hash = String((await api.privateRecord('keys', 'a-ada'))!['hash']);
    expect(hash).toMatch(/^\$argon2id/);
    api.logLine(cookie);
    await expect(api.close()).rejects.toThrow('the log tells 1 ');
    const other = await startTestApi();
    await other.post('/api/auth/sign-in', { login: 'ada.l', password: passwords.ada });
    other.logLine(String((await other.privateRecord('keys', 'a-ada'))!['hash']));
    await expect(other.close()).rejects.toThrow('the log tells 1 ');
  });

  it('has nothing to say of an API that tells nothing', async () => {
    const api = await startTestApi();
    await api.post('/api/auth/sign-in', { login: 'ada.l', password: 'not the password' });
    await api.get('/authors/ada?email=ada@example.org');
    expect(api.log().split('\n').length).toBeGreaterThan(2);
    await api.close();
  });
});
