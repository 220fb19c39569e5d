import { exitCodes } from '@cutover/core';
import { issueToken, readNodeConfig } from '@cutover/transfer/node';
import { Command, InvalidArgumentError } from 'commander';
import type { Finish } from '../../main.ts';
import { serverOf } from '../../node-options.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';

interface TokenOptions extends CommonOptions {
  readonly config: string;
  readonly server: string;
  readonly minutes: number;
}

export function nodeTokenCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('token').description(
      'Print a token with which one server may be sent to this node, once. It is what a source is given as "Bearer <token>"; treat it as a password.',
    ),
  )
    .requiredOption('--config <file>', 'the configuration of the destination')
    .requiredOption('--server <uuid>', 'the server that may be sent')
    .option('--minutes <n>', 'how long it can be used, at most 15', minutes, 10)
    .action((options: TokenOptions) => finish(token(options)));
}

async function token(options: TokenOptions): Promise<number> {
  const out = outputOf(options);
  const issued = await issueToken(readNodeConfig(options.config), serverOf(options.server), options.minutes);
  out.line(issued);
  out.document({ command: 'node token', token: issued });
  return exitCodes.holds;
}

function minutes(text: string): number {
  if (!/^([1-9]|1[0-5])$/.test(text)) throw new InvalidArgumentError('It must be minutes, 1 to 15.');
  return Number(text);
}
