import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { order, type OrderOptions, withOrderOptions } from './order.ts';

export function nodeSendCommand(finish: Finish): Command {
  return withOrderOptions(
    new Command('send')
      .description(
        'Send a server from the node of this host to another, and say how it goes until it has ended. The move is the node’s: it goes on where this command is stopped.',
      )
      .requiredOption('--to <url>', 'the destination node'),
  ).action((options: OrderOptions) => finish(order('send', options)));
}
