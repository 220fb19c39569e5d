import { Command } from 'commander';
import type { Finish } from '../main.ts';

type Make = (finish: Finish) => Command;

/** Each verification's module, loaded when it is asked for, as the commands themselves are. */
const verifications: Readonly<Record<string, () => Promise<Make>>> = {
  counts: async () => (await import('./verify/counts.ts')).verifyCountsCommand,
  history: async () => (await import('./verify/history.ts')).verifyHistoryCommand,
  redirects: async () => (await import('./verify/redirects.ts')).verifyRedirectsCommand,
  nameids: async () => (await import('./verify/nameids.ts')).verifyNameIdsCommand,
  freeze: async () => (await import('./verify/freeze.ts')).verifyFreezeCommand,
  routing: async () => (await import('./verify/routing.ts')).verifyRoutingCommand,
  'after-move': async () => (await import('./verify/after-move.ts')).verifyAfterMoveCommand,
  accounts: async () => (await import('./verify/accounts.ts')).verifyAccountsCommand,
  watch: async () => (await import('./verify/watch.ts')).verifyWatchCommand,
  callers: async () => (await import('./verify/callers.ts')).verifyCallersCommand,
};

/** The verification of that name, or all of them where there is none. */
export async function verifyCommand(finish: Finish, name?: string): Promise<Command> {
  const verify = new Command('verify').description('One verification at a time.');
  const one = name !== undefined && Object.hasOwn(verifications, name) ? verifications[name] : undefined;
  for (const load of one === undefined ? Object.values(verifications) : [one])
    verify.addCommand((await load())(finish));
  return verify;
}
