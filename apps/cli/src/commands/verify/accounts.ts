import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startApi } from '@cutover/api';
import { type Check, CutoverError, exitCodes } from '@cutover/core';
import { type Profile, recordPath, writeToml } from '@cutover/records';
import {
  editTree,
  git,
  openPrivateStore,
  openPublicStore,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { checkAccountPaths, type MadeAccount, type MadeAccounts, startFakeGithub } from '@cutover/verify';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, loadProfile, outputOf, withCommonOptions } from '../../options.ts';
import { version } from '../../version.ts';
import { concludeVerification } from './conclude.ts';

interface AccountsOptions extends CommonOptions {
  readonly public: string;
  readonly branch: string;
  readonly report?: string;
}

export function verifyAccountsCommand(finish: Finish): Command {
  const command = new Command('accounts').description(
    'Walk the three ways to an old account: the address, the old password, staff review.\nBoots the new system on a copy of the public records with accounts made for it and a stand-in for GitHub; nothing of yours is changed.',
  );
  return withCommonOptions(command)
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .option('--branch <name>', 'branch to copy', 'legacy-import')
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
    const checks = await walk(profile, options, dir);
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

async function walk(profile: Profile, options: AccountsOptions, dir: string): Promise<Check[]> {
  const original = await openPublicStore(options.public);
  const copy = join(dir, 'public.git');
  // Objects are shared, not copied: the original is only read.
  await git(original.dir, ['clone', '--quiet', '--bare', '--shared', '.', copy]);
  const publicStore = await openPublicStore(copy);
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const accounts = await makeAccounts(profile, options.branch, publicStore, privateStore);
  const client = { id: 'cutover-verification', secret: randomBytes(24).toString('hex') };
  const github = await startFakeGithub(client);
  const api = await startApi({
    profile,
    publicStore,
    privateStore,
    branch: options.branch,
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

async function makeAccounts(
  profile: Profile,
  branch: string,
  publicStore: PublicStore,
  privateStore: PrivateStore,
): Promise<MadeAccounts> {
  const { accounts, sheets } = profile.target;
  if (accounts?.madeUp === undefined || accounts.github === undefined) throw noAccounts(profile.name);
  const sheet = sheets.find(({ name }) => name === accounts.sheet)!;
  const edits: { path: string; content: string }[] = [];
  const make = async (what: string): Promise<MadeAccount> => {
    const name = `cutover-${what}-${randomBytes(4).toString('hex')}`;
    const made = {
      id: randomUUID(),
      login: name,
      email: `${name}@example.org`,
      password: randomBytes(12).toString('hex'),
    };
    const { record, privates } = accounts.madeUp!({ ...made, slug: name, staff: what === 'staff' });
    edits.push({ path: recordPath(sheet.name, sheet.path, record), content: writeToml(record) });
    for (const [name_, row] of Object.entries(privates)) await privateStore.update(name_, row.id, () => row);
    return made;
  };
  const made = {
    byEmail: await make('email'),
    byPassword: await make('password'),
    deadEmail: await make('review'),
    staff: await make('staff'),
  };
  const head = await publicStore.head(branch);
  const tree = await editTree(publicStore.dir, head?.commit, edits);
  await publicStore.commit(branch, { tree, message: 'Accounts made for a verification\n', expected: head });
  return made;
}

function noAccounts(profile: string): CutoverError {
  return new CutoverError(
    'target-without-accounts',
    `people of the profile ${profile} cannot be made up, or do not sign in with GitHub`,
    {
      next: 'there is nothing to verify here for this target',
      exitCode: exitCodes.usage,
    },
  );
}
