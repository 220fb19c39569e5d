import { readFile } from 'node:fs/promises';
import { type ApiOptions, logWebhook, startApi } from '@cutover/api';
import { CutoverError, exitCodes } from '@cutover/core';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command, Option } from 'commander';
import { pino } from 'pino';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, httpUrl, loadProfile, outputOf, port, withCommonOptions } from '../options.ts';
import { version } from '../version.ts';

interface ServeOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly host: string;
  readonly port: number;
  readonly strict?: boolean;
  readonly writable?: boolean;
  readonly origin?: string;
  readonly trustProxy?: string;
  readonly samlHost?: string;
  readonly samlIssuer?: string;
  readonly samlCertificate?: string;
  readonly samlNextCertificate?: string;
  readonly samlSign: 'response' | 'assertion' | 'both';
  readonly samlDigest: 'sha256' | 'sha1';
  readonly samlAudience?: string;
  readonly samlAcsUrl?: readonly string[];
  readonly samlRequestCertificate?: readonly string[];
  readonly githubClientId?: string;
  readonly githubUrl?: string;
  readonly githubApiUrl?: string;
}

export function serveCommand(finish: Finish): Command {
  const command = withCommonOptions(
    new Command('serve').description("The new system's HTTP API over imported stores."),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir')
    .option('--branch <name>', 'branch to serve', 'legacy-import')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', port, 8080)
    .option('--strict', 'refuse to start where a record is bad')
    .option('--writable', 'let people change records; not on legacy-import, which imports replace')
    .option('--origin <url>', 'origin of the site as browsers see it, e.g. https://example.org', httpUrl)
    .option('--trust-proxy <addresses>', 'proxies whose X-Forwarded-* headers are believed, comma-separated');
  return withGithubOptions(withSamlOptions(command)).action((options: ServeOptions) =>
    finish(serve(options)),
  );
}

function withSamlOptions(command: Command): Command {
  return command
    .option('--saml-host <host>', 'the SAML service: its host for this site, e.g. team.slack.com')
    .option('--saml-issuer <name>', 'issuer of assertions; the legacy one, where nobody shall notice')
    .option('--saml-certificate <file>', 'certificate of the key in CUTOVER_SAML_KEY_FILE, PEM')
    .option('--saml-next-certificate <file>', 'the certificate that comes next: announced, not used')
    .addOption(
      new Option('--saml-sign <part>', 'what is signed')
        .choices(['response', 'assertion', 'both'])
        .default('both'),
    )
    .addOption(
      new Option('--saml-digest <name>', 'digest of signatures')
        .choices(['sha256', 'sha1'])
        .default('sha256'),
    )
    .option('--saml-audience <name>', 'audience of assertions; none by default')
    .option('--saml-acs-url <url...>', "addresses at the service, instead of the profile's", undefined)
    .option('--saml-request-certificate <file...>', 'certificates of the service: refuse unsigned requests');
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
    host: options.host,
    port: options.port,
    version,
    logger: loggerOf(options),
    sessionSecret: environment('CUTOVER_SESSION_SECRET'),
    internalSecret: environment('CUTOVER_INTERNAL_SECRET'),
    strict: options.strict === true,
    writable: options.writable === true,
    origin: options.origin,
    trustProxy: options.trustProxy,
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

async function samlOf(options: ServeOptions): Promise<ApiOptions['saml']> {
  const { samlHost: host, samlIssuer: issuer, samlCertificate: certificate } = options;
  const key = environment('CUTOVER_SAML_KEY_FILE');
  if ([host, issuer, certificate, key].every((one) => one === undefined)) return undefined;
  if (host === undefined || issuer === undefined || certificate === undefined || key === undefined) {
    throw incomplete('SAML', '--saml-host, --saml-issuer, --saml-certificate and CUTOVER_SAML_KEY_FILE');
  }
  const next = options.samlNextCertificate;
  return {
    host,
    issuer,
    certificate: await fileText(certificate),
    key: await fileText(key),
    nextCertificate: next === undefined ? undefined : await fileText(next),
    sign: options.samlSign === 'both' ? ['response', 'assertion'] : [options.samlSign],
    digest: options.samlDigest,
    audience: options.samlAudience,
    acsUrls: options.samlAcsUrl,
    requestCertificates: await Promise.all((options.samlRequestCertificate ?? []).map(fileText)),
  };
}

function githubOf({ githubClientId, githubUrl, githubApiUrl }: ServeOptions): ApiOptions['github'] {
  const clientSecret = environment('CUTOVER_GITHUB_CLIENT_SECRET');
  if (githubClientId === undefined) return undefined;
  if (clientSecret === undefined)
    throw incomplete('GitHub', '--github-client-id and CUTOVER_GITHUB_CLIENT_SECRET');
  return { clientId: githubClientId, clientSecret, webUrl: githubUrl, apiUrl: githubApiUrl };
}

function incomplete(what: string, wanted: string): CutoverError {
  return new CutoverError('serve-options-incomplete', `${what} wants all of ${wanted}`, {
    next: 'give the rest, or none of them',
    exitCode: exitCodes.usage,
  });
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CutoverError('file-unreadable', `${path} cannot be read`, {
      next: 'give the path of a file that this user may read',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}
