import type { HistoryPart, RevisionTable, StoredRecord } from '@cutover/records';
import { timestamp } from './values.ts';

/** The past of accounts that are closed, and of contacts who never had one, is not told. */
const isClosed = ({ accountLevel }: StoredRecord): boolean =>
  accountLevel === 'Disabled' || accountLevel === 'Contact';

const twin = (table: string, source: string, more: Partial<RevisionTable> = {}): RevisionTable => ({
  tables: [`history_${table}`],
  source,
  revision: 'RevisionID',
  ...more,
});

/**
 * The framework keeps a copy of a row in `history_<table>` each time it is saved: `Modified` and `ModifierID` say when
 * and by whom, and where the row was just made, `Created` and `CreatorID`.
 */
export const history: HistoryPart = {
  revisions: [
    twin('people', 'people', {
      // Who somebody was called before, and what they were allowed to or banned from, is their own affair.
      asOfNow: ['Username', 'FirstName', 'LastName', 'MiddleName', 'PreferredName', 'AccountLevel'],
      withheld: isClosed,
    }),
    twin('projects', 'projects'),
    twin('project_members', 'project-members'),
    twin('project_updates', 'project-updates'),
    twin('project_buzz', 'project-buzz'),
    twin('tags', 'tags'),
    twin('content', 'content'),
    twin('content_items', 'content-items', { partOf: { source: 'content', column: 'ContentID' } }),
    twin('comments', 'comments'),
    twin('media', 'media'),
    twin('redirects', 'redirects'),
  ],
  stamps: [
    { at: 'Modified', by: 'ModifierID' },
    { at: 'Created', by: 'CreatorID' },
  ],
  instant: timestamp,
  people: 'people',
  hidden: isClosed,
  author: ({ slug }) => ({ name: slug, email: `${slug}@users.noreply.invalid` }),
  nobody: { name: 'somebody', email: 'somebody@users.noreply.invalid' },
};
