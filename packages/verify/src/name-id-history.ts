import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { IdentityRule } from '@cutover/records';
import { type Claims, git, type PublicStore } from '@cutover/stores';

/**
 * Whether no NameID was ever given to a second person: over all commits of a branch, and against the claims of the
 * private store, which outlive prunes. Byte for byte.
 */
export async function checkNameIdReuse(
  store: PublicStore,
  branch: string,
  identity: IdentityRule,
  claims: Claims | undefined,
): Promise<Check> {
  const findings = new FindingList();
  const holders = new Map<string, string>();
  const sheets = new Set([identity.sheet]);
  const log = await git(store.dir, [
    'rev-list',
    '--first-parent',
    '--reverse',
    branch,
    '--',
    `${identity.sheet}/`,
  ]);
  const commits = log.split('\n').filter((line) => line !== '');
  for (const commit of commits) {
    for (const { after, id } of (
      await store.changes(await parentOf(store, commit), commit, sheets)
    ).records.values()) {
      const value = after?.fields[identity.field];
      if (typeof value !== 'string') continue;
      const first = holders.get(value) ?? id;
      holders.set(value, first);
      if (first !== id) findings.add(reused(value, first, id, `commit ${commit.slice(0, 12)}`));
    }
  }
  let claimed = 0;
  if (claims !== undefined) {
    const owners = new Map<string, string>();
    for await (const { id, owner } of claims.held('name-id')) if (owner !== null) owners.set(id, owner);
    const nameClaim = await claims.naming();
    for (const [value, id] of holders) {
      const owner = owners.get(nameClaim('name-id', value));
      if (owner === undefined) continue;
      claimed++;
      if (owner !== id) findings.add(reused(value, owner, id, 'the claims of the private store'));
    }
  }
  return concludeCheck({
    id: 'name-id-reuse',
    title: 'No NameID was ever given to a second person',
    looked: holders.size,
    expected: holders.size,
    actual: holders.size - findings.total,
    findings,
    evidence: { commits: commits.length, claimed: claims === undefined ? 'not looked at' : claimed },
  });
}

async function parentOf(store: PublicStore, commit: string): Promise<string | undefined> {
  const line = await git(store.dir, ['rev-list', '--parents', '-n', '1', commit]);
  return line.trim().split(' ')[1];
}

function reused(value: string, first: string, second: string, where: string) {
  return {
    code: 'name-id-reused',
    message: `the NameID ${JSON.stringify(value)} belonged to ${first} and was given to ${second} (${where})`,
    subject: second,
    expected: first,
    actual: second,
    next: 'whoever has it now signs in to the account of the one before: give the second person another one',
  };
}
