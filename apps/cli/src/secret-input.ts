import { readFile } from 'node:fs/promises';
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

/**
 * The password of a live source: first line of stdin or of a file where asked for, else from the environment.
 * Undefined where there is none: some accounts have none. Throws CutoverError `password-file`.
 */
export async function sourcePassword(options: {
  file?: string;
  fromStdin: boolean;
}): Promise<string | undefined> {
  if (options.fromStdin) return firstLine();
  if (options.file === undefined) return environment('CUTOVER_SOURCE_PASSWORD');
  try {
    return (await readFile(options.file, 'utf8')).split('\n', 1)[0]!.replace(/\r$/, '');
  } catch (cause) {
    throw new CutoverError('password-file', `the password file ${options.file} cannot be read`, {
      next: 'give the path of a file whose first line is the password, readable by you alone',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

/** The first line of stdin. */
export async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0]!.replace(/\r$/, '');
}
