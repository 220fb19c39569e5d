import { exitCodes } from '@cutover/core';
import { removeNode } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';

export function movesRemoveNodeCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('remove-node').description(
      'Have the hub forget a node and its key. Refused while a move that is not over is from or to it; its sites stay where they are.',
    ),
  )
    .argument('<node>', 'its id')
    .action((node: string, options: HubOptions) => finish(run(node, options)));
}

async function run(node: string, options: HubOptions): Promise<number> {
  await withStore(options, (store) => removeNode(store, node));
  const out = outputOf(options);
  out.line(`${node}  forgotten`);
  out.document({ command: 'moves remove-node', node });
  return exitCodes.holds;
}
