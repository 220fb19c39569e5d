import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { type PublicStore, readCommits, readPast } from '@cutover/stores';
import { checkPrivateValues } from '../private-values.ts';

export interface HistoryInput {
  readonly store: PublicStore;
  /** Branch that imports go to. */
  readonly branch: string;
  /** Branch of the past. */
  readonly history: string;
  readonly profile: Profile;
  /** Values that may appear nowhere: password hashes, tokens. */
  readonly secrets: AsyncIterable<string>;
  /** Every text that is private to somebody; read twice. */
  readonly contacts: () => AsyncIterable<string>;
}

/**
 * Looks at the past of an import: that it ends with the import's tree (`history-tree`), is one line that goes on in
 * time (`history-order`), names its authors by nothing that one can write to (`history-authors`), and that no state
 * that any record ever had holds a private value (`history-private-values`). All are unknown where there is no past.
 */
export async function checkHistory(input: HistoryInput): Promise<Check[]> {
  const { store, history } = input;
  const head = await store.head(history);
  if (head === undefined) return noPast(history);
  const [order, authors] = await checkCommits(input, head.commit);
  const values = await checkPrivateValues({
    records: readPast(store.dir, head.commit),
    sheets: input.profile.target.sheets,
    secrets: input.secrets,
    contacts: input.contacts(),
  });
  return [
    await checkEnd(input, head.tree),
    order,
    authors,
    { ...values, id: 'history-private-values', title: titles['history-private-values'] },
  ];
}

const titles = {
  'history-tree': 'The past ends with exactly the tree that was imported',
  'history-order': 'The past is one line of commits that goes on in time',
  'history-authors': 'The past names nobody by an address that is theirs',
  'history-private-values': 'No private value is in any earlier state',
} as const;

function noPast(history: string): Check[] {
  return Object.entries(titles).map(([id, title]) =>
    concludeCheck({
      id,
      title,
      looked: 0,
      expected: history,
      actual: undefined,
      couldNotTell: `there is no branch ${history}: import with --history`,
    }),
  );
}

async function checkEnd({ store, branch, history }: HistoryInput, tree: string): Promise<Check> {
  const head = await store.head(branch);
  const findings = new FindingList();
  if (head !== undefined && head.tree !== tree)
    findings.add({
      code: 'history-tree-differs',
      message: `${history} does not end with what ${branch} holds`,
      subject: history,
      expected: head.tree,
      actual: tree,
      next: `import again with --history; compare: git diff --stat ${branch} ${history}`,
    });
  return concludeCheck({
    id: 'history-tree',
    title: titles['history-tree'],
    looked: 1,
    expected: head?.tree,
    actual: tree,
    findings,
    couldNotTell: head === undefined ? `there is no branch ${branch}` : undefined,
  });
}

async function checkCommits(input: HistoryInput, commit: string): Promise<[Check, Check]> {
  const order = new FindingList();
  const authors = new Map<string, string>();
  let commits = 0;
  let before: { commit: string; at: number } | undefined;
  for await (const one of readCommits(input.store.dir, commit)) {
    commits++;
    if (one.parents.length > 1 || (one.parents[0] ?? before?.commit) !== before?.commit)
      order.add(broken('history-not-a-line', one.commit, 'does not follow the one before it alone'));
    if (one.authoredAt !== one.committedAt)
      order.add(broken('history-dates-differ', one.commit, 'was not committed when it was made'));
    if (before !== undefined && one.authoredAt < before.at)
      order.add(broken('history-goes-back', one.commit, 'is older than the one before it'));
    before = { commit: one.commit, at: one.authoredAt };
    if (!authors.has(one.email.toLowerCase())) authors.set(one.email.toLowerCase(), one.commit);
  }
  return [
    concludeCheck({
      id: 'history-order',
      title: titles['history-order'],
      looked: commits,
      expected: commits,
      actual: commits - order.total,
      findings: order,
    }),
    await checkAuthors(input, authors),
  ];
}

const broken = (code: string, commit: string, what: string) => ({
  code,
  message: `${commit.slice(0, 12)} ${what}`,
  subject: commit,
  next: 'only imports write this branch: find out who changed it, then import again with --history',
});

/** Addresses are of the profile's own no-reply domain, and none is anybody's. */
async function checkAuthors(
  { profile, contacts }: HistoryInput,
  authors: ReadonlyMap<string, string>,
): Promise<Check> {
  const findings = new FindingList();
  const domain = profile.history?.nobody.email.split('@').at(-1);
  for (const [email, commit] of authors) {
    if (email === 'cutover@localhost' || email.split('@').at(-1) === domain) continue;
    findings.add(broken('history-author-address', commit, 'is by an address that is not made up'));
  }
  for await (const contact of contacts()) {
    const commit = authors.get(contact.toLowerCase());
    if (commit !== undefined)
      findings.add(broken('history-author-private', commit, 'is by somebody’s private address'));
  }
  return concludeCheck({
    id: 'history-authors',
    title: titles['history-authors'],
    looked: authors.size,
    expected: 0,
    actual: findings.total,
    findings,
    couldNotTell: domain === undefined ? `the profile ${profile.name} knows of no past` : undefined,
  });
}
