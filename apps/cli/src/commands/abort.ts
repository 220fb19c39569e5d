import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { raiseFlag, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, positiveInteger, withCommonOptions } from '../options.ts';

interface AbortOptions extends CommonOptions {
  readonly wait: number;
}

export function abortCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('abort').description('Stop a run at its next safe point, with nothing half-done.'),
  )
    .argument('[run]', 'id of the run; the newest by default')
    .option('--wait <seconds>', 'how long to wait for it', positiveInteger, 60)
    .action((id: string | undefined, options: AbortOptions) => finish(abort(id, options)));
}

/** Exit code 0 once the run has stopped, 4 where it goes on after the wait. */
async function abort(id: string | undefined, options: AbortOptions): Promise<number> {
  const out = outputOf(options);
  const stateDir = resolve(options.stateDir);
  let seen = await seeRun(stateDir, id);
  const { runId } = seen.status;
  if (!seen.atWork) {
    throw new CutoverError('run-ended', `nothing goes through the run ${runId}: it is ${seen.state}`, {
      next: 'there is nothing to stop; `cutover status` says how it ended',
      exitCode: exitCodes.usage,
    });
  }
  await raiseFlag(seen, 'abort');
  out.note(`asked ${runId} to stop at its next safe point`);
  for (const until = Date.now() + options.wait * 1000; Date.now() < until; await sleep(100)) {
    seen = await seeRun(stateDir, runId);
    if (!seen.atWork) break;
  }
  const stopped = !seen.atWork;
  out.line(stopped ? `${runId}: ${seen.state}` : `${runId} goes on: it has not reached a safe point yet`);
  out.document({ runId, state: seen.state, stopped });
  return stopped ? exitCodes.holds : exitCodes.unknown;
}
