import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { order, type OrderOptions, withOrderOptions } from './order.ts';

export function nodeRetryCommand(finish: Finish): Command {
  return withOrderOptions(
    new Command('retry')
      .description(
        'Send a server once more whose move failed or timed out, to the same node or to another. What is at the same node already is not sent again, where it is the beginning of the same archive.',
      )
      .option('--to <url>', 'another destination node; the same by default'),
  ).action((options: OrderOptions) => finish(order('retry', options)));
}
