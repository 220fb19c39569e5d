import type { SampleRow } from '../dump-chunks.ts';

import { firstGenerated, type Plan } from '../plan.ts';
import type { Random } from '../random.ts';
import { sentence, timestamp, title } from '../words.ts';
import { somebody, stampsOf } from './people.ts';

/** Rows of a table that is not imported: how many a site of 1,240 people has, and what one looks like. */
export interface ExcludedRows {
  readonly per1240: number;
  readonly row: (plan: Plan, random: Random, index: number) => SampleRow;
}

const stamped = (plan: Plan, random: Random, className: string, versioned = false): SampleRow => ({
  Class: className,
  ...stampsOf(plan, random, 0.5, versioned),
});

export const excludedRows: Readonly<Record<string, ExcludedRows>> = {
  sessions: {
    per1240: 200,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Emergence\\People\\UserSession'),
      Handle: random.hex(32),
      LastRequest: timestamp(random, 0.99),
      LastIP: String(random.next()),
      PersonID: somebody(plan, random),
    }),
  },
  tokens: {
    per1240: 30,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Emergence\\People\\PasswordToken'),
      Handle: random.hex(32),
      Expires: timestamp(random, 0.9),
      Used: null,
    }),
  },
  member_checkins: {
    per1240: 250,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Laddr\\MemberCheckin'),
      MemberID: somebody(plan, random),
      MeetupID: random.chance(50) ? String(random.below(1e6)) : null,
      ProjectID: null,
    }),
  },
  groups: {
    per1240: 4,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'Emergence\\People\\Groups\\Group'),
      Name: title(random),
      Handle: `group_${index + 1}`,
      Status: 'Active',
      ParentID: null,
      Left: String(2 * index + 1),
      Right: String(2 * index + 2),
    }),
  },
  group_members: {
    per1240: 25,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'Emergence\\People\\Groups\\GroupMember'),
      GroupID: '1001',
      PersonID: String(firstGenerated + index),
      Role: 'Member',
    }),
  },
  contact_submissions: {
    per1240: 20,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Emergence\\ContactSubmission'),
      Subform: 'contact',
      Data: JSON.stringify({ Name: 'Somebody', Message: sentence(random) }),
    }),
  },
  email_subscribers: {
    per1240: 30,
    row: (_plan, random, index) => ({
      Email: `reader${index + 1}@example.net`,
      Created: timestamp(random, 0.3),
    }),
  },
  connector_jobs: {
    per1240: 6,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Emergence\\Connectors\\Job'),
      Handle: random.hex(16),
      Status: 'Completed',
      Connector: 'meetup',
      Config: '{"pretend":true}',
    }),
  },
  connector_mappings: {
    per1240: 40,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'Emergence\\Connectors\\Mapping'),
      ContextClass: 'Emergence\\People\\Person',
      ContextID: somebody(plan, random),
      Source: 'creation',
      Connector: 'slack',
      ExternalKey: 'user[id]',
      ExternalIdentifier: `U${String(index + 1).padStart(8, '0')}`,
    }),
  },
  handles: {
    per1240: 10,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'GlobalHandle'),
      Handle: `global_${index + 1}`,
      ContextClass: 'Laddr\\Project',
      ContextID: '1',
    }),
  },
  addresses: {
    per1240: 3,
    row: (plan, random) => ({
      ...stamped(plan, random, 'Emergence\\People\\ContactPoint\\Postal'),
      Address: `${1 + random.below(999)} Market Street`,
      City: 'Springfield',
      Postal: '00000',
    }),
  },
  content_blocks: {
    per1240: 3,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'Emergence\\CMS\\ContentBlock', true),
      Handle: `block_${index + 1}`,
      Content: sentence(random),
    }),
  },
  events: {
    per1240: 15,
    row: (plan, random, index) => ({
      ...stamped(plan, random, 'Emergence\\Events\\Event', true),
      Title: title(random),
      Handle: `event_${index + 1}`,
      StartTime: timestamp(random, 0.6),
      Description: sentence(random),
    }),
  },
  _e_files: {
    per1240: 150,
    row: (plan, random, index) => ({
      CollectionID: String(firstGenerated + random.below(20)),
      Handle: `file${index + 1}.php`,
      Status: 'Normal',
      SHA1: random.hex(40),
      Size: String(random.below(50_000)),
      Type: 'text',
      MIMEType: 'application/php',
      Timestamp: timestamp(random, 0.4),
      AuthorID: somebody(plan, random),
    }),
  },
  _e_file_collections: {
    per1240: 20,
    row: (plan, random, index) => ({
      Site: 'Local',
      Handle: `folder${index + 1}`,
      Status: 'Normal',
      Created: timestamp(random, 0.1),
      CreatorID: somebody(plan, random),
      PosLeft: String(2 * index + 1),
      PosRight: String(2 * index + 2),
    }),
  },
  _e_migrations: {
    per1240: 12,
    row: (_plan, random, index) => ({
      Key: `People/2019010${(index % 9) + 1}_migration-${index + 1}`,
      SHA1: random.hex(40),
      Timestamp: timestamp(random, 0.7),
      Status: 'executed',
    }),
  },
};
