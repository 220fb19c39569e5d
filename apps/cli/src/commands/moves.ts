import { Command } from 'commander';
import type { Finish } from '../main.ts';

/** What each part's module makes, loaded when it is asked for. */
const parts: Readonly<Record<string, () => Promise<(finish: Finish) => Command>>> = {
  enqueue: async () => (await import('./moves/enqueue.ts')).movesEnqueueCommand,
  list: async () => (await import('./moves/list.ts')).movesListCommand,
  watch: async () => (await import('./moves/watch.ts')).movesWatchCommand,
  cancel: async () => (await import('./moves/cancel.ts')).movesCancelCommand,
  check: async () => (await import('./moves/check.ts')).movesCheckCommand,
  forget: async () => (await import('./moves/forget.ts')).movesForgetCommand,
  serve: async () => (await import('./moves/serve.ts')).movesServeCommand,
  'add-node': async () => (await import('./moves/add-node.ts')).movesAddNodeCommand,
  'remove-node': async () => (await import('./moves/remove-node.ts')).movesRemoveNodeCommand,
  drain: async () => (await import('./moves/drain.ts')).movesDrainCommand,
  nodes: async () => (await import('./moves/nodes.ts')).movesNodesCommand,
};

export async function movesCommand(finish: Finish, part?: string): Promise<Command> {
  const moves = new Command('moves').description(
    'The queue of moves of sites from node to node: rows in PostgreSQL, or files of the state folder on one machine. `cutover worker` carries them out.',
  );
  const one = part !== undefined && Object.hasOwn(parts, part) ? parts[part] : undefined;
  for (const load of one === undefined ? Object.values(parts) : [one])
    moves.addCommand((await load())(finish));
  return moves;
}
