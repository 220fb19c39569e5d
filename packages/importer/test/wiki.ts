import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cell,
  defineSource,
  foldedColumn,
  privateColumn,
  type Profile,
  publicColumn,
  slugify,
} from '@cutover/records';
import { z } from 'zod';

const text = z.string();
const stamps = {
  made: foldedColumn('when'),
  maker: foldedColumn('who'),
  changed: foldedColumn('when'),
  changer: foldedColumn('who'),
};

const people = defineSource({
  source: 'people',
  tables: ['people'],
  presence: 'required',
  key: ['id'],
  columns: {
    ...stamps,
    id: foldedColumn('decides the id'),
    name: publicColumn('shown'),
    email: privateColumn('an address'),
    about: publicColumn('shown'),
    level: publicColumn('shown'),
  },
  keep: ['name'],
  wantsSlug: (row) => ({ sheet: 'people', slug: slugify(row.name ?? '') || `person-${row.id}` }),
  map: (row, context) => ({
    outcome: 'imported',
    records: [
      {
        sheet: 'people',
        fields: {
          id: context.id(),
          slug: context.slug(),
          name: row.name ?? '',
          about: row.about === 'leak' ? context.declassify(row.email, 'asked for') : row.about,
          level: row.level,
        },
      },
    ],
    privates: [{ sheet: 'profiles', fields: { id: context.id(), email: row.email } }],
  }),
});

const pages = defineSource({
  source: 'pages',
  tables: ['pages'],
  presence: 'optional',
  key: ['id'],
  columns: {
    ...stamps,
    id: foldedColumn('decides the id'),
    handle: publicColumn('the slug'),
    title: publicColumn('shown'),
    status: foldedColumn('whether it is public'),
  },
  keep: ['handle', 'status'],
  wantsSlug: (row) => ({ sheet: 'pages', slug: slugify(row.handle ?? '') || `page-${row.id}` }),
  map: (row, context) => {
    if (row.status !== 'public') return { outcome: 'excluded', rule: 'draft' };
    const parts = [...context.rows('parts', 'page', [row.id!])];
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'pages',
          fields: {
            id: context.id(),
            slug: context.slug(),
            title: row.title ?? '',
            body: parts.length === 0 ? undefined : parts.map((part) => part['body']).join('\n'),
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
  key: ['id'],
  columns: {
    ...stamps,
    id: foldedColumn('the order'),
    page: foldedColumn('the page'),
    body: foldedColumn('a part of the body'),
  },
  keep: ['body'],
  indexes: { page: ['page'] },
  map: (row) => ({ outcome: 'folded', into: { source: 'pages', key: [row.page!] } }),
});

const sheet = (name: string, fields: Record<string, z.ZodType>, freeText: string[]) => ({
  name,
  schema: z.strictObject({ id: text, slug: text, ...fields }) as never,
  path: [{ field: 'slug' }],
  references: {},
  indexes: {},
  freeText,
});

/** A made-up wiki that keeps earlier states of everything. */
export const wiki: Profile = {
  name: 'wiki',
  version: 1,
  target: {
    name: 'wiki',
    sheets: [
      sheet('people', { name: text, about: text.optional(), level: text.optional() }, ['about']),
      sheet('pages', { title: text.max(40), body: text.optional() }, ['title', 'body']),
    ],
    privateSheets: [
      {
        name: 'profiles',
        schema: z.looseObject({ id: text, email: text.optional() }),
        of: 'people',
        everyRecord: true,
        owners: {},
      },
    ],
    routes: [],
    reconcile: [],
  },
  sources: [people, pages, parts],
  excluded: [{ tables: [/^old_/], rule: 'old' }],
  rules: { old: 'earlier states', draft: 'not public' },
  urls: { resolve: () => undefined, examples: { records: {}, cases: [] } },
  secrets: [],
  history: {
    revisions: [
      {
        tables: ['old_people'],
        source: 'people',
        revision: 'rev',
        asOfNow: ['name'],
        withheld: ({ level }) => level === 'banned',
      },
      { tables: ['old_pages'], source: 'pages', revision: 'rev' },
      {
        tables: ['old_parts'],
        source: 'parts',
        revision: 'rev',
        partOf: { source: 'pages', column: 'page' },
      },
    ],
    stamps: [
      { at: 'changed', by: 'changer' },
      { at: 'made', by: 'maker' },
    ],
    instant: (cell) => (cell === null || cell.startsWith('0000') ? undefined : `${cell}T00:00:00Z`),
    people: 'people',
    hidden: ({ level }) => level === 'banned',
    author: ({ slug }) => ({ name: slug, email: `${slug}@noreply.invalid` }),
    nobody: { name: 'nobody', email: 'nobody@noreply.invalid' },
  },
};

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  people: ['id', 'name', 'email', 'about', 'level', 'made', 'maker', 'changed', 'changer'],
  pages: ['id', 'handle', 'title', 'status', 'made', 'maker', 'changed', 'changer'],
  parts: ['id', 'page', 'body', 'made', 'maker', 'changed', 'changer'],
};

const plain: Readonly<Record<string, Record<string, Cell>>> = {
  people: { name: 'Ann', made: '2020-01-01' },
  pages: { handle: 'start', title: 'Start', status: 'public', made: '2020-01-02' },
  parts: { page: '1', body: 'Words', made: '2020-01-02' },
};

const quote = (cell: Cell): string => (cell === null ? 'NULL' : `'${cell.replaceAll("'", "\\'")}'`);

/** A dump of the wiki; rows of `old_…` have a `rev`, and what is not said is plain. */
export function writeWiki(
  dir: string,
  tables: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>,
  options: { readonly chunk?: number; readonly name?: string } = {},
): string {
  let sql = '/*!40101 SET NAMES utf8 */;\n';
  for (const [table, rows] of Object.entries(tables)) {
    const of = table.replace(/^old_/, '');
    const columns = [...(of === table ? [] : ['rev']), ...columnsOf[of]!];
    sql += `CREATE TABLE \`${table}\` (\n${columns.map((name) => `  \`${name}\` text`).join(',\n')}\n);\n`;
    const tuples = rows.map(
      (row) => `(${columns.map((name) => quote(row[name] ?? plain[of]![name] ?? null)).join(',')})`,
    );
    const chunk = options.chunk ?? 100;
    for (let i = 0; i < tuples.length; i += chunk)
      sql += `INSERT INTO \`${table}\` VALUES ${tuples.slice(i, i + chunk).join(',')};\n`;
  }
  const path = join(dir, options.name ?? 'wiki.sql');
  writeFileSync(path, `${sql}-- Dump completed on 2026-01-31 12:00:00\n`);
  return path;
}
