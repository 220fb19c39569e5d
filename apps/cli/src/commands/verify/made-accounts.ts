import { randomBytes, randomUUID } from 'node:crypto';
import { type Check, concludeCheck, CutoverError, exitCodes, FindingList } from '@cutover/core';
import { type Profile, recordPath, writeToml } from '@cutover/records';
import { editTree, type PrivateStore, type PublicStore } from '@cutover/stores';
import type { MadeAccount, MadeAccounts } from '@cutover/verify';

export interface AccountPlace {
  readonly profile: Profile;
  readonly branch: string;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
}

export interface Made {
  readonly accounts: MadeAccounts;
  readonly ids: ReadonlySet<string>;
  /** Of their records. */
  readonly paths: readonly string[];
}

/**
 * Makes the four accounts that the account paths are walked with. Throws CutoverError `target-without-accounts` for a
 * target whose people cannot be made up.
 */
export async function makeAccounts(place: AccountPlace): Promise<Made> {
  const { profile, privateStore } = place;
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
  await commit(place, edits, 'Accounts made for a verification\n');
  return {
    accounts: made,
    ids: new Set(Object.values(made).map(({ id }) => id)),
    paths: edits.map(({ path }) => path),
  };
}

/** Sheets that the new system itself writes about people, beside those of the target. */
const ownSheets = ['api-claims', 'api-revocations'];

/**
 * Takes out records, private rows and unique values of accounts that were made, with all that walking left of them,
 * and looks that nothing is left.
 */
export async function removeAccounts(place: AccountPlace, made: Made): Promise<Check> {
  const { privateStore } = place;
  await commit(
    place,
    made.paths.map((path) => ({ path, content: null })),
    'Remove the accounts of a verification\n',
  );
  for (const { sheet, id } of await rowsOf(place, made))
    await privateStore.update(sheet, id, () => undefined);
  const { claims } = privateStore;
  for await (const { id, owner } of claims?.held() ?? [])
    if (owner !== null && made.ids.has(owner) && !id.startsWith('name-id/'))
      await claims!.releaseNamed([{ id, owner }]);
  const findings = new FindingList();
  for (const { sheet, id } of await rowsOf(place, made))
    findings.add({ code: 'account-left', message: `${sheet}/${id} is still there`, subject: id });
  for await (const { path } of place.publicStore.readRecords(place.branch))
    if (made.paths.includes(path))
      findings.add({ code: 'account-left', message: `${path} is still there`, subject: path });
  return concludeCheck({
    id: 'account-removed',
    title: 'The accounts that were made for it are gone again',
    looked: made.ids.size,
    expected: 0,
    actual: findings.total,
    findings,
  });
}

async function commit(
  { publicStore, branch }: AccountPlace,
  edits: readonly { path: string; content: string | null }[],
  message: string,
): Promise<void> {
  const head = await publicStore.head(branch);
  const tree = await editTree(publicStore.dir, head?.commit, [...edits]);
  await publicStore.commit(branch, { tree, message, expected: head });
}

async function rowsOf(
  { profile, privateStore }: AccountPlace,
  { ids }: Made,
): Promise<{ readonly sheet: string; readonly id: string }[]> {
  const rows: { sheet: string; id: string }[] = [];
  for (const sheet of [...profile.target.privateSheets.map(({ name }) => name), ...ownSheets]) {
    for await (const row of privateStore.read(sheet))
      if (ids.has(row.id) || ids.has(String(row['personId']))) rows.push({ sheet, id: row.id });
  }
  return rows;
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
