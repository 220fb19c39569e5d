/** Every rule by which a row is excluded or quarantined, with the reason that reports print. */
export const rules = {
  'foreign-install': 'tables of another installation that shares the database: imported by its own prefix',
  'plugin-tables': 'queues, orders and look-ups of plugins, which the new site does not have',
  network: 'bookkeeping of the network: what the new site needs of a site is in its options',
  'plugin-meta': 'what plugins noted about terms and comments',
  'live-credentials': 'sessions, keys and salts are live credentials: the new site starts with none',
  cache: 'transients are caches',
  'setting-not-carried': 'settings of the legacy software, its plugins and themes',
  'meta-not-carried': 'editor state and data of plugins',
  machinery: 'revisions, menus, templates and other rows by which the legacy software works',
  'not-published': 'drafts, private, pending and trashed posts were not public',
  'password-protected': 'the post was shown with a password only',
  scheduled: 'the post was to appear after the dump was taken',
  'belongs-to-excluded': 'belongs to a row that is excluded',
  'spam-account': 'the account was marked as spam or deleted',
  'not-approved': 'held, spam and trashed comments were not public',
  pingback: 'notices of other sites that they link here',
  'hidden-link': 'the link was not shown',
  'dangling-reference': 'refers to a row that is not there',
  'unknown-post-type': 'a published post of a kind that this profile does not know',
  'unknown-comment-type': 'a comment of a kind that this profile does not know',
  'unknown-taxonomy': 'a term of a taxonomy that this profile does not know',
  'not-a-url': 'the address is no web address',
} as const satisfies Record<string, string>;

export type Rule = keyof typeof rules;

/** What a row that others belong to lets them become. */
export type Fate =
  | { readonly outcome: 'public' }
  | { readonly outcome: 'excluded'; readonly rule: Rule }
  | { readonly outcome: 'quarantined'; readonly rule: Rule; readonly column?: string };

export const isPublic: Fate = { outcome: 'public' };
export const excluded = (rule: Rule) => ({ outcome: 'excluded', rule }) as const;
export const quarantined = (rule: Rule, column?: string) =>
  ({ outcome: 'quarantined', rule, ...(column === undefined ? {} : { column }) }) as const;

/** What becomes of a row by the fate of the one it belongs to; undefined: it may be public too. */
export function fateOfPart(
  owner: Fate | undefined,
  column: string,
): Exclude<Fate, { outcome: 'public' }> | undefined {
  if (owner === undefined || owner.outcome === 'quarantined')
    return quarantined('dangling-reference', column);
  return owner.outcome === 'public' ? undefined : excluded('belongs-to-excluded');
}
