import { hostname } from 'node:os';
import { CutoverError } from '@cutover/core';
import type { Profile } from '@cutover/records';
import type { PrivateStore, PublicStore, StagedOwner } from '@cutover/stores';
import { discardImport } from './kept-files.ts';

export interface Settling {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly profile: Profile;
}

/** Imports that this process is making. */
const running = new Set<string>();

/** Says that an import is under way, until what this gives is called. */
export function beginRunning(importId: string): () => void {
  running.add(importId);
  return () => void running.delete(importId);
}

/** Of an import on another machine nobody here can say whether it is under way; after a day it is not. */
const strangerMs = 86_400_000;

/**
 * Completes or discards what a killed import left staged: the branch says which. Rows of an import whose tree the
 * branch is at are completed whoever staged them; those of one that is under way elsewhere are left alone.
 */
export async function settleStaged(
  { publicStore, privateStore, profile }: Settling,
  own = '',
): Promise<void> {
  for (const { importId, manifest, owner } of await privateStore.listStaged()) {
    if (importId === own) continue;
    const head = manifest === undefined ? undefined : await publicStore.head(manifest.branch);
    if (manifest !== undefined && head?.tree === manifest.tree) {
      await privateStore.activate(importId, profile.target).catch(completedByOthers);
    } else if (!isRunning(importId, owner)) {
      await discardImport(privateStore, importId);
    }
  }
}

/** Rows that were sealed, with the branch at their tree, are gone once they are completed: somebody was faster. */
export function completedByOthers(error: unknown): undefined {
  if (error instanceof CutoverError && error.code === 'import-not-staged') return undefined;
  throw error;
}

function isRunning(importId: string, owner: StagedOwner | undefined): boolean {
  if (running.has(importId)) return true;
  if (owner === undefined) return false;
  if (owner.host !== hostname()) return Date.now() - Date.parse(owner.at) < strangerMs;
  // A process of our own number that is not ours was one before us: containers give the same number again.
  return owner.pid !== process.pid && isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
