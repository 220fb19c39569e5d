import { Command } from 'commander';
import type { Finish } from '../main.ts';

/** What each part's module makes, loaded when it is asked for. */
const parts: Readonly<Record<string, () => Promise<(finish: Finish) => Command>>> = {
  serve: async () => (await import('./node/serve.ts')).nodeServeCommand,
  send: async () => (await import('./node/send.ts')).nodeSendCommand,
  retry: async () => (await import('./node/retry.ts')).nodeRetryCommand,
  status: async () => (await import('./node/status.ts')).nodeStatusCommand,
  cancel: async () => (await import('./node/act.ts')).nodeActCommand('cancel'),
  discard: async () => (await import('./node/act.ts')).nodeActCommand('discard'),
  unlock: async () => (await import('./node/act.ts')).nodeActCommand('unlock'),
  archive: async () => (await import('./node/act.ts')).nodeActCommand('archive'),
  'clean-up': async () => (await import('./node/act.ts')).nodeActCommand('clean-up'),
  token: async () => (await import('./node/token.ts')).nodeTokenCommand,
};

export async function nodeCommand(finish: Finish, part?: string): Promise<Command> {
  const node = new Command('node').description(
    'A node on each host, which sends servers to other nodes and receives them, over HTTPS.',
  );
  const one = part !== undefined && Object.hasOwn(parts, part) ? parts[part] : undefined;
  for (const load of one === undefined ? Object.values(parts) : [one])
    node.addCommand((await load())(finish));
  return node;
}
