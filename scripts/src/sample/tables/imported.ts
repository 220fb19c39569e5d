import {
  autoId,
  enumOf,
  fulltext,
  key,
  optional,
  primary,
  recordColumns,
  required,
  type TableDefinition,
  unique,
  unsigned,
  varchar,
  versionedColumns,
} from './definition.ts';

const stages = [
  'Commenting',
  'Bootstrapping',
  'Prototyping',
  'Testing',
  'Maintaining',
  'Drifting',
  'Hibernating',
];
const levels = ['Disabled', 'Contact', 'User', 'Staff', 'Administrator', 'Developer'];
const statuses = ['Draft', 'Published', 'Hidden', 'Deleted'];
const itemClasses = ['Album', 'Embed', 'Media', 'RichText', 'Text', 'Markdown'];

export const people: TableDefinition = {
  name: 'people',
  columns: [
    ...versionedColumns('Person', 'User'),
    required('FirstName', varchar),
    required('LastName', varchar),
    optional('MiddleName', varchar),
    optional('PreferredName', varchar),
    optional('Gender', enumOf('Male', 'Female')),
    optional('BirthDate', 'date'),
    optional('Email', varchar),
    optional('Phone', 'decimal(15,0) unsigned'),
    optional('Location', varchar),
    optional('About', 'text'),
    optional('PrimaryPhotoID', unsigned),
    optional('Username', varchar),
    optional('Password', varchar),
    optional('AccountLevel', enumOf(...levels), 'User'),
    optional('Newsletter', 'tinyint(1)', '1'),
  ],
  keys: [primary('ID'), unique('Email'), unique('Username')],
};

export const projects: TableDefinition = {
  name: 'projects',
  columns: [
    ...versionedColumns('Laddr\\Project'),
    required('Title', varchar),
    required('Handle', varchar),
    optional('MaintainerID', unsigned),
    optional('UsersUrl', varchar),
    optional('DevelopersUrl', varchar),
    optional('README', 'text'),
    required('NextUpdate', unsigned, '1'),
    required('Stage', enumOf(...stages), 'Commenting'),
    optional('ChatChannel', varchar),
  ],
  keys: [primary('ID'), unique('Handle')],
};

export const projectMembers: TableDefinition = {
  name: 'project_members',
  columns: [
    ...recordColumns('Laddr\\ProjectMember'),
    required('ProjectID', unsigned),
    required('MemberID', unsigned),
    optional('Role', varchar),
  ],
  keys: [primary('ID'), unique('ProjectMember', 'ProjectID', 'MemberID')],
};

export const projectUpdates: TableDefinition = {
  name: 'project_updates',
  columns: [
    ...versionedColumns('Laddr\\ProjectUpdate'),
    required('ProjectID', unsigned),
    required('Number', unsigned),
    required('Body', 'text'),
  ],
  keys: [primary('ID'), key('ProjectID')],
};

export const projectBuzz: TableDefinition = {
  name: 'project_buzz',
  columns: [
    ...recordColumns('Laddr\\ProjectBuzz'),
    required('ProjectID', unsigned),
    required('Handle', varchar),
    required('Headline', varchar),
    required('URL', varchar),
    required('Published', 'timestamp'),
    optional('ImageID', unsigned),
    optional('Summary', 'text'),
  ],
  keys: [primary('ID'), unique('Handle'), key('ProjectID')],
};

export const tags: TableDefinition = {
  name: 'tags',
  columns: [
    ...recordColumns('Tag'),
    required('Title', varchar),
    required('Handle', varchar),
    optional('Description', varchar),
  ],
  keys: [primary('ID'), unique('Handle')],
};

/** The one table without a number of its own; its columns stand in another order too. */
export const tagItems = (name: string): TableDefinition => ({
  name,
  columns: [
    required('Created', 'timestamp', 'now'),
    optional('CreatorID', 'int(11)'),
    optional('ContextClass', varchar),
    optional('ContextID', 'int(11)'),
    required('TagID', 'int(11)'),
  ],
  keys: [
    unique('TagItem', 'TagID', 'ContextClass', 'ContextID'),
    key('CONTEXT', 'ContextClass', 'ContextID'),
  ],
});

export const content: TableDefinition = {
  name: 'content',
  columns: [
    ...versionedColumns('Emergence\\CMS\\Page', 'Emergence\\CMS\\BlogPost'),
    optional('ContextClass', varchar),
    optional('ContextID', unsigned),
    required('Title', varchar),
    required('Handle', varchar),
    required('AuthorID', unsigned),
    required('Status', enumOf(...statuses), 'Published'),
    optional('Published', 'timestamp'),
    required('Visibility', enumOf('Public', 'Private'), 'Public'),
    optional('Summary', 'text'),
    optional('LayoutClass', enumOf('OneColumn'), 'OneColumn'),
    optional('LayoutConfig', 'text'),
  ],
  keys: [primary('ID'), unique('Handle'), key('Published'), key('CONTEXT', 'ContextClass', 'ContextID')],
};

export const contentItems: TableDefinition = {
  name: 'content_items',
  columns: [
    ...versionedColumns(...itemClasses.map((name) => `Emergence\\CMS\\Item\\${name}`)),
    optional('Title', varchar),
    required('ContentID', unsigned),
    required('AuthorID', unsigned),
    required('Status', enumOf(...statuses), 'Published'),
    optional('Order', unsigned),
    required('Data', 'text'),
  ],
  keys: [primary('ID'), key('ContentID')],
};

export const media: TableDefinition = {
  name: 'media',
  columns: [
    ...recordColumns('Media', 'PhotoMedia', 'AudioMedia', 'VideoMedia', 'PDFMedia'),
    required('ContextClass', varchar),
    required('ContextID', unsigned),
    required('MIMEType', varchar),
    optional('Width', unsigned),
    optional('Height', unsigned),
    optional('Duration', unsigned),
    optional('Caption', varchar),
  ],
  keys: [primary('ID'), key('CONTEXT', 'ContextClass', 'ContextID')],
};

export const comments: TableDefinition = {
  name: 'comments',
  columns: [
    ...versionedColumns('Emergence\\Comments\\Comment'),
    required('ContextClass', varchar),
    required('ContextID', unsigned),
    required('Handle', varchar),
    optional('ReplyToID', unsigned),
    required('Message', 'text'),
  ],
  keys: [primary('ID'), unique('Handle'), key('CONTEXT', 'ContextClass', 'ContextID'), fulltext('Message')],
};

export const redirects: TableDefinition = {
  name: 'redirects',
  columns: [
    autoId(),
    ...recordColumns('Emergence\\Redirects\\Redirect').slice(1),
    required('From', varchar),
    required('To', varchar),
  ],
  keys: [primary('ID'), unique('From')],
};
