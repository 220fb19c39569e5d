import { execFile } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { removeSlowly } from '../tree/remove.ts';
import { applyRoot } from '../tree/write.ts';
import type { Done, RootFacts } from '../wire/messages.ts';
import type { Staging } from './staging.ts';

const run = promisify(execFile);

export interface FinalizeOptions {
  readonly generations: number;
  readonly root: RootFacts;
  /** Program of this side, run in the verified tree before it goes live; may run again after a crash. */
  readonly postSetup?: string;
}

/**
 * Puts a verified tree in the place of the live one by two renames, and remembers each step first: repeated after
 * a crash at any line it ends the same.
 *
 * | `tree` | live folder | what is left to do                                         |
 * | ------ | ----------- | ---------------------------------------------------------- |
 * | there  | there       | post-setup, move the live one away, rename the tree        |
 * | there  | not         | post-setup (where nothing was to be replaced), rename      |
 * | not    | there       | the rename is done                                         |
 *
 * @throws CutoverError `not-verified`, `post-setup-failed`
 */
export async function finalize(staging: Staging, options: FinalizeOptions): Promise<Done> {
  const { done, verified } = staging.state;
  if (done !== undefined) return done;
  if (verified === undefined || verified.differences > 0)
    throw new CutoverError('not-verified', `${staging.site} was not verified: it cannot go live`, {
      next: 'start the same `cutover transfer send` again, which verifies first',
      exitCode: exitCodes.fails,
    });
  if (staging.state.phase !== 'finalizing') {
    const replaced = existsSync(staging.target) ? stamp() : null;
    const { generations, root } = options;
    staging.save({ phase: 'finalizing', replaced, finalize: { generations, root } });
  }
  const { replaced = null, finalize: asked = options } = staging.state;
  if (existsSync(staging.tree)) {
    if (options.postSetup !== undefined) await postSetup(staging, options.postSetup);
    // Everything must be on disk before it is called live.
    await run('sync', ['-f', staging.tree]);
    mkdirSync(staging.generations, { recursive: true, mode: 0o700 });
    if (replaced !== null && existsSync(staging.target))
      renameSync(staging.target, join(staging.generations, replaced));
    renameSync(staging.tree, staging.target);
    syncFolder(dirname(staging.target));
    syncFolder(staging.generations);
  }
  return conclude(staging, verified, replaced, asked);
}

async function conclude(
  staging: Staging,
  verified: { entries: number; bytes: number; digest: string },
  replaced: string | null,
  { generations, root }: { generations: number; root: RootFacts },
): Promise<Done> {
  applyRoot(Buffer.from(staging.target), root);
  const { entries, bytes, digest } = verified;
  const result: Done = {
    type: 'done',
    path: staging.target,
    entries,
    bytes,
    digest,
    finishedAt: new Date().toISOString(),
    replaced: replaced === null || generations === 0 ? null : join(staging.generations, replaced),
  };
  staging.save({ phase: 'done', done: result });
  const kept = readdirSync(staging.generations).sort();
  for (const old of kept.slice(0, Math.max(0, kept.length - generations)))
    await removeSlowly(join(staging.generations, old));
  await staging.discard();
  return result;
}

async function postSetup(staging: Staging, program: string): Promise<void> {
  try {
    await run(program, [], {
      cwd: staging.tree,
      env: { ...process.env, CUTOVER_SITE: staging.site, CUTOVER_TARGET: staging.target },
      maxBuffer: 1024 * 1024,
    });
  } catch (cause) {
    // Nothing is live: what the source changes from here on can still be taken over.
    staging.save({ phase: 'receiving', verified: undefined, touched: true });
    throw new CutoverError(
      'post-setup-failed',
      `the post-setup program of the destination failed: ${tail(cause)}`,
      {
        next: `mend ${program} on the destination, then start the same command again; nothing has gone live`,
        exitCode: exitCodes.stoppedByFault,
        cause,
      },
    );
  }
}

function tail(error: unknown): string {
  const { stderr } = error as { stderr?: string };
  return (stderr?.trim() ?? '').slice(-300) || messageOf(error);
}

/** Sorts by time. */
const stamp = (): string => new Date().toISOString().replaceAll(/[:.]/g, '-');

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
