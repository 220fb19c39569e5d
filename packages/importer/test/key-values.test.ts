import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defineSource,
  foldedColumn,
  type Profile,
  privateColumn,
  publicColumn,
  revealPrivate,
} from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dumpSource, importDump, readColumns, type Source } from '../src/index.ts';

const seen: unknown[] = [];
const slugs: unknown[] = [];

/** Settings as keys and values, one table a site: the class of a value hangs on its key. */
const settings = defineSource({
  source: 'settings',
  tables: [/^(?:site(?<scope>\d+)_)?settings$/],
  presence: 'required',
  key: ['name'],
  columns: {
    name: publicColumn('the slug'),
    value: foldedColumn('titles are public', { only: { column: 'name', values: ['title'] } }),
    note: privateColumn('confided', { only: { column: 'name', values: ['title'] } }),
  },
  keep: ['value'],
  wantsSlug(row, scope) {
    slugs.push([row.name, scope]);
    return { sheet: 'settings', slug: scope === '' ? row.name! : `${scope}.${row.name}` };
  },
  map(row, context) {
    const kept = context.row('settings', context.key)!['value'];
    seen.push([context.scope, row.name, row.value, revealPrivate(row.note), kept, context.slug()]);
    return { outcome: 'excluded', rule: 'seen' };
  },
});

const profile: Profile = {
  name: 'settings',
  version: 1,
  target: {
    name: 'settings',
    sheets: [
      {
        name: 'settings',
        schema: z.looseObject({}) as never,
        path: [{ field: 'slug' }],
        references: {},
        indexes: {},
        freeText: [],
      },
    ],
    privateSheets: [],
    routes: [],
    reconcile: [],
  },
  sources: [settings],
  excluded: [],
  rules: { seen: 'looked at' },
  urls: { resolve: () => undefined, examples: { records: {}, cases: [] } },
  secrets: [],
};

const table = (name: string, rows: string): string =>
  `CREATE TABLE \`${name}\` (\n  \`name\` varchar(20) NOT NULL,\n  \`value\` varchar(20) NOT NULL,\n  \`note\` varchar(20) NOT NULL\n);\nINSERT INTO \`${name}\` VALUES ${rows};\n`;

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let source: Source;

beforeAll(async () => {
  scratch = await scratchDir();
  const path = join(scratch.dir, 'dump.sql');
  writeFileSync(
    path,
    table('settings', "('title','Home','shown'),('key','s3cret','hidden'),('','','')") +
      table('site2_settings', "('title','Two','shown too'),('key','s3cret2','hidden')") +
      '-- Dump completed on 2026-01-31 12:00:00\n',
  );
  source = dumpSource([path]);
});
afterAll(() => scratch.remove());

describe('a table of keys and values', () => {
  beforeAll(async () => {
    await importDump({
      profile,
      source,
      publicStore: await openPublicStore(join(scratch.dir, 'public.git'), { create: true }),
      privateStore: await openPrivateStore(join(scratch.dir, 'private'), { create: true }),
      branch: 'legacy-import',
      workDir: join(scratch.dir, 'work'),
      toolVersion: '0',
    });
  });

  it('lets a value through in rows of the named keys only, to the mapper and to the lookups', () => {
    expect(seen).toEqual([
      ['', 'title', 'Home', 'shown', 'Home', 'title'],
      ['', 'key', null, null, null, 'key'],
      ['', '', null, null, null, ''],
      ['2', 'title', 'Two', 'shown too', 'Two', '2.title'],
      ['2', 'key', null, null, null, '2.key'],
    ]);
  });

  it('is told the scope when it asks for a slug', () => {
    expect(slugs).toContainEqual(['title', '']);
    expect(slugs).toContainEqual(['title', '2']);
  });
});

describe('secret columns', () => {
  const read = async (wanted: Profile['secrets']): Promise<string[]> => {
    const values = [];
    for await (const value of readColumns(source, wanted)) values.push(value);
    return values;
  };
  const keys = { column: 'name', matches: /^key$/ };

  it('are read from the tables and rows that are named', async () => {
    expect(await readFile(join(scratch.dir, 'dump.sql'), 'utf8')).toContain('s3cret2');
    expect(await read([{ table: 'settings', column: 'value' }])).toEqual(['Home', 's3cret']);
    expect(await read([{ table: '*settings', column: 'value', where: keys }])).toEqual(['s3cret', 's3cret2']);
    expect(await read([{ table: 'site*_settings', column: 'value', where: keys }])).toEqual(['s3cret2']);
    expect(await read([{ table: 'settings', column: 'nothing' }])).toEqual([]);
  });

  it.each(['settings*settings', 's*x*settings', '*_setting', '', 'site*2*2_settings'])(
    'of %j are nowhere',
    async (name) => {
      expect(await read([{ table: name, column: 'value' }])).toEqual([]);
    },
  );

  it.each(['*', 's*', '*s*t*s', 'settings*', 'site2*settings'])('of %j are somewhere', async (name) => {
    expect(await read([{ table: name, column: 'value' }])).toContain(
      name === 'site2*settings' ? 's3cret2' : 's3cret',
    );
  });
});
