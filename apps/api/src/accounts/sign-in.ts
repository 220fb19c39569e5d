import {
  type Accounts,
  passwordFormatOf,
  type PrivateRecord,
  type StoredRecord,
  type Target,
} from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import type { AccountDirectory } from './directory.ts';
import { hashPassword, type PasswordVerifier } from './passwords.ts';

export interface SignInContext {
  readonly target: Target & { readonly accounts: Accounts };
  readonly directory: AccountDirectory;
  readonly verifier: PasswordVerifier;
  readonly store: Pick<PrivateStore, 'update'>;
}

/**
 * Who signs in with this login and password, or undefined for every kind of failure: no such login, wrong
 * password, unknown format, an account that the target refuses. Success replaces a legacy hash by argon2id
 * and marks the account as claimed, both in the private store before anybody is let in; so an import that
 * comes later leaves the account alone. Throws what the store throws, e.g. `private-store-locked`.
 */
export async function signIn(
  login: string,
  password: string,
  context: SignInContext,
): Promise<StoredRecord | undefined> {
  const { directory, verifier } = context;
  const record = directory.find(login);
  const mayTry = record !== undefined && directory.refusalOf(record) === undefined;
  const stored = mayTry ? directory.hashOf(record.id) : undefined;
  const matches = await verifier.verify(stored, password);
  if (!matches || record === undefined || stored === undefined) return undefined;
  if (passwordFormatOf(stored) !== 'argon2id' && !(await modernise(record.id, stored, password, context))) {
    return undefined;
  }
  await markSignedIn(record.id, context);
  return record;
}

/**
 * Puts an argon2id hash in the place of the legacy hash that was verified. Where the store holds another
 * hash by now (a sign-in at the same time, a changed or purged password) it is left alone and decides.
 */
async function modernise(
  id: string,
  stored: string,
  password: string,
  { target, directory, verifier, store }: SignInContext,
): Promise<boolean> {
  const { sheet, field } = target.accounts.passwords;
  const modern = await hashPassword(password);
  let found: unknown;
  await store.update(sheet, id, (current) => {
    found = current?.[field];
    return current !== undefined && found === stored ? { ...current, [field]: modern } : current;
  });
  if (found === stored) {
    directory.setHash(id, modern);
    return true;
  }
  const newer = typeof found === 'string' ? found : undefined;
  directory.setHash(id, newer);
  return verifier.verify(newer, password);
}

/** The first sign-in only: the store is not written again for later ones. */
export async function markSignedIn(
  id: string,
  { target, directory, store }: Omit<SignInContext, 'verifier'>,
): Promise<void> {
  const { claimed } = target;
  if (claimed === undefined || directory.isClaimed(id)) return;
  const now = new Date().toISOString();
  await store.update(claimed.sheet, id, (current): PrivateRecord | undefined =>
    current === undefined || (current[claimed.field] ?? null) !== null
      ? current
      : { ...current, [claimed.field]: now },
  );
  directory.setClaimed(id);
}
