import { CutoverError, exitCodes } from '@cutover/core';
import { environment } from './environment.ts';

/** A password from stdin where asked for, else from the environment. Never from an argument. Throws CutoverError `password-missing`. */
export async function signInPassword(fromStdin: boolean): Promise<string> {
  const password = fromStdin ? await firstLine() : environment('CUTOVER_SIGN_IN_PASSWORD');
  if (password !== undefined && password !== '') return password;
  throw new CutoverError('password-missing', 'no password was given for --sign-in', {
    next: 'put it into CUTOVER_SIGN_IN_PASSWORD, or pipe it in with --password-from-stdin',
    exitCode: exitCodes.usage,
  });
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0]!.replace(/\r$/, '');
}
