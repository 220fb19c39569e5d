import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import type { RunDirectory } from '@cutover/runs';
import { raiseFlag, seeRun } from '@cutover/runs';
import type { OpenWire } from '../wire/wire.ts';
import { isLeftLocked, Lockdown } from './lockdown.ts';
import { openMove, readMoveFacts } from './move-files.ts';
import { Session } from './session.ts';

export interface CancelOptions {
  readonly stateDir: string;
  readonly runId: string;
  readonly waitMs: number;
  /** Where given, what was received is removed too. */
  readonly discard?: { readonly openWire: OpenWire; readonly site: string; readonly version: string };
}

/**
 * Stops a move that is on, or undoes what one that died left locked. Answers what could not be undone.
 *
 * @throws CutoverError `run-goes-on` where it does not stop in time, `move-over` where it is done
 */
export async function cancelMove(options: CancelOptions): Promise<string[]> {
  const { stateDir, runId } = options;
  let seen = await seeRun(stateDir, runId);
  const facts = readMoveFacts(seen.dir);
  if (seen.state === 'done')
    throw new CutoverError('move-over', `the move ${runId} is done: there is nothing to cancel`, {
      next: 'the tree that was replaced is on the destination, in .cutover-transfer/<site>/generations',
      exitCode: exitCodes.usage,
    });
  const until = Date.now() + options.waitMs;
  for (; seen.state === 'running' || seen.state === 'stalled'; seen = await seeRun(stateDir, runId)) {
    await raiseFlag(seen, 'abort');
    if (Date.now() > until)
      throw new CutoverError('run-goes-on', `the move ${runId} has not stopped yet`, {
        next: 'wait; if its process hangs, end it, and cancel again: that undoes what it left',
        exitCode: exitCodes.leaseHeld,
      });
    await sleep(200);
  }
  const failed: string[] = [];
  if ((await isLeftLocked(seen.dir)) || options.discard !== undefined) {
    const opened = await openMove(stateDir, facts);
    try {
      failed.push(...(await undo(opened.run, facts.hooks, options)));
      if (facts.spool !== undefined) rmSync(join(facts.spool, runId), { recursive: true, force: true });
    } finally {
      await opened.run.close();
      opened.close();
    }
  }
  return failed;
}

async function undo(
  run: RunDirectory,
  hooks: ConstructorParameters<typeof Lockdown>[0],
  { discard, runId }: CancelOptions,
): Promise<string[]> {
  const lockdown = new Lockdown(hooks, run);
  let live = false;
  if (discard !== undefined) {
    const { openWire, site, version } = discard;
    const { session, welcome } = await Session.open(openWire(), {
      site,
      version,
      replace: true,
      move: runId,
    });
    live = welcome.done !== null;
    try {
      if (!live) await session.discard();
    } finally {
      session.close();
    }
  }
  if (live)
    throw new CutoverError('move-over', 'the destination has finished this move: it is live there', {
      next: 'start the same `cutover transfer send` again, which takes note of that; the source stays locked',
      exitCode: exitCodes.unknown,
    });
  return lockdown.unlock();
}
