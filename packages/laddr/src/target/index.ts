import { createHash } from 'node:crypto';
import type { Accounts, Target } from '@cutover/records';
import { mail } from './mail.ts';
import { privateSheets } from './private-sheets.ts';
import { reconcileRules } from './reconcile.ts';
import { routes } from './routes.ts';
import { sheets } from './sheets.ts';
import { writes } from './writes.ts';

const maySignIn: ReadonlySet<unknown> = new Set(['User', 'Staff', 'Administrator', 'Developer']);

const staff: ReadonlySet<unknown> = new Set(['Staff', 'Administrator', 'Developer']);

/** Usernames are unique without regard to case; Disabled, Contact, and no valid level cannot sign in. */
const accounts: Accounts = {
  sheet: 'people',
  loginIndex: 'legacyHandle',
  loginPrivate: { sheet: 'profiles', field: 'email' },
  passwords: { sheet: 'legacy-passwords', field: 'hash' },
  keeps: { profiles: ['email', 'githubUserId', 'disabled'] },
  github: {
    sheet: 'profiles',
    userIdField: 'githubUserId',
    claimedAtField: 'claimedAt',
    drainsPassword: true,
  },
  madeUp: ({ id, slug, login, email, password, staff: isStaff }) => ({
    record: { id, slug, legacyHandle: login, accountLevel: isStaff ? 'Staff' : 'User' },
    privates: {
      profiles: { id, email, newsletter: false },
      'legacy-passwords': { id, hash: createHash('sha1').update(password).digest('hex') },
    },
  }),
  activity: (sheet, record) => {
    const pairs = [
      [sheet === 'people' ? record.id : record['creatorId'], record['createdAt']],
      [record['modifierId'], record['modifiedAt']],
      [record['memberId'], record['createdAt']],
    ];
    return pairs.filter((pair): pair is [string, string] => pair.every((value) => typeof value === 'string'));
  },
  isStaff: ({ accountLevel }) => staff.has(accountLevel),
  refusal({ accountLevel }, { profiles }) {
    if (profiles?.['disabled'] === true) return 'the account was disabled on the new site';
    if (maySignIn.has(accountLevel)) return undefined;
    return accountLevel === undefined
      ? 'the account has no valid level'
      : `the account is ${String(accountLevel)}`;
  },
};

/** The new site that the laddr profile feeds. */
export const laddrTarget: Target = {
  name: 'laddr',
  sheets,
  privateSheets,
  routes,
  reconcile: reconcileRules,
  claimed: { sheet: 'profiles', field: 'signedInAt' },
  accounts,
  writes,
  mail,
};
