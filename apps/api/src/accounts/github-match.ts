import type { StoredRecord } from '@cutover/records';
import type { GithubUser } from '../github/client.ts';
import type { LoadedAccounts } from '../load/state.ts';

/** Whose account a GitHub user may have. */
export type Match =
  /** Linked before. */
  | { readonly kind: 'linked'; readonly record: StoredRecord }
  /** One account with an address that GitHub has verified. */
  | { readonly kind: 'email'; readonly record: StoredRecord }
  /** Several of them: the visitor picks. */
  | { readonly kind: 'several'; readonly records: readonly StoredRecord[] }
  /** The same username alone, which proves nothing: the old password has to confirm it. */
  | { readonly kind: 'username'; readonly record: StoredRecord }
  | { readonly kind: 'none' };

/** Accounts linked to another GitHub user, and those that may not sign in, are nobody's to take. */
export function matchGithubUser(user: GithubUser, { accounts, records, target }: LoadedAccounts): Match {
  const { directory } = accounts;
  const linked = directory.byGithubUser(user.id);
  if (linked !== undefined) return { kind: 'linked', record: linked };
  const isFree = (record: StoredRecord): boolean =>
    !directory.hasGithub(record.id) && directory.refusalOf(record) === undefined;
  const found = user.emails.flatMap((email) => directory.withPrivateLogin(email)).filter(isFree);
  const byEmail = [...new Map(found.map((record) => [record.id, record])).values()];
  if (byEmail.length === 1) return { kind: 'email', record: byEmail[0]! };
  if (byEmail.length > 1) return { kind: 'several', records: byEmail };
  const { sheet, loginIndex } = target.accounts;
  const byName = records.find(sheet, loginIndex, user.login);
  return byName !== undefined && isFree(byName) ? { kind: 'username', record: byName } : { kind: 'none' };
}
