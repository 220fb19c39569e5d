import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { verifyAccountsCommand } from './verify/accounts.ts';
import { verifyAfterMoveCommand } from './verify/after-move.ts';
import { verifyCountsCommand } from './verify/counts.ts';
import { verifyFreezeCommand } from './verify/freeze.ts';
import { verifyNameIdsCommand } from './verify/nameids.ts';
import { verifyRedirectsCommand } from './verify/redirects.ts';
import { verifyRoutingCommand } from './verify/routing.ts';

export function verifyCommand(finish: Finish): Command {
  const verify = new Command('verify').description('One verification at a time.');
  verify.addCommand(verifyCountsCommand(finish));
  verify.addCommand(verifyRedirectsCommand(finish));
  verify.addCommand(verifyNameIdsCommand(finish));
  verify.addCommand(verifyFreezeCommand(finish));
  verify.addCommand(verifyRoutingCommand(finish));
  verify.addCommand(verifyAfterMoveCommand(finish));
  verify.addCommand(verifyAccountsCommand(finish));
  return verify;
}
