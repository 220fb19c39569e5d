import { type Check, CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { checkAccountPaths, type FakeGithub, startFakeGithub } from '@cutover/verify';
import { environment } from '../../environment.ts';
import type { AccountsOptions } from './accounts.ts';
import { type AccountPlace, makeAccounts, removeAccounts } from './made-accounts.ts';

/**
 * Walks the account paths on a running site over HTTP, with accounts made in its stores and removed after. Throws
 * CutoverError `accounts-incomplete` before anything is made, and `target-not-reloaded`.
 */
export async function walkOnTarget(
  profile: Profile,
  options: AccountsOptions,
  url: string,
): Promise<Check[]> {
  const means = meansOf(options);
  const place: AccountPlace = {
    profile,
    branch: options.branch,
    publicStore: await openPublicStore(options.public),
    privateStore: await openPrivateStore(means.privateUrl),
  };
  const github = await startStandIn(means);
  try {
    const made = await makeAccounts(place);
    let checks: Check[] = [];
    let removed: Check;
    try {
      await reload(url, means.internalSecret);
      checks = await checkAccountPaths({ url, github, accounts: made.accounts });
    } finally {
      removed = await removeAccounts(place, made);
      await reload(url, means.internalSecret);
    }
    return [...checks, removed];
  } finally {
    await github.stop();
  }
}

interface Means {
  readonly privateUrl: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly client: { readonly id: string; readonly secret: string };
  readonly internalSecret: string;
}

function meansOf(options: AccountsOptions): Means {
  const secret = environment('CUTOVER_GITHUB_CLIENT_SECRET');
  const internalSecret = environment('CUTOVER_INTERNAL_SECRET');
  const { private: privateUrl, githubListen: listen, githubClientId: id, yes } = options;
  if (privateUrl === undefined || listen === undefined || id === undefined || yes !== true)
    throw incomplete('--target makes accounts in the stores of a running site');
  if (secret === undefined || internalSecret === undefined)
    throw incomplete('CUTOVER_GITHUB_CLIENT_SECRET or CUTOVER_INTERNAL_SECRET is missing');
  return { privateUrl, listen, client: { id, secret }, internalSecret };
}

async function startStandIn({ client, listen }: Means): Promise<FakeGithub> {
  try {
    return await startFakeGithub(client, listen);
  } catch (cause) {
    throw new CutoverError(
      'stand-in-cannot-listen',
      `the stand-in for GitHub cannot listen at ${listen.host}:${listen.port}: ${messageOf(cause)}`,
      {
        next: 'give an address of this machine and a port that is free',
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
}

/** Has the site read its records again. */
async function reload(url: string, secret: string): Promise<void> {
  const address = new URL('/api/_internal/reload', url);
  let why: string;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cutover-internal-secret': secret },
      body: '{}',
      redirect: 'manual',
    });
    if (answer.status === 200) return;
    why = `it answers ${answer.status}`;
  } catch (error) {
    why = messageOf(error);
  }
  throw new CutoverError('target-not-reloaded', `${address.href} does not read its records again: ${why}`, {
    next: 'compare CUTOVER_INTERNAL_SECRET with that of the site; the accounts that were made are removed from its stores',
    exitCode: exitCodes.unknown,
  });
}

function incomplete(message: string): CutoverError {
  return new CutoverError('accounts-incomplete', message, {
    next: 'give --private, --github-listen, --github-client-id and --yes, with both secrets in the environment; without --target a copy is walked',
    exitCode: exitCodes.usage,
  });
}
