import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passwords, privates } from '../support/records.ts';
import { type Answer, json, startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi;
beforeEach(async () => {
  // Without bcrypt, whose cost would keep guesses from coming in as fast as they are sent.
  const keys = privates['keys']!.filter(({ hash }) => !String(hash).startsWith('$2'));
  api = await startTestApi({
    privates: { ...privates, keys },
    options: { trustProxy: true, signInLimit: { perLogin: 1e6, perAddress: 1e6 } },
  });
});
afterEach(() => api.close());

const logins = ['Ada.L', 'nobody', 'bo', 'dee', 'nobody@example.org'];
/** Guesses from as many addresses, about known and unknown accounts in turn. */
const flood = (guesses: number): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: guesses }, (_, n) =>
      api.post(
        '/api/auth/sign-in',
        { login: logins[n % logins.length], password: 'a wrong guess' },
        { 'x-forwarded-for': `203.0.113.${n % 256}` },
      ),
    ),
  );

describe('a flood of guesses', () => {
  it('leaves the API ready and records served, and is refused beyond what can be verified', async () => {
    let isOver = false;
    const watched: { readonly path: string; readonly status: number; readonly text: string }[] = [];
    const watch = async (path: string): Promise<void> => {
      while (!isOver) {
        const { status, text } = await api.get(path, json);
        watched.push({ path, status, text });
      }
    };
    const guesses = flood(600);
    const watching = [watch('/api/health/ready'), watch('/api/books/sky')];
    const answers = await guesses;
    isOver = true;
    await Promise.all(watching);

    expect(watched.length).toBeGreaterThan(2);
    expect(watched.filter(({ status }) => status !== 200)).toEqual([]);
    const statuses = answers.map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([401, 503]);
    for (const { json, headers } of answers.filter(({ status }) => status === 503)) {
      expect(json().error.code).toBe('sign-in-busy');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await api.post('/api/auth/sign-in', { login: 'Ada.L', password: passwords.ada })).status).toBe(
      200,
    );
  });

  it('is answered alike for accounts that exist and for those that do not', async () => {
    const answers = await flood(600);
    const kinds = (of: (login: string) => boolean): string[] => [
      ...new Set(
        answers
          .filter((_, n) => of(logins[n % logins.length]!))
          .map(({ status, text, headers }) => `${status} ${text} ${headers['retry-after']}`),
      ),
    ];
    const isUnknown = (login: string): boolean => login.startsWith('nobody');
    expect(kinds(isUnknown).sort()).toEqual(kinds((login) => !isUnknown(login)).sort());
  });
});
