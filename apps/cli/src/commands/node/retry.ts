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

interface RetryOptions extends NodeOptions {
  readonly to?: string;
  readonly tokenFile: string;
  readonly wait: boolean;
}

export function nodeRetryCommand(finish: Finish): Command {
  return withNodeOptions(
    new Command('retry').description(
      'Send a server once more whose move failed or timed out, to the same node or to another. What is at the same node already is not sent again, where it is the beginning of the same archive.',
    ),
  )
    .option('--to <url>', 'another destination node; the same by default')
    .requiredOption(
      '--token-file <file>',
      'a new token that the destination printed (`cutover node token`); - for stdin',
    )
    .option('--no-wait', 'end once the node has taken it')
    .action((options: RetryOptions) => finish(retry(options)));
}

async function retry(options: RetryOptions): Promise<number> {
  const out = outputOf(options);
  const server = serverOf(options.server);
  const to = options.to === undefined ? undefined : nodeUrl(options.to);
  const config = readNodeConfig(options.config);
  await callNode(config, 'POST', `/api/servers/${server}/transfer/retry`, {
    token: bearerFrom(options.tokenFile),
    ...(to === undefined ? {} : { url: to }),
  });
  const record = await untilEnded(config, server, out, options.wait);
  out.document({ command: 'node retry', ...record });
  return sayRecord(record, out);
}
