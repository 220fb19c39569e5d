import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';

interface Holder {
  readonly pid: number;
  /** When the process began, in the kernel's own count: a number that is used again is another process. */
  readonly began: string;
  readonly move: string;
}

/**
 * One process works on a folder at a time. With `takeOver` the same move coming again (its connection was cut, and
 * this side has not noticed yet) ends the process that held it; another move is refused.
 *
 * @throws CutoverError `move-held` (exit 5)
 */
export async function takeLock(path: string, move: string, takeOver: boolean): Promise<() => void> {
  const mine: Holder = { pid: process.pid, began: beganAt(process.pid) ?? '', move };
  const written = `${path}.${process.pid}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    writeFileSync(written, JSON.stringify(mine), { mode: 0o600 });
    try {
      linkSync(written, path);
      return () => releaseLock(path, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(written, { force: true });
    }
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!isRunning(holder)) rmSync(path, { force: true });
    else if (takeOver && holder.move === move && holder.pid !== process.pid)
      process.kill(holder.pid, 'SIGKILL');
    else throw held(holder);
    await sleep(50);
  }
  throw held(readHolder(path));
}

/** Throws CutoverError `move-held` where a process is at work on it. Takes nothing. */
export function assertFree(path: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && isRunning(holder)) throw held(holder);
}

function releaseLock(path: string, mine: Holder): void {
  const holder = readHolder(path);
  if (holder?.pid === mine.pid && holder.began === mine.began) rmSync(path, { force: true });
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

const isRunning = ({ pid, began }: Holder): boolean => pid > 1 && beganAt(pid) === began;

/** Field 22 of /proc/<pid>/stat; undefined where there is no such process, or only what is left of one. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function held(holder: Holder | undefined): CutoverError {
  return new CutoverError('move-held', `another move (${holder?.move ?? 'unknown'}) is at work on this`, {
    next: 'wait for it, or end it with `cutover transfer cancel` where it was started',
    data: { move: holder?.move, pid: holder?.pid },
    exitCode: exitCodes.leaseHeld,
  });
}
