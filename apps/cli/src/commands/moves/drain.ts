import { exitCodes } from '@cutover/core';
import { drainNode } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';

interface DrainOptions extends HubOptions {
  readonly undo?: boolean;
}

export function movesDrainCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('drain').description(
      'Have the hub choose a node for no move any more. What is on goes on, and a move that names the node goes there.',
    ),
  )
    .argument('<node>', 'its id')
    .option('--undo', 'choose it again')
    .action((node: string, options: DrainOptions) => finish(run(node, options)));
}

async function run(node: string, options: DrainOptions): Promise<number> {
  const drained = options.undo !== true;
  await withStore(options, (store) => drainNode(store, node, drained));
  const out = outputOf(options);
  out.line(`${node}  ${drained ? 'drained: no move is sent there by the hub itself' : 'chosen again'}`);
  out.document({ command: 'moves drain', node, drained });
  return exitCodes.holds;
}
