import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { seeRun } from '@cutover/runs';
import { cancelMove, newestMove, readMoveFacts } from '@cutover/transfer';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { reach, type ReachOptions, withReachOptions } from '../../transfer-options.ts';
import { version } from '../../version.ts';

interface CancelCommandOptions extends CommonOptions, Omit<ReachOptions, 'to'> {
  readonly discard?: boolean;
}

export function cancelCommand(finish: Finish): Command {
  return withReachOptions(
    withCommonOptions(
      new Command('cancel').description(
        'Stop a move, and unlock the source where it, or its process that died, had locked it. What has come stays on the destination, for the same send to go on with, unless --discard.',
      ),
    ),
  )
    .argument('[run]', 'id of the move; the newest by default')
    .option('--discard', 'remove what has come from the destination, too')
    .action((id: string | undefined, options: CancelCommandOptions) => finish(cancel(id, options)));
}

async function cancel(id: string | undefined, options: CancelCommandOptions): Promise<number> {
  const out = outputOf(options);
  const stateDir = resolve(options.stateDir);
  const runId = newestMove(stateDir, id);
  const { to } = readMoveFacts((await seeRun(stateDir, runId)).dir);
  const discard = options.discard === true ? { ...(await reach({ ...options, to })), version } : undefined;
  const failed = await cancelMove({
    stateDir,
    runId,
    waitMs: 30_000,
    ...(discard === undefined ? {} : { discard }),
  });
  for (const failure of failed) out.line(`${out.outcome('fails')} ${failure}`);
  out.line(failed.length === 0 ? `${runId} is cancelled` : 'unlock by hand what is named here');
  if (discard !== undefined) out.line('  what had come to the destination is removed');
  out.document({ command: 'transfer cancel', runId, failed, discarded: discard !== undefined });
  return failed.length === 0 ? exitCodes.holds : exitCodes.fails;
}
