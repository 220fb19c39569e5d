import type { LegacySpellings, LegacyValue, StoredRecord } from '@cutover/records';

/** How one field stands in one column. */
export interface ColumnMap {
  readonly field: string;
  readonly column: string;
  /** What the column may hold for a value; undefined where the import keeps too little to tell. */
  spell(value: unknown, record: StoredRecord): LegacyValue | undefined;
  /** Further fields that the column's value may come from. */
  readonly alsoOf?: readonly string[];
}

const absent: LegacySpellings = [null, ''];

const text = (field: string, column: string): ColumnMap => ({
  field,
  column,
  spell: (value) => (typeof value === 'string' ? [value] : absent),
});

const number = (field: string, column: string): ColumnMap => ({
  field,
  column,
  spell: (value) => (typeof value === 'number' ? [String(value)] : absent),
});

/** `2019-01-02T03:04:05.678Z` as a TIMESTAMP in UTC, which has no fractions of a second. */
const moment = (field: string, column: string): ColumnMap => ({
  field,
  column,
  spell: (value) =>
    typeof value === 'string' ? [value.slice(0, 19).replace('T', ' ')] : [null, '0000-00-00 00:00:00', ''],
});

/** The import leaves out a reference to what is not there, so that an absent one says nothing about the column. */
const reference = (field: string, column: string, sheet: string): ColumnMap => ({
  field,
  column,
  spell: (value) => (typeof value === 'string' ? { rowOf: value, sheet } : undefined),
});

/** A link that is no web address is kept as a text beside. */
const link = (whose: 'users' | 'developers', column: string): ColumnMap => ({
  field: `${whose}Url`,
  alsoOf: [`${whose}LinkText`],
  column,
  spell: (value, record) => {
    const said = value ?? record[`${whose}LinkText`];
    return typeof said === 'string' ? [said] : absent;
  },
});

const stamps: readonly ColumnMap[] = [
  moment('createdAt', 'Created'),
  reference('creatorId', 'CreatorID', 'people'),
  moment('modifiedAt', 'Modified'),
  reference('modifierId', 'ModifierID', 'people'),
];

/** A sheet whose records are rows of one table. */
export interface SheetMap {
  readonly sheet: string;
  readonly table: string;
  /** Members of the table's Class, of which the first is taken that legacy knows. */
  readonly classes: readonly string[];
  /** Columns that no two rows share. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnMap[];
  /** Fields that follow from others, with why nothing has to be carried for them. */
  readonly derived: Readonly<Record<string, string>>;
  readonly revisions?: string;
  /** Whether a record that is gone on the new side may be taken out of legacy. */
  readonly removable?: true;
}

const slug = 'legacy makes its addresses of handles and numbers by itself';
const ofOther = 'it is another record’s name, repeated';

export const sheetMaps: readonly SheetMap[] = [
  {
    sheet: 'people',
    table: 'people',
    classes: ['User', 'Emergence\\People\\User'],
    key: ['Username'],
    columns: [
      ...stamps,
      text('firstName', 'FirstName'),
      text('lastName', 'LastName'),
      text('middleName', 'MiddleName'),
      text('preferredName', 'PreferredName'),
      text('about', 'About'),
      reference('photoId', 'PrimaryPhotoID', 'attachments'),
      text('legacyHandle', 'Username'),
      text('accountLevel', 'AccountLevel'),
    ],
    derived: { slug, slackSamlNameId: 'it is the Username' },
    revisions: 'history_people',
  },
  {
    sheet: 'tags',
    table: 'tags',
    classes: ['Tag'],
    key: ['Handle'],
    columns: [
      ...stamps,
      text('title', 'Title'),
      text('legacyHandle', 'Handle'),
      text('description', 'Description'),
    ],
    derived: { slug, handle: slug, namespace: slug },
  },
  {
    sheet: 'projects',
    table: 'projects',
    classes: ['Laddr\\Project'],
    key: ['Handle'],
    columns: [
      ...stamps,
      text('title', 'Title'),
      text('legacyHandle', 'Handle'),
      reference('maintainerId', 'MaintainerID', 'people'),
      link('users', 'UsersUrl'),
      link('developers', 'DevelopersUrl'),
      text('readme', 'README'),
      number('nextUpdate', 'NextUpdate'),
      text('stage', 'Stage'),
      text('chatChannel', 'ChatChannel'),
    ],
    derived: {
      slug,
      usersLinkText: 'it is in UsersUrl',
      developersLinkText: 'it is in DevelopersUrl',
      tags: 'they are what is tagged with them, row by row',
    },
    revisions: 'history_projects',
  },
  {
    sheet: 'project-memberships',
    table: 'project_members',
    classes: ['Laddr\\ProjectMember'],
    key: ['ProjectID', 'MemberID'],
    columns: [
      ...stamps,
      reference('projectId', 'ProjectID', 'projects'),
      reference('memberId', 'MemberID', 'people'),
      text('role', 'Role'),
    ],
    derived: { slug: ofOther, projectSlug: ofOther, memberSlug: ofOther },
    removable: true,
  },
  {
    sheet: 'project-updates',
    table: 'project_updates',
    classes: ['Laddr\\ProjectUpdate'],
    key: ['ProjectID', 'Number'],
    columns: [
      ...stamps,
      reference('projectId', 'ProjectID', 'projects'),
      number('number', 'Number'),
      text('body', 'Body'),
    ],
    derived: { slug: ofOther, projectSlug: ofOther, numberSlug: 'it is the Number' },
    revisions: 'history_project_updates',
  },
  {
    sheet: 'project-buzz',
    table: 'project_buzz',
    classes: ['Laddr\\ProjectBuzz'],
    key: ['Handle'],
    columns: [
      ...stamps,
      reference('projectId', 'ProjectID', 'projects'),
      text('legacyHandle', 'Handle'),
      text('headline', 'Headline'),
      text('url', 'URL'),
      moment('publishedAt', 'Published'),
      reference('imageId', 'ImageID', 'attachments'),
      text('summary', 'Summary'),
    ],
    derived: { slug, projectSlug: ofOther },
    revisions: 'history_project_buzz',
  },
];
