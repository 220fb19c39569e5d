import { exitCodes } from '@cutover/core';
import { enqueue } from '@cutover/hub';
import { Command, InvalidArgumentError } from 'commander';
import { type HubOptions, siteOf, whoAsks, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf, positiveInteger } from '../../options.ts';

interface EnqueueOptions extends HubOptions {
  readonly site: string;
  readonly from: string;
  readonly to?: string;
  readonly key?: string;
  readonly askedBy?: string;
  readonly priority: number;
  readonly attempts?: number;
}

export function movesEnqueueCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('enqueue').description(
      'Ask for a move of a site from one node to another. Asked for twice it is one move: by its key, or else by site and nodes while it is not over.',
    ),
  )
    .requiredOption('--site <uuid>', 'the site, by the UUID that its folder is called by')
    .requiredOption('--from <node>', 'node that it lies on')
    .option('--to <node>', 'node that it goes to; without, the one with the most room')
    .option('--key <text>', 'of whoever asks: the same key is the same move, also when it is over', key)
    .option('--asked-by <name>', 'who asks; without, the user of this machine')
    .option('--priority <n>', 'higher goes first', whole, 0)
    .option('--attempts <n>', 'at most so many; without, as the configuration says', positiveInteger)
    .action((options: EnqueueOptions) => finish(run(options)));
}

async function run(options: EnqueueOptions): Promise<number> {
  const out = outputOf(options);
  const { move, isNew } = await withStore(options, (store, config) =>
    enqueue(store, {
      ...{ site: siteOf(options.site), source: options.from, destination: options.to ?? null },
      ...{ askedBy: options.askedBy ?? whoAsks(), key: options.key ?? null, priority: options.priority },
      maxAttempts: options.attempts ?? config.attempts,
    }),
  );
  out.line(isNew ? `${move.id}  ${move.state}` : `${move.id}  ${move.state}, was asked for before`);
  out.document({ command: 'moves enqueue', isNew, move });
  return exitCodes.holds;
}

function key(text: string): string {
  if (text === '' || text.length > 200) throw new InvalidArgumentError('It must be 1 to 200 characters.');
  return text;
}

function whole(text: string): number {
  if (!/^-?\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
