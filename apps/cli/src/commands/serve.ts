import { type ApiOptions, type Environment, environments, logWebhook, startApi } from '@cutover/api';
import { exitCodes } from '@cutover/core';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command, Option } from 'commander';
import { pino } from 'pino';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, httpUrl, outputOf, port, wholeNumber, withCommonOptions } from '../options.ts';
import { loadProfile } from '../profile.ts';
import { incomplete, type SamlCliOptions, samlOf, withSamlOptions } from '../saml-options.ts';
import { version } from '../version.ts';

interface ServeOptions extends CommonOptions, SamlCliOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  readonly strict?: boolean;
  readonly writable?: boolean;
  readonly origin?: string;
  readonly trustProxy?: string;
  readonly requestLimit: number;
  readonly drain: number;
  readonly githubClientId?: string;
  readonly githubUrl?: string;
  readonly githubApiUrl?: string;
}

export function serveCommand(finish: Finish): Command {
  const command = withCommonOptions(
    new Command('serve').description("The new system's HTTP API over imported stores."),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name>', 'branch to serve', 'legacy-import')
    .addOption(
      new Option('--environment <name>', 'what this site is; `cutover drill` breaks nothing in production')
        .choices(environments)
        .default('production'),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', port, 8080)
    .option('--strict', 'refuse to start where a record is bad')
    .option('--writable', 'let people change records; not on legacy-import, which imports replace')
    .option(
      '--request-limit <n>',
      'requests that one address may make a minute; 0: any number',
      wholeNumber,
      6000,
    )
    .option(
      '--drain <seconds>',
      'on SIGTERM, say that it is not ready and answer on for so long',
      wholeNumber,
      0,
    )
    .option('--origin <url>', 'origin of the site as browsers see it, e.g. https://example.org', httpUrl)
    .option('--trust-proxy <addresses>', 'proxies whose X-Forwarded-* headers are believed, comma-separated');
  return withGithubOptions(withSamlOptions(command)).action((options: ServeOptions) =>
    finish(serve(options)),
  );
}

function withGithubOptions(command: Command): Command {
  return command
    .option(
      '--github-client-id <id>',
      'OAuth app to sign in with; its secret is CUTOVER_GITHUB_CLIENT_SECRET',
    )
    .option('--github-url <url>', 'where people sign in to GitHub', httpUrl)
    .option('--github-api-url <url>', 'the API of GitHub', httpUrl);
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
    environment: options.environment,
    host: options.host,
    port: options.port,
    version,
    logger: loggerOf(options),
    sessionSecret: environment('CUTOVER_SESSION_SECRET'),
    internalSecret: environment('CUTOVER_INTERNAL_SECRET'),
    linkSecret: environment('CUTOVER_LINK_SECRET'),
    strict: options.strict === true,
    writable: options.writable === true,
    origin: options.origin,
    trustProxy: options.trustProxy,
    requestLimit: options.requestLimit === 0 ? undefined : { max: options.requestLimit, windowMs: 60_000 },
    drainMs: options.drain * 1000,
    saml: await samlOf(options),
    github: githubOf(options),
  });
  out.line(`listening on ${api.url}`);
  out.document({ url: api.url });
  await stop;
  await api.close();
  return exitCodes.holds;
}

function loggerOf({ quiet }: ServeOptions): ApiOptions['logger'] {
  const url = environment('CUTOVER_LOG_WEBHOOK');
  const webhook = url === undefined ? [] : [{ level: 'warn' as const, stream: logWebhook({ url }) }];
  const own = quiet === true ? [] : [{ level: 'info' as const, stream: process.stderr }];
  const streams = [...own, ...webhook];
  return streams.length === 0 ? undefined : pino({ level: 'info' }, pino.multistream(streams));
}

function githubOf({ githubClientId, githubUrl, githubApiUrl }: ServeOptions): ApiOptions['github'] {
  const clientSecret = environment('CUTOVER_GITHUB_CLIENT_SECRET');
  if (githubClientId === undefined) return undefined;
  if (clientSecret === undefined)
    throw incomplete('GitHub', '--github-client-id and CUTOVER_GITHUB_CLIENT_SECRET');
  return { clientId: githubClientId, clientSecret, webUrl: githubUrl, apiUrl: githubApiUrl };
}
