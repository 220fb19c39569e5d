import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { serveHub } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, hubConfigOf, withHubOptions } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';

export function movesServeCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('serve').description(
      'Listen over HTTPS for what nodes report, and give the queue to other programs: polled, as server-sent events, enqueued and called off.',
    ),
  ).action((options: HubOptions) => finish(run(options)));
}

async function run(options: HubOptions): Promise<number> {
  const out = outputOf(options);
  const stop = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  const hub = await serveHub({
    ...{ config: hubConfigOf(options), stateDir: resolve(options.stateDir) },
    ...(options.quiet === true ? {} : { log: process.stderr }),
  });
  out.line(`listening on ${hub.url}`);
  out.document({ url: hub.url });
  await stop;
  await hub.close();
  return exitCodes.holds;
}
