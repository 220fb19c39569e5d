import type { ExcludedTables } from '@cutover/records';

/** Tables that are not imported. Their rows are counted under the rule. */
export const excludedTables: readonly ExcludedTables[] = [
  { tables: [/^history_/], rule: 'history' },
  { tables: ['sessions', 'tokens'], rule: 'live-credentials' },
  { tables: ['contact_submissions', 'email_subscribers', 'addresses'], rule: 'private-correspondence' },
  { tables: ['connector_jobs', 'connector_mappings'], rule: 'connector-state' },
  { tables: ['member_checkins', 'events'], rule: 'discontinued-feature' },
  { tables: ['groups', 'group_members', 'content_blocks', 'handles'], rule: 'unused-feature' },
  { tables: ['_e_files', '_e_file_collections', '_e_migrations'], rule: 'framework' },
];

/** Every rule by which a row is excluded or quarantined, with the reason that reports print. */
export const rules = {
  history: 'revisions of rows whose last state is imported; they become git history only when asked for',
  'live-credentials': 'sessions and tokens are live credentials: the new site starts with none',
  'private-correspondence': 'letters and addresses given in confidence, with no use on the new site',
  'connector-state': 'bookkeeping of synchronisations that end with the legacy site',
  'discontinued-feature': 'check-ins and events have no page on the new site',
  'unused-feature': 'framework features that the site did not use',
  framework: 'source files and migrations of the framework, kept in the database',
  unpublished: 'drafts, hidden and deleted posts and parts of posts were not public',
  'private-content': 'the post was visible to its author only',
  scheduled: 'the post was to appear after the dump was taken',
  'context-not-imported': 'belongs to a row of a table that is excluded',
  'dangling-reference': 'refers to a row that is not there',
  'unknown-context': 'belongs to a kind of thing that this profile does not know',
  'unknown-class': 'is of a class that this profile does not know',
  'not-a-url': 'the link is no web address',
  'not-a-path': 'redirects from or to something that is no path of the site',
} as const satisfies Record<string, string>;

export type Rule = keyof typeof rules;
