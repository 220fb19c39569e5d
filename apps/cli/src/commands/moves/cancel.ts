import { exitCodes } from '@cutover/core';
import { cancel } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, whoAsks, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';

interface CancelOptions extends HubOptions {
  readonly askedBy?: string;
}

export function movesCancelCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('cancel').description(
      'Call a move off. One that is on is stopped by its worker and leaves the source as it was; one whose site is at the destination already ends as done.',
    ),
  )
    .argument('<id>', 'the move')
    .option('--asked-by <name>', 'who asks; without, the user of this machine')
    .action((id: string, options: CancelOptions) => finish(run(id, options)));
}

async function run(id: string, options: CancelOptions): Promise<number> {
  const out = outputOf(options);
  const move = await withStore(options, (store) => cancel(store, id, options.askedBy ?? whoAsks()));
  out.line(
    move.state === 'cancelled'
      ? `${id}  cancelled`
      : `${id}  ${move.state}; a worker ends it, \`cutover moves watch ${id}\` follows`,
  );
  out.document({ command: 'moves cancel', move });
  return exitCodes.holds;
}
