import { callNode, readNodeConfig } from '@cutover/transfer/node';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import {
  bearerFrom,
  nodeUrl,
  type NodeOptions,
  sayRecord,
  serverOf,
  untilEnded,
  withNodeOptions,
} from '../../node-options.ts';
import { outputOf } from '../../options.ts';

interface SendOptions extends NodeOptions {
  readonly to: string;
  readonly tokenFile: string;
  readonly wait: boolean;
}

export function nodeSendCommand(finish: Finish): Command {
  return withNodeOptions(
    new Command('send').description(
      'Send a server from the node of this host to another, and say how it goes until it has ended. The move is the node’s: it goes on where this command is stopped.',
    ),
  )
    .requiredOption('--to <url>', 'the destination node')
    .requiredOption(
      '--token-file <file>',
      'the token that the destination printed (`cutover node token`); - for stdin',
    )
    .option('--no-wait', 'end once the node has taken it')
    .action((options: SendOptions) => finish(send(options)));
}

async function send(options: SendOptions): Promise<number> {
  const out = outputOf(options);
  const server = serverOf(options.server);
  const to = nodeUrl(options.to);
  const config = readNodeConfig(options.config);
  const token = bearerFrom(options.tokenFile);
  await callNode(config, 'POST', `/api/servers/${server}/transfer`, {
    ...{ url: to, token, server: { uuid: server } },
  });
  if (!options.wait) out.note('the node has taken it; `cutover node status` says how it goes');
  const record = await untilEnded(config, server, out, options.wait);
  out.document({ command: 'node send', ...record });
  return sayRecord(record, out);
}
