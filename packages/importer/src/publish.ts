import { CutoverError } from '@cutover/core';
import type { ActivationResult, Head, MergeThreadsOptions } from '@cutover/stores';
import { type Delta, readDelta } from './delta.ts';
import { discardImport } from './kept-files.ts';
import { completedByOthers, settleStaged, type Settling } from './settle-staged.ts';

export interface PublishInput extends Settling {
  readonly importId: string;
  readonly branch: string;
  readonly tree: string;
  message(): string;
  /** Commits where the tree is what it was, too: the commit says what is given, or left away, from now on. */
  readonly always: boolean;
  /** Threads that merge private rows besides this one. */
  readonly mergeThreads?: MergeThreadsOptions | undefined;
}

export interface Published {
  readonly head: Head;
  readonly moved: boolean;
  readonly delta: Delta | undefined;
  /** Undefined where another import has completed ours, so that nobody here knows what it did. */
  readonly privates: ActivationResult | undefined;
}

/** Times that the branch may be moved by others before it is given up. */
const attempts = 5;

/**
 * Moves the branch and activates the rows, in the order that a crash can be repaired from: rows are sealed before,
 * the branch moves, rows are activated. Where another import was faster its rows are completed first, so that rows
 * follow each other as the commits do, and ours is put on top: the tree is a whole one, and no commit is lost.
 * Throws CutoverError `branch-moved` after all attempts.
 */
export async function publish(input: PublishInput): Promise<Published> {
  const { publicStore, privateStore, branch, tree, importId, profile } = input;
  for (let attempt = 1; ; attempt++) {
    // Read before others are settled: who moves the branch after that is found by the compare-and-swap.
    const before = await publicStore.head(branch);
    await settleStaged(input, importId);
    const moved = before?.tree !== tree || input.always;
    try {
      const head = moved
        ? await publicStore.commit(branch, { tree, message: input.message(), expected: before })
        : before;
      const delta = before && readDelta(publicStore, profile.target, before, head);
      // Who waits for it below throws it.
      delta?.catch(() => undefined);
      const privates = await privateStore
        .activate(importId, profile.target, input.mergeThreads)
        .catch(completedByOthers)
        .finally(() => delta?.catch(() => undefined));
      return { head, moved, delta: await delta, privates };
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'branch-moved') throw error;
      if (attempt < attempts) continue;
      await discardImport(privateStore, importId);
      throw error;
    }
  }
}
