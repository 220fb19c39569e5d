import { spawn } from 'node:child_process';
import { CutoverError } from '@cutover/core';

/** Git as an engine: no user or system configuration, no prompts, C locale. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

/** Starts git in a repository; the caller owns the streams. */
export function spawnGit(dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn('git', ['-C', dir, '-c', 'core.quotePath=false', '-c', 'gc.auto=0', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...environment(), ...env },
  });
}

/** Thrown by `git` where the command ends with another code than 0; `data.stderr` holds what it said. */
export const gitFailed = 'git-failed';

/** Runs git to its end and gives its standard output. Throws CutoverError `git-failed` or `git-missing`. */
export async function git(
  dir: string,
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawnGit(dir, args, options.env);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await exitOf(child, args);
  if (code !== 0) throw gitError(dir, args, code, Buffer.concat(errors).toString());
  return Buffer.concat(out).toString();
}

/** Waits for a git process; throws CutoverError `git-missing` where there is no git. */
export function exitOf(child: ReturnType<typeof spawnGit>, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new CutoverError('git-missing', `git ${args[0] ?? ''} could not be started`, {
          next: 'install git 2.39 or newer and have it on the PATH',
          cause,
        }),
      ),
    );
    child.once('close', (code) => resolve(code));
  });
}

export function gitError(
  dir: string,
  args: readonly string[],
  code: number | null,
  stderr: string,
): CutoverError {
  return new CutoverError(
    gitFailed,
    `git ${args[0] ?? ''} failed in ${dir}: ${stderr.trim().slice(0, 500)}`,
    {
      next: 'see what git said; the branch was not moved',
      data: { exit: code, stderr: stderr.trim().slice(0, 2000) },
    },
  );
}
