import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Runs `work` while holding the lock file. A holder on this host whose process is gone is replaced.
 * Throws CutoverError `private-store-locked` after `waitMs`.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMs = 30_000): Promise<T> {
  const token = await acquire(path, waitMs);
  try {
    return await work();
  } finally {
    if ((await holderOf(path))?.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, waitMs: number): Promise<string> {
  const holder: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  const draft = `${path}.${holder.token}`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  const deadline = Date.now() + waitMs;
  try {
    for (;;) {
      try {
        // A hard link appears whole or not at all, so that nobody ever reads a half-written holder.
        await link(draft, path);
        return holder.token;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = await holderOf(path);
      if (other !== undefined && isDead(other)) await evict(path, other);
      else if (Date.now() > deadline) throw lockedBy(path, other);
      else await sleep(5 + Math.random() * 20);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isDead(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Moves a dead holder's lock aside; if another process took it in between, gives it back. */
async function evict(path: string, dead: Holder): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await holderOf(aside))?.token !== dead.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function lockedBy(path: string, other: Holder | undefined): CutoverError {
  const who = other === undefined ? 'somebody' : `process ${other.pid} on ${other.host}`;
  return new CutoverError('private-store-locked', `the private store is locked by ${who}`, {
    next: `wait for it, or, if it is gone for good, remove ${path}`,
    data: { path, ...(other === undefined ? {} : { pid: other.pid, host: other.host }) },
  });
}
