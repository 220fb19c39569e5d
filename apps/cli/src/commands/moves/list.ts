import { exitCodes } from '@cutover/core';
import { isEnded, listMoves } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, linesOf, siteOf, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf, positiveInteger } from '../../options.ts';

interface ListOptions extends HubOptions {
  readonly site?: string;
  readonly all?: boolean;
  readonly stuck?: boolean;
  readonly limit: number;
}

export function movesListCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('list').description(
      'Moves that are not over: how they stand, who asked for them, and why they wait. With --stuck those that have not changed for long; exit 1 where there are any.',
    ),
  )
    .option('--site <uuid>', 'of one site, those that are over as well')
    .option('--all', 'those that are over as well')
    .option('--stuck', 'those that are stuck alone')
    .option('--limit <n>', 'at most so many, the newest', positiveInteger, 1000)
    .action((options: ListOptions) => finish(run(options)));
}

async function run(options: ListOptions): Promise<number> {
  const out = outputOf(options);
  const site = options.site === undefined ? undefined : siteOf(options.site);
  const states =
    options.all === true || site !== undefined
      ? undefined
      : (['queued', 'preparing', 'sending', 'finalizing', 'failing'] as const);
  const found = await withStore(options, (store, config) =>
    listMoves(store, { site, states, limit: options.limit }, config.stuckSeconds),
  );
  const moves = options.stuck === true ? found.filter(({ stuck }) => stuck !== null) : found;
  for (const move of moves) for (const line of linesOf(move)) out.line(line);
  if (moves.length === 0) out.note(options.stuck === true ? 'no move is stuck' : 'no move');
  out.document({ command: 'moves list', moves });
  const isStuck = options.stuck === true && moves.some((move) => !isEnded(move));
  return isStuck ? exitCodes.fails : exitCodes.holds;
}
