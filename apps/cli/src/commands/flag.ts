import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { type Flag, raiseFlag, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';

interface FlagOptions extends CommonOptions {
  readonly off?: boolean;
}

export function postponeCommand(finish: Finish): Command {
  return flagCommand('postpone', 'Hold the flip back, until this is given again with --off.', finish);
}

export function panicCommand(finish: Finish): Command {
  return flagCommand(
    'panic',
    'Stop a run at once where it is, before whatever it would do next. Then: cutover rollback, or resume.',
    finish,
  );
}

function flagCommand(flag: Flag, description: string, finish: Finish): Command {
  return withCommonOptions(new Command(flag).description(description))
    .argument('[run]', 'id of the run; the newest by default')
    .option('--off', 'take it back')
    .action((id: string | undefined, options: FlagOptions) => finish(raise(flag, id, options)));
}

async function raise(flag: Flag, id: string | undefined, options: FlagOptions): Promise<number> {
  const out = outputOf(options);
  const seen = await seeRun(resolve(options.stateDir), id);
  const up = options.off !== true;
  await raiseFlag(seen, flag, up);
  out.line(`${seen.status.runId}: ${flag} is ${up ? 'on' : 'off'}`);
  out.document({ runId: seen.status.runId, flag, up });
  return exitCodes.holds;
}
