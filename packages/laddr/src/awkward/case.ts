import type { PublicValue } from '@cutover/records';
import type { Rule } from '../excluded.ts';

/** Values of one row by column, as a dump holds them. */
export type CaseRow = Readonly<Record<string, string | null>>;

/**
 * What has to become of a row. Only the fields that the case is about are named; `undefined` means that the
 * record must not have the field. A text `@people/101` stands for the id of the record made from that row.
 */
export type Expected =
  | {
      readonly outcome: 'imported';
      readonly fields: Readonly<Record<string, PublicValue>>;
      readonly privates?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
    }
  | { readonly outcome: 'folded'; readonly into: string }
  | { readonly outcome: 'excluded' | 'quarantined'; readonly rule: Rule };

/** One awkward row: what tests hold the mapper against, and what the sample dump has planted. */
export interface AwkwardCase {
  readonly name: string;
  /** Table as LEGACY spells it; the logical source may have other spellings. */
  readonly table: string;
  readonly row: CaseRow;
  readonly expected: Expected;
  /** False where no MySQL server could hold the row beside the others, so that it is in no dump of today. */
  readonly loadable: boolean;
}

/** The moment at which dumps with these cases are taken, in UTC. */
export const caseMoment = '2026-01-15T12:00:00Z';

const stamps = { Created: '2019-01-02 03:04:05', CreatorID: null };
const versioned = { ...stamps, Modified: null, ModifierID: null };

/** Rows of each table that are awkward in nothing; a case changes what it is about. */
const plain: Readonly<Record<string, CaseRow>> = {
  people: {
    Class: 'User',
    ...versioned,
    FirstName: 'Ebrin',
    LastName: 'Talvo',
    MiddleName: null,
    PreferredName: null,
    Gender: null,
    BirthDate: null,
    Email: null,
    Phone: null,
    Location: null,
    About: null,
    PrimaryPhotoID: null,
    Username: null,
    Password: null,
    AccountLevel: 'User',
    Newsletter: '0',
  },
  projects: {
    Class: 'Laddr\\Project',
    ...versioned,
    Title: 'A project',
    MaintainerID: '2',
    UsersUrl: null,
    DevelopersUrl: null,
    README: null,
    NextUpdate: '1',
    Stage: 'Testing',
    ChatChannel: null,
  },
  project_members: { Class: 'Laddr\\ProjectMember', ...stamps, ProjectID: '1', MemberID: '2', Role: null },
  project_updates: {
    Class: 'Laddr\\ProjectUpdate',
    ...versioned,
    ProjectID: '1',
    Number: '1',
    Body: 'We met and wrote code.',
  },
  project_buzz: {
    Class: 'Laddr\\ProjectBuzz',
    ...stamps,
    ProjectID: '1',
    Headline: 'A project in the news',
    URL: 'https://news.example.org/story',
    Published: '2018-05-06 07:08:09',
    ImageID: null,
    Summary: null,
  },
  tags: { Class: 'Tag', ...stamps, Title: 'A tag', Description: null },
  tag_items: { ...stamps, ContextClass: 'Laddr\\Project', ContextID: '1' },
  content: {
    Class: 'Emergence\\CMS\\BlogPost',
    ...versioned,
    ContextClass: null,
    ContextID: null,
    Title: 'A post',
    AuthorID: '2',
    Status: 'Published',
    Published: '2019-03-04 05:06:07',
    Visibility: 'Public',
    Summary: null,
    LayoutClass: 'OneColumn',
    LayoutConfig: null,
  },
  content_items: {
    Class: 'Emergence\\CMS\\Item\\Markdown',
    ...versioned,
    Title: null,
    ContentID: '101',
    AuthorID: '2',
    Status: 'Published',
    Order: '1',
    Data: '"Some words"',
  },
  media: {
    Class: 'PhotoMedia',
    ...stamps,
    ContextClass: 'Laddr\\Project',
    ContextID: '1',
    MIMEType: 'image/jpeg',
    Width: '800',
    Height: '600',
    Duration: null,
    Caption: null,
  },
  comments: {
    Class: 'Emergence\\Comments\\Comment',
    ...versioned,
    ContextClass: 'Laddr\\Project',
    ContextID: '1',
    ReplyToID: null,
    Message: 'Well done',
  },
  redirects: { Class: 'Emergence\\Redirects\\Redirect', ...stamps },
};

/** A whole row: the plain one with these columns changed. Throws where the table has no plain row. */
export function rowOf(table: string, columns: CaseRow): CaseRow {
  const row = plain[table];
  if (row === undefined) throw new TypeError(`no plain row for ${table}`);
  return { ...row, ...columns };
}

/** Makes the cases of one table. */
export function casesOf(table: string) {
  return (
    name: string,
    columns: CaseRow,
    expected: Expected,
    options: { loadable?: boolean } = {},
  ): AwkwardCase => ({
    name,
    table,
    row: rowOf(table, columns),
    expected,
    loadable: options.loadable ?? true,
  });
}

export function imported(
  fields: Readonly<Record<string, PublicValue>>,
  privates?: (Expected & { outcome: 'imported' })['privates'],
): Expected {
  return { outcome: 'imported', fields, ...(privates === undefined ? {} : { privates }) };
}

export const folded = (into: string): Expected => ({ outcome: 'folded', into });
export const excluded = (rule: Rule): Expected => ({ outcome: 'excluded', rule });
export const quarantined = (rule: Rule): Expected => ({ outcome: 'quarantined', rule });
