import { Command } from 'commander';
import type { Finish } from '../main.ts';

/** What each part's module makes, loaded when it is asked for. */
const parts: Readonly<Record<string, () => Promise<(finish: Finish) => Command>>> = {
  check: async () => (await import('./transfer/check.ts')).checkCommand,
  send: async () => (await import('./transfer/send.ts')).sendCommand,
  receive: async () => (await import('./transfer/receive.ts')).receiveCommand,
  status: async () => (await import('./transfer/status.ts')).transferStatusCommand,
  after: async () => (await import('./transfer/after.ts')).afterCommand,
  cancel: async () => (await import('./transfer/cancel.ts')).cancelCommand,
};

export async function transferCommand(finish: Finish, part?: string): Promise<Command> {
  const transfer = new Command('transfer').description(
    'Move a folder from this host to another: in passes while the source runs, then once more while it is locked, verified file by file.',
  );
  const one = part !== undefined && Object.hasOwn(parts, part) ? parts[part] : undefined;
  for (const load of one === undefined ? Object.values(parts) : [one])
    transfer.addCommand((await load())(finish));
  return transfer;
}
