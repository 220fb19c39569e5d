import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Check } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { git, openPrivateStore, openPublicStore } from '@cutover/stores';
import { checkAccountPaths, startFakeGithub } from '@cutover/verify';
import { Command, InvalidArgumentError } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, httpUrl, outputOf, withCommonOptions } from '../../options.ts';
import { loadProfile } from '../../profile.ts';
import { version } from '../../version.ts';
import { walkOnTarget } from './accounts-on-target.ts';
import { concludeVerification } from './conclude.ts';
import { makeAccounts } from './made-accounts.ts';

export interface AccountsOptions extends CommonOptions {
  readonly public: string;
  readonly branch: string;
  readonly target?: string;
  readonly private?: string;
  readonly githubListen?: { readonly host: string; readonly port: number };
  readonly githubClientId?: string;
  readonly yes?: boolean;
  readonly report?: string;
}

export function verifyAccountsCommand(finish: Finish): Command {
  const command = new Command('accounts').description(
    'Walk the three ways to an old account: the address, the old password, staff review.\nBoots the new system on a copy of the public records with accounts made for it and a stand-in for GitHub; nothing of yours is changed.\nWith --target a running one is walked instead, which was started with --github-url and --github-api-url of the stand-in here.',
  );
  return withCommonOptions(command)
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .option('--branch <name>', 'branch to copy, or that --target serves', 'legacy-import')
    .option('--target <url>', 'a running site: accounts are made in its stores, and removed after', httpUrl)
    .option('--private <url>', 'with --target: its private store')
    .option(
      '--github-listen <host:port>',
      'with --target: where the stand-in for GitHub listens',
      hostAndPort,
    )
    .option(
      '--github-client-id <id>',
      'with --target: that of its OAuth app; the secret is CUTOVER_GITHUB_CLIENT_SECRET',
    )
    .option('--yes', 'with --target: really make the accounts; their records stay in the history')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: AccountsOptions) => finish(verifyAccounts(options)));
}

async function verifyAccounts(options: AccountsOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const dir = await mkdtemp(join(resolve(options.stateDir), 'accounts-'));
  try {
    const checks =
      options.target === undefined
        ? await walkOnCopy(profile, options, dir)
        : await walkOnTarget(profile, options, options.target);
    return await concludeVerification(out, {
      command: 'verify accounts',
      startedAt,
      checks,
      report: options.report,
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function walkOnCopy(profile: Profile, options: AccountsOptions, dir: string): Promise<Check[]> {
  const original = await openPublicStore(options.public);
  const copy = join(dir, 'public.git');
  // Objects are shared, not copied: the original is only read.
  await git(original.dir, ['clone', '--quiet', '--bare', '--shared', '.', copy]);
  const publicStore = await openPublicStore(copy);
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const { branch } = options;
  const { accounts } = await makeAccounts({ profile, branch, publicStore, privateStore });
  const client = { id: 'cutover-verification', secret: randomBytes(24).toString('hex') };
  const github = await startFakeGithub(client);
  const { startApi } = await import('@cutover/api');
  const api = await startApi({
    profile,
    publicStore,
    privateStore,
    branch,
    host: '127.0.0.1',
    port: 0,
    version,
    github: { clientId: client.id, clientSecret: client.secret, webUrl: github.url, apiUrl: github.url },
  });
  try {
    return await checkAccountPaths({ url: api.url, github, accounts });
  } finally {
    await api.close();
    await github.stop();
  }
}

function hostAndPort(text: string): { host: string; port: number } {
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (at < 1 || !/^\d+$/.test(text.slice(at + 1)) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('It must be HOST:PORT.');
  return { host: text.slice(0, at), port };
}
