import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { readNodeConfig, startNode } from '@cutover/transfer/node';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { version } from '../../version.ts';

interface ServeOptions extends CommonOptions {
  readonly config: string;
}

export function nodeServeCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('serve').description(
      'Run the node of this host until it is told to stop. What an earlier process left half-way is gone on with first: a verified server is put in place, one that was coming in waits for its source, one that was being sent has failed, is unlocked, and is said to have.',
    ),
  )
    .requiredOption(
      '--config <file>',
      'JSON: id, url, listen, tls, root, hub, key; see docs/operations/nodes.md',
    )
    .action((options: ServeOptions) => finish(serve(options)));
}

async function serve(options: ServeOptions): Promise<number> {
  const out = outputOf(options);
  const stop = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  const node = await startNode({
    config: readNodeConfig(options.config),
    stateDir: resolve(options.stateDir),
    version,
    ...(options.quiet === true ? {} : { log: process.stderr }),
  });
  out.line(`listening on ${node.url}`);
  out.document({ url: node.url });
  await stop;
  await node.close();
  return exitCodes.holds;
}
