import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { forgetMoves } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, hubConfigOf, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf, wholeNumber } from '../../options.ts';

interface ForgetOptions extends HubOptions {
  readonly olderThan: number;
  readonly yes?: boolean;
}

const dayMs = 86_400_000;

export function movesForgetCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('forget').description(
      'Remove moves from the queue that have been over for long, with their keys: asked for again, one of them is a new move. Those whose folder the source still keeps aside stay. Workers do the same by keepMovesSeconds of the configuration.',
    ),
  )
    .requiredOption('--older-than <days>', 'those that ended before', wholeNumber)
    .option('--yes', 'do it; without it only what would be done is said')
    .action((options: ForgetOptions) => finish(run(options)));
}

async function run(options: ForgetOptions): Promise<number> {
  const out = outputOf(options);
  const { olderThan, yes } = options;
  const place = { config: hubConfigOf(options), stateDir: resolve(options.stateDir) };
  if (yes === true) {
    const moves = await forgetMoves(place, olderThan * dayMs);
    out.line(`${moves} moves forgotten`);
    out.document({ command: 'moves forget', dryRun: false, olderThanDays: olderThan, moves });
    return exitCodes.holds;
  }
  const due = await withStore(options, (store) =>
    store.read((rows) => rows.settled(new Date(+rows.now - olderThan * dayMs))),
  );
  const [oldest = null, newest = null] = [due[0]?.endedAt, due.at(-1)?.endedAt];
  const span = oldest === null || newest === null ? '' : `, which ended from ${oldest} to ${newest}`;
  out.line(`would forget ${due.length} moves${span}; add --yes to do it`);
  const dry = { dryRun: true, olderThanDays: olderThan, moves: due.length, oldest, newest };
  out.document({ command: 'moves forget', ...dry });
  return exitCodes.holds;
}
