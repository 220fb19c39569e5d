import { startApi } from '@cutover/api';
import { exitCodes } from '@cutover/core';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import { pino } from 'pino';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, loadProfile, outputOf, port, withCommonOptions } from '../options.ts';
import { version } from '../version.ts';

interface ServeOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly host: string;
  readonly port: number;
  readonly strict?: boolean;
}

export function serveCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('serve').description("The new system's HTTP API over imported stores."),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir')
    .option('--branch <name>', 'branch to serve', 'legacy-import')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', port, 8080)
    .option('--strict', 'refuse to start where a record is bad')
    .action((options: ServeOptions) => finish(serve(options)));
}

async function serve(options: ServeOptions): Promise<number> {
  const out = outputOf(options);
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const api = await startApi({
    profile: await loadProfile(options.profile),
    publicStore: await openPublicStore(options.public),
    privateStore: await openPrivateStore(options.private),
    branch: options.branch,
    host: options.host,
    port: options.port,
    version,
    logger: options.quiet === true ? undefined : pino({ level: 'info' }, process.stderr),
    sessionSecret: environment('CUTOVER_SESSION_SECRET'),
    internalSecret: environment('CUTOVER_INTERNAL_SECRET'),
    strict: options.strict === true,
  });
  out.line(`listening on ${api.url}`);
  out.document({ url: api.url });
  await stop;
  await api.close();
  return exitCodes.holds;
}
