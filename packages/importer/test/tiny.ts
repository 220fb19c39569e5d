import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  defineSource,
  droppedColumn,
  foldedColumn,
  privateColumn,
  type Profile,
  publicColumn,
  slugify,
  type Target,
} from '@cutover/records';
import { z } from 'zod';

const text = z.string();

/** A made-up system of members, notes and the parts of notes: small enough to see through. */
const tinyTarget: Target = {
  name: 'tiny',
  sheets: [
    {
      name: 'members',
      schema: z.strictObject({ id: text, slug: text, name: text.max(20), nick: text.optional() }),
      path: [{ field: 'id', first: 2 }, { field: 'slug' }],
      references: {},
      indexes: { slug: 'exact' },
      freeText: [],
    },
    {
      name: 'notes',
      schema: z.strictObject({ id: text, slug: text, memberId: text, body: text }),
      path: [{ field: 'slug' }],
      references: { memberId: 'members' },
      indexes: { slug: 'exact' },
      freeText: ['body'],
    },
  ],
  privateSheets: [
    {
      name: 'profiles',
      schema: z.looseObject({ id: text, email: text.optional(), newsletter: z.boolean().optional() }),
      of: 'members',
      everyRecord: true,
      owners: { email: 'new-side-after-claim', newsletter: 'opt-out', hash: 'new-side-after-claim' },
    },
  ],
  routes: [],
  reconcile: [],
  claimed: { sheet: 'profiles', field: 'signedInAt' },
};

const members = defineSource({
  source: 'members',
  tables: ['members'],
  presence: 'required',
  key: ['id'],
  columns: {
    id: foldedColumn('decides the id'),
    name: publicColumn('shown'),
    email: privateColumn('an address'),
    hash: privateColumn('a credential'),
    newsletter: privateColumn('a choice'),
    nick: publicColumn('shown', { optional: true }),
    cache: droppedColumn('computed'),
  },
  keep: ['name'],
  wantsSlug: (row) => ({ sheet: 'members', slug: slugify(row.name ?? '') || `member-${row.id}` }),
  map: (row, context) => {
    if (row.name === 'throws') throw new Error('no');
    const nick = row.nick === 'leak' ? context.declassify(row.email, 'asked for by the member') : row.nick;
    return {
      outcome: 'imported',
      records: [
        { sheet: 'members', fields: { id: context.id(), slug: context.slug(), name: row.name ?? '', nick } },
      ],
      privates: [
        {
          sheet: 'profiles',
          fields: { id: context.id(), email: row.email, hash: row.hash, newsletter: row.id === '1' },
        },
      ],
    };
  },
  urls: (row, context) => [
    {
      url: `/m/${row.id}`,
      rule: 'member',
      status: 301,
      location: `/members/${context.slug()}`,
      marker: context.id(),
    },
  ],
});

const notes = defineSource({
  source: 'notes',
  tables: ['notes', /^site(?<scope>\d+)_notes$/],
  presence: 'optional',
  key: ['id'],
  columns: {
    id: foldedColumn('decides the id'),
    member_id: publicColumn('the author'),
    draft: foldedColumn('decides whether it is public'),
    at: foldedColumn('scheduled notes are not public yet'),
  },
  references: { member_id: { source: 'members', scope: '', goesWith: true } },
  keep: ['member_id', 'draft'],
  map: (row, context) => {
    if (row.draft === '1') return { outcome: 'excluded', rule: 'draft' };
    if (row.at !== null && row.at > context.moment) return { outcome: 'excluded', rule: 'draft' };
    if (row.member_id === null || context.row('members', [row.member_id], '') === undefined) {
      return { outcome: 'quarantined', rule: 'dangling', column: 'member_id' };
    }
    const parts = [...context.rows('parts', 'byNote', [row.id!])];
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'notes',
          fields: {
            id: context.id(),
            slug: `${context.scope === '' ? '' : `${context.scope}-`}${row.id}`,
            memberId: context.id('members', [row.member_id], ''),
            body: parts.map((part) => part['body']).join('\n'),
          },
        },
      ],
    };
  },
});

const parts = defineSource({
  source: 'parts',
  tables: ['parts'],
  presence: 'optional',
  key: ['note_id', 'n'],
  columns: {
    note_id: foldedColumn('the note'),
    n: foldedColumn('the order'),
    body: foldedColumn('body of the note'),
  },
  keep: ['body'],
  indexes: { byNote: ['note_id'] },
  map: (row) => ({ outcome: 'folded', into: { source: 'notes', scope: '', key: [row.note_id!] } }),
});

export const tiny: Profile = {
  name: 'tiny',
  version: 1,
  target: tinyTarget,
  sources: [members, notes, parts],
  excluded: [{ tables: ['logs'], rule: 'logs' }],
  rules: { logs: 'nobody reads them', draft: 'not public', dangling: 'its member is not there' },
  identity: { source: 'members', column: 'name', sheet: 'members', field: 'name' },
  urls: { resolve: () => undefined, examples: { records: {}, cases: [] } },
  secrets: [{ table: 'members', column: 'hash' }],
};

export type Cell = string | null;

export interface TinyTables {
  /** [id, name, email, hash] */
  readonly members?: readonly (readonly Cell[])[];
  /** [id, member_id, draft, at] */
  readonly notes?: readonly (readonly Cell[])[];
  /** [note_id, n, body] */
  readonly parts?: readonly (readonly Cell[])[];
  /** [line] */
  readonly logs?: readonly (readonly Cell[])[];
  /** More SQL before the closing line. */
  readonly extra?: string;
  /** The closing line; absent: a whole dump. */
  readonly end?: string;
  /** Rows of one INSERT; absent: all rows of a table. */
  readonly statementRows?: number;
  /** More column definitions of `members`. */
  readonly memberColumns?: string;
}

const quote = (cell: Cell): string =>
  cell === null
    ? 'NULL'
    : `'${cell.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

function inserts(
  table: string,
  rows: readonly (readonly Cell[])[],
  { statementRows = rows.length }: TinyTables,
  more: readonly Cell[] = [],
): string {
  let text = '';
  for (let from = 0; from < rows.length; from += statementRows) {
    const some = rows.slice(from, from + statementRows);
    const tuples = some.map((row) => `(${[...row, ...more].map(quote).join(',')})`);
    text += `INSERT INTO \`${table}\` VALUES ${tuples.join(',')};\n`;
  }
  return text;
}

/** A dump of the tiny system. */
export function tinyDump(tables: TinyTables): string {
  return [
    '-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)\n--\n-- Host: localhost    Database: tiny\n',
    '/*!40101 SET NAMES utf8 */;\n',
    `CREATE TABLE \`members\` (\n  \`id\` int(11) NOT NULL,\n  \`name\` varchar(50) DEFAULT NULL,\n  \`email\` varchar(50) DEFAULT NULL,\n  \`hash\` varchar(50) DEFAULT NULL,\n  \`newsletter\` int(11) DEFAULT NULL,\n  \`cache\` varchar(9) DEFAULT NULL,\n${tables.memberColumns ?? ''}  PRIMARY KEY (\`id\`)\n) DEFAULT CHARSET=utf8;\n`,
    inserts('members', tables.members ?? [['1', 'Ann', 'ann@example.org', 'h1'.repeat(10)]], tables, [
      '0',
      'c',
    ]),
    tables.notes === undefined
      ? ''
      : `CREATE TABLE \`notes\` (\n  \`id\` int(11) NOT NULL,\n  \`member_id\` int(11) DEFAULT NULL,\n  \`draft\` int(11) DEFAULT NULL,\n  \`at\` varchar(30) DEFAULT NULL,\n  PRIMARY KEY (\`id\`)\n);\n${inserts('notes', tables.notes, tables)}`,
    tables.parts === undefined
      ? ''
      : `CREATE TABLE \`parts\` (\n  \`note_id\` int(11) NOT NULL,\n  \`n\` int(11) NOT NULL,\n  \`body\` text,\n  PRIMARY KEY (\`note_id\`,\`n\`)\n);\n${inserts('parts', tables.parts, tables)}`,
    tables.logs === undefined
      ? ''
      : `CREATE TABLE \`logs\` (\n  \`line\` text\n);\n${inserts('logs', tables.logs, tables)}`,
    tables.extra ?? '',
    tables.end ?? '-- Dump completed on 2026-01-31 12:00:00\n',
  ].join('');
}

let dumps = 0;

/** Writes a dump into a folder; its path. */
export function writeDump(dir: string, tables: TinyTables): string {
  const path = join(dir, `dump-${++dumps}.sql`);
  writeFileSync(path, tinyDump(tables));
  return path;
}
