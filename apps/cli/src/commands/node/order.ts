import { callNode, readNodeConfig } from '@cutover/transfer/node';
import type { Command } from 'commander';
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

export interface OrderOptions extends NodeOptions {
  readonly to?: string;
  readonly tokenFile: string;
  readonly wait: boolean;
}

/** Options of commands that have a node send a server. */
export const withOrderOptions = (command: Command): Command =>
  withNodeOptions(command)
    .requiredOption(
      '--token-file <file>',
      'the token that the destination printed, a new one each time (`cutover node token`); - for stdin',
    )
    .option('--no-wait', 'end once the node has taken it');

/** Has the node of this host send a server, and says how it goes until it has ended. Answers the exit code. */
export async function order(name: 'send' | 'retry', options: OrderOptions): Promise<number> {
  const out = outputOf(options);
  const server = serverOf(options.server);
  const url = options.to === undefined ? {} : { url: nodeUrl(options.to) };
  const config = readNodeConfig(options.config);
  const token = bearerFrom(options.tokenFile);
  const [path, body] =
    name === 'send'
      ? [`/api/servers/${server}/transfer`, { ...url, token, server: { uuid: server } }]
      : [`/api/servers/${server}/transfer/retry`, { ...url, token }];
  await callNode(config, 'POST', path, body);
  if (!options.wait) out.note('the node has taken it; `cutover node status` says how it goes');
  const record = await untilEnded(config, server, out, options.wait);
  out.document({ command: `node ${name}`, ...record });
  return sayRecord(record, out);
}
