import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { isEnded, listMoves, type ShownMove } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, linesOf, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';

const everyMs = 500;

export function movesWatchCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('watch').description(
      'Follow moves until they are over, all of the queue where none is named; each change is a line (with --log-format json a document a line on stderr). Exit 1 where one failed, 6 where one was cancelled.',
    ),
  )
    .argument('[ids...]', 'moves')
    .action((ids: string[], options: HubOptions) => finish(run(ids, options)));
}

function run(ids: string[], options: HubOptions): Promise<number> {
  const out = outputOf(options);
  return withStore(options, async (store, config) => {
    const shown = new Map<string, string>();
    const began = await store.read(({ now }) => Promise.resolve(now));
    for (;;) {
      // Without names: those of the queue when it began, and what came since.
      const filter = ids.length === 0 ? { endedSince: began.toISOString() } : { ids };
      const moves = await listMoves(store, filter, config.stuckSeconds);
      for (const id of ids) if (!moves.some((move) => move.id === id)) throw unknown(id);
      for (const move of moves.reverse()) {
        const said = digest(move);
        if (shown.get(move.id) === said) continue;
        shown.set(move.id, said);
        if (options.logFormat === 'json' && options.quiet !== true)
          process.stderr.write(`${JSON.stringify(move)}\n`);
        else for (const line of linesOf(move)) out.line(line);
      }
      if (moves.every(isEnded)) {
        if (moves.length === 0) out.note('no move');
        out.document({ command: 'moves watch', moves });
        return codeOf(moves);
      }
      await sleep(everyMs);
    }
  });
}

/** What makes another line: not each byte. */
const digest = ({ state, attempt, waits, percent, stuck, cancelledBy }: ShownMove): string =>
  JSON.stringify([state, attempt, waits, percent, stuck === null, cancelledBy]);

function codeOf(moves: readonly ShownMove[]): number {
  if (moves.some(({ state }) => state === 'failed')) return exitCodes.fails;
  return moves.some(({ state }) => state === 'cancelled') ? exitCodes.aborted : exitCodes.holds;
}

const unknown = (id: string): CutoverError =>
  new CutoverError('move-unknown', `there is no move ${id}`, {
    next: 'see `cutover moves list --all` for those that there are',
    exitCode: exitCodes.usage,
  });
