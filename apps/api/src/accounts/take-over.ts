import type { GithubAccounts, PrivateRecord, StoredRecord } from '@cutover/records';
import { foldEmail, type PrivateStore } from '@cutover/stores';
import type { GithubUser } from '../github/client.ts';
import { ApiError } from '../http/api-error.ts';
import type { LoadedAccounts } from '../load/state.ts';
import { markSignedIn } from './sign-in.ts';

/** A store's register of values that may belong to one person only, where it keeps one. */
export interface UniqueClaims {
  claim(kind: 'github-id' | 'email', value: string, owner: string): Promise<{ readonly won: boolean }>;
  release(kind: 'github-id' | 'email', value: string, owner: string): Promise<boolean>;
}

export type AccountStore = Pick<PrivateStore, 'read' | 'update' | 'edit'> & {
  readonly publicObject?: PrivateStore['publicObject'];
  readonly claims?: UniqueClaims;
};

/**
 * Gives an account to a GitHub user: the number is written first and decides, then the old password goes. A
 * crash between the two leaves a password that reconcile names (and that still opens the same account). The
 * first time, the address is replaced by GitHub's verified one, unless that is somebody else's. Throws ApiError 409 where either side is taken.
 */
export async function takeOver(
  record: StoredRecord,
  user: GithubUser,
  { accounts: { directory }, target }: LoadedAccounts,
  store: AccountStore,
): Promise<void> {
  const github: GithubAccounts = target.accounts.github!;
  const { loginPrivate, passwords } = target.accounts;
  const holder = directory.byGithubUser(user.id);
  if (holder !== undefined && holder.id !== record.id) throw taken();
  if (store.claims !== undefined && !(await store.claims.claim('github-id', user.id, record.id)).won)
    throw taken();
  const address = directory.hasGithub(record.id)
    ? undefined
    : await freeAddress(record, user, directory, store);
  let written: PrivateRecord | undefined;
  let before: unknown;
  await store.update(github.sheet, record.id, (current) => {
    const linked = current?.[github.userIdField] ?? undefined;
    written = undefined;
    if (linked !== undefined && linked !== user.id) return current;
    const email = linked === undefined && loginPrivate?.sheet === github.sheet ? address : undefined;
    before = loginPrivate === undefined ? undefined : current?.[loginPrivate.field];
    written = {
      ...current,
      id: record.id,
      [github.userIdField]: user.id,
      ...(github.claimedAtField === undefined || (current?.[github.claimedAtField] ?? null) !== null
        ? {}
        : { [github.claimedAtField]: new Date().toISOString() }),
      ...(email === undefined ? {} : { [loginPrivate!.field]: email }),
    };
    return written;
  });
  if (written === undefined) throw taken();
  directory.setPrivate(github.sheet, written);
  // Whose claim it was is sure by now; where this is cut off, reconcile gives the address back.
  if (address !== undefined && typeof before === 'string' && foldEmail(before) !== foldEmail(address))
    await store.claims?.release('email', before, record.id);
  await markSignedIn(record.id, { target, directory, store });
  if (!github.drainsPassword) return;
  if (directory.hashOf(record.id) !== undefined)
    await store.update(passwords.sheet, record.id, () => undefined);
  directory.setHash(record.id, undefined);
}

/** GitHub's verified address, where it is nobody else's: an address of two people opens the account of neither. */
async function freeAddress(
  { id }: StoredRecord,
  { emails: [email] }: GithubUser,
  directory: LoadedAccounts['accounts']['directory'],
  store: AccountStore,
): Promise<string | undefined> {
  if (email === undefined || directory.withPrivateLogin(email).some((holder) => holder.id !== id))
    return undefined;
  const claimed = store.claims === undefined || (await store.claims.claim('email', email, id)).won;
  return claimed ? email : undefined;
}

const taken = (): ApiError =>
  new ApiError(409, 'github-taken', 'One of the two accounts is linked to another already.');
