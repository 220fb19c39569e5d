import {
  autoId,
  enumOf,
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

const table = (
  name: string,
  columns: TableDefinition['columns'],
  ...keys: TableDefinition['keys']
): TableDefinition => ({ name, columns, keys: [primary('ID'), ...keys] });

/** Tables of the site that are not imported, in the shapes that the framework gives them. */
export const excludedTables = {
  sessions: table(
    'sessions',
    [
      ...recordColumns('Emergence\\People\\UserSession', 'Session'),
      required('Handle', 'char(32)'),
      optional('LastRequest', 'timestamp'),
      optional('LastIP', unsigned),
      optional('PersonID', unsigned),
    ],
    unique('Handle'),
  ),
  tokens: table(
    'tokens',
    [
      ...recordColumns('Emergence\\People\\PasswordToken'),
      required('Handle', varchar),
      optional('Expires', 'timestamp'),
      optional('Used', 'timestamp'),
    ],
    unique('Handle'),
  ),
  checkins: table(
    'member_checkins',
    [
      ...recordColumns('Laddr\\MemberCheckin'),
      required('MemberID', unsigned),
      optional('MeetupID', varchar),
      optional('ProjectID', unsigned),
    ],
    key('MemberID'),
  ),
  groups: table(
    'groups',
    [
      ...recordColumns('Emergence\\People\\Groups\\Group', 'Emergence\\People\\Groups\\Organization'),
      required('Name', varchar),
      required('Handle', varchar),
      required('Status', enumOf('Active', 'Disabled'), 'Active'),
      optional('ParentID', unsigned),
      required('Left', unsigned, '0'),
      required('Right', unsigned, '0'),
    ],
    unique('Handle'),
  ),
  groupMembers: table(
    'group_members',
    [
      ...recordColumns('Emergence\\People\\Groups\\GroupMember'),
      required('GroupID', unsigned),
      required('PersonID', unsigned),
      required('Role', enumOf('Member', 'Administrator', 'Owner', 'Founder'), 'Member'),
      optional('Expires', 'timestamp'),
    ],
    unique('GroupPerson', 'GroupID', 'PersonID'),
  ),
  contactSubmissions: table('contact_submissions', [
    ...recordColumns('Emergence\\ContactSubmission'),
    optional('ContextClass', varchar),
    required('Subform', varchar),
    required('Data', 'text'),
  ]),
  emailSubscribers: table(
    'email_subscribers',
    [autoId(), required('Email', varchar), required('Created', 'timestamp', 'now')],
    unique('Email'),
  ),
  connectorJobs: table('connector_jobs', [
    ...recordColumns('Emergence\\Connectors\\Job'),
    required('Handle', varchar),
    required('Status', enumOf('Template', 'Pending', 'InProgress', 'Completed', 'Failed'), 'Pending'),
    required('Connector', varchar),
    optional('Config', 'text'),
  ]),
  connectorMappings: table(
    'connector_mappings',
    [
      ...recordColumns('Emergence\\Connectors\\Mapping'),
      required('ContextClass', varchar),
      required('ContextID', unsigned),
      required('Source', enumOf('creation', 'matching', 'manual'), 'creation'),
      required('Connector', varchar),
      required('ExternalKey', varchar),
      required('ExternalIdentifier', varchar),
    ],
    key('CONTEXT', 'ContextClass', 'ContextID'),
  ),
  handles: table(
    'handles',
    [
      ...recordColumns('GlobalHandle'),
      required('Handle', varchar),
      required('ContextClass', varchar),
      required('ContextID', unsigned),
    ],
    unique('Handle'),
  ),
  addresses: table('addresses', [
    ...recordColumns('Emergence\\People\\ContactPoint\\Postal'),
    required('Address', varchar),
    optional('City', varchar),
    optional('Postal', 'varchar(10)'),
  ]),
  contentBlocks: table(
    'content_blocks',
    [
      ...versionedColumns('Emergence\\CMS\\ContentBlock'),
      required('Handle', varchar),
      required('Content', 'text'),
    ],
    unique('Handle'),
  ),
  events: table(
    'events',
    [
      ...versionedColumns('Emergence\\Events\\Event'),
      required('Title', varchar),
      required('Handle', varchar),
      required('StartTime', 'timestamp'),
      optional('EndTime', 'timestamp'),
      optional('Description', 'text'),
    ],
    unique('Handle'),
  ),
  files: table(
    '_e_files',
    [
      autoId(),
      required('CollectionID', unsigned),
      required('Handle', varchar),
      required('Status', enumOf('Phantom', 'Normal', 'Deleted'), 'Phantom'),
      optional('SHA1', 'char(40)'),
      optional('Size', unsigned),
      optional('Type', varchar),
      optional('MIMEType', varchar),
      required('Timestamp', 'timestamp', 'now'),
      optional('AuthorID', unsigned),
      optional('AncestorID', unsigned),
    ],
    key('CollectionID', 'CollectionID', 'Handle'),
  ),
  fileCollections: table(
    '_e_file_collections',
    [
      autoId(),
      required('Site', enumOf('Local', 'Remote'), 'Local'),
      required('Handle', varchar),
      required('Status', enumOf('Normal', 'Deleted'), 'Normal'),
      required('Created', 'timestamp', 'now'),
      optional('CreatorID', unsigned),
      optional('ParentID', unsigned),
      required('PosLeft', unsigned),
      required('PosRight', unsigned),
    ],
    key('ParentID'),
  ),
} as const satisfies Record<string, TableDefinition>;

/** Migrations are known by their path. */
export const migrations: TableDefinition = {
  name: '_e_migrations',
  columns: [
    required('Key', varchar),
    required('SHA1', 'char(40)'),
    required('Timestamp', 'timestamp', 'now'),
    required('Status', enumOf('skipped', 'started', 'executed', 'failed'), 'started'),
  ],
  keys: [primary('Key')],
};
