import { callNode, type NodeFacts, readNodeConfig, type ShownRecord } from '@cutover/transfer/node';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { codeOf, recordOf, sayRecord, serverOf, untilEnded } from '../../node-options.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count, type Output } from '../../output.ts';

interface StatusOptions extends CommonOptions {
  readonly config: string;
  readonly server?: string;
  readonly watch?: boolean;
}

export function nodeStatusCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('status').description(
      'Say how a node stands, and its servers, or how one does: state, phase, bytes, rate, time left, and what to do next. Exit 1 where a move has failed, 4 where nobody knows whether it has ended.',
    ),
  )
    .requiredOption('--config <file>', 'the configuration of the node that is called: its address and key')
    .option('--server <uuid>', 'one server; all by default')
    .option('--watch', 'go on saying so until its move has ended; with --server')
    .action((options: StatusOptions) => finish(status(options)));
}

async function status(options: StatusOptions): Promise<number> {
  const out = outputOf(options);
  const config = readNodeConfig(options.config);
  const server = options.server === undefined ? undefined : serverOf(options.server);
  if (server !== undefined) {
    const record =
      options.watch === true ? await untilEnded(config, server, out, true) : await recordOf(config, server);
    out.document({ command: 'node status', ...record });
    return sayRecord(record, out);
  }
  const facts = (await callNode(config, 'GET', '/api/node')) as NodeFacts & { version: string };
  const { servers } = (await callNode(config, 'GET', '/api/servers')) as { servers: ShownRecord[] };
  sayNode(facts, out);
  for (const record of servers) sayRecord(record, out);
  out.document({ command: 'node status', node: facts, servers });
  return Math.max(0, ...servers.map(codeOf));
}

function sayNode({ id, url, version, ...facts }: NodeFacts & { version: string }, out: Output): void {
  out.line(`${out.paint('bold', id)}  ${url}  cutover ${version}`);
  out.line(
    `  ${count(facts.freeBytes)} of ${count(facts.totalBytes)} bytes free · ${count(facts.freeFiles)} names free · sending ${facts.sending}, receiving ${facts.receiving}`,
  );
}
