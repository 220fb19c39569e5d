import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { Site } from './http.ts';

/** Whether the new system is alive and says that it is ready. */
export async function checkHealth(
  url: string,
  paths: { readonly alive: string; readonly ready: string } = {
    alive: '/api/health',
    ready: '/api/health/ready',
  },
): Promise<Check> {
  const site = new Site(url);
  const findings = new FindingList();
  const answers: Record<string, number> = {};
  try {
    for (const path of [paths.alive, paths.ready]) {
      const answer = await site.request(path);
      if (answer === undefined) continue;
      answers[path] = answer.status;
      if (answer.status === 200) continue;
      findings.add({
        code: 'not-healthy',
        message: `${path} answers ${answer.status}: ${answer.body.slice(0, 300)}`,
        subject: path,
        expected: 200,
        actual: answer.status,
      });
    }
  } finally {
    await site.close();
  }
  return concludeCheck({
    id: 'health',
    title: 'The new system is alive and ready',
    looked: Object.keys(answers).length,
    expected: 200,
    actual: answers,
    findings,
    couldNotTell: site.couldNotTell(),
  });
}

export interface SignInAttempt {
  readonly login: string;
  readonly password: string;
}

/**
 * Signs in as somebody whose password is known, and is refused with a wrong one. Without an account whose
 * password is known there is nothing to look at.
 */
export async function checkSignIn(
  url: string,
  attempt: SignInAttempt | undefined,
  path = '/api/auth/sign-in',
): Promise<Check> {
  const base = {
    id: 'sign-in',
    title: 'A legacy account signs in with its old password, and not with another',
  };
  if (attempt === undefined) {
    return concludeCheck({
      ...base,
      looked: 0,
      expected: [200, 401],
      actual: [],
      couldNotTell:
        'no account with a known password: name one with --sign-in LOGIN and give its password in CUTOVER_SIGN_IN_PASSWORD',
    });
  }
  const site = new Site(url);
  const findings = new FindingList();
  const actual: (number | undefined)[] = [];
  try {
    // The wrong password first: a right one changes the stored credential.
    for (const [password, expected] of [
      [`${attempt.password}-wrong`, 401],
      [attempt.password, 200],
    ] as const) {
      const answer = await site.request(path, { method: 'POST', body: { login: attempt.login, password } });
      actual.push(answer?.status);
      if (answer === undefined || answer.status === expected) continue;
      findings.add({
        code: expected === 200 ? 'sign-in-refused' : 'wrong-password-accepted',
        message: `signing in as ${attempt.login} with ${expected === 200 ? 'the right' : 'a wrong'} password answers ${answer.status}`,
        subject: attempt.login,
        expected,
        actual: answer.status,
      });
    }
  } finally {
    await site.close();
  }
  return concludeCheck({
    ...base,
    looked: actual.filter((status) => status !== undefined).length,
    expected: [401, 200],
    actual,
    findings,
    couldNotTell: site.couldNotTell(),
  });
}
