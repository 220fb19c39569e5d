import { link, rename, rm, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, type Listener } from '@cutover/core';
import { git } from './git.ts';

/** Git holds a lock on a ref for milliseconds, a slow hook for seconds; one that is older was left behind. */
const leftBehindMs = 60_000;
/** A wait that is shorter is not spoken of. */
const silentMs = 2000;

export interface PastLocks {
  /** Milliseconds after which it is given up. */
  readonly waitMs?: number;
  /** Is told once, with a note `ref-locked`, of a wait that takes long. */
  readonly onEvent?: Listener | undefined;
}

/**
 * Runs a git command that locks refs. A lock of somebody at work is waited for; one that a killed process left behind
 * is moved out of the way, so that the next import goes on without a human. Throws CutoverError `git-failed`, or
 * `ref-locked` where new locks keep coming.
 */
export async function gitPastLocks(
  dir: string,
  args: readonly string[],
  { waitMs = 70_000, onEvent }: PastLocks = {},
): Promise<string> {
  const begun = Date.now();
  let told = false;
  for (;;) {
    try {
      return await git(dir, args);
    } catch (error) {
      const lock = lockOf(dir, error);
      if (lock === undefined) throw error;
      const waitedMs = Date.now() - begun;
      if (waitedMs > waitMs) throw locked(lock, error);
      if (waitedMs > silentMs && !told) {
        told = true;
        const message = `waiting: another git command holds ${lock}; once that file is ${leftBehindMs / 1000} s old it was left behind, and is removed`;
        await onEvent?.({ type: 'note', code: 'ref-locked', message });
      }
      if (!(await removeLeftBehind(lock))) await sleep(50 + Math.random() * 200);
    }
  }
}

/** The lock file below the repository that git names; undefined where it failed of something else. */
function lockOf(dir: string, error: unknown): string | undefined {
  if (!(error instanceof CutoverError) || error.code !== 'git-failed') return undefined;
  const named = /Unable to create '([^']+\.lock)': File exists/.exec(String(error.data['stderr']))?.[1];
  if (named === undefined) return undefined;
  const [root, path] = [resolve(dir), resolve(dir, named)];
  return path.startsWith(root + sep) ? path : undefined;
}

/** Moves the lock aside if it is old. What is moved is looked at once more: somebody may have locked in between. */
async function removeLeftBehind(lock: string): Promise<boolean> {
  const seen = await stat(lock).catch(() => undefined);
  if (seen === undefined) return true;
  if (Date.now() - seen.mtimeMs < leftBehindMs) return false;
  const aside = `${lock}.${process.pid}.left-behind`;
  try {
    await rename(lock, aside);
  } catch {
    return true;
  }
  const moved = await stat(aside);
  if (moved.ino !== seen.ino || moved.mtimeMs !== seen.mtimeMs)
    await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

function locked(lock: string, cause: unknown): CutoverError {
  return new CutoverError('ref-locked', `${lock} is held by somebody else`, {
    next: 'wait for whoever writes to the repository; if nobody does, remove that file and run the same command again',
    data: { path: lock },
    cause,
  });
}
