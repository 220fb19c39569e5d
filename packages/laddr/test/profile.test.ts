import { readFileSync } from 'node:fs';
import { namedRows, resolveTable, type SourceTable } from '@cutover/records';
import { corpusDir, describeWithCorpus } from '@cutover/testkit';
import { describe, expect, it } from 'vitest';
import { laddr } from '../src/index.ts';
import { mapCases } from './support/cases.ts';

/** Tables of a dump with their columns, as its CREATE TABLE statements give them. */
function tablesOf(sql: string): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const [, name, body] of sql.matchAll(/CREATE TABLE `(\w+)` \(\n([\s\S]*?)\n\)/g)) {
    tables.set(
      name!,
      [...body!.matchAll(/^ {2}`(\w+)`/gm)].map((match) => match[1]!),
    );
  }
  return tables;
}

function sourceOf(table: string): SourceTable | undefined {
  const resolved = resolveTable(laddr, table);
  return resolved !== undefined && 'source' in resolved ? resolved.source : undefined;
}

describe('tables', () => {
  it.each([
    ['people', 'people'],
    ['tag_items', 'tag-items'],
    ['tag_assignments', 'tag-items'],
    ['content_items', 'content-items'],
    ['redirects', 'redirects'],
  ])('%s is mapped as %s', (table, source) => expect(sourceOf(table)?.source).toBe(source));

  it.each([
    ['history_people', 'history'],
    ['sessions', 'live-credentials'],
    ['tokens', 'live-credentials'],
    ['member_checkins', 'discontinued-feature'],
    ['events', 'discontinued-feature'],
    ['groups', 'unused-feature'],
    ['group_members', 'unused-feature'],
    ['handles', 'unused-feature'],
    ['content_blocks', 'unused-feature'],
    ['contact_submissions', 'private-correspondence'],
    ['email_subscribers', 'private-correspondence'],
    ['addresses', 'private-correspondence'],
    ['connector_jobs', 'connector-state'],
    ['connector_mappings', 'connector-state'],
    ['_e_files', 'framework'],
    ['_e_file_collections', 'framework'],
    ['_e_migrations', 'framework'],
  ])('%s is excluded by %s', (table, rule) => expect(resolveTable(laddr, table)).toEqual({ rule }));

  it('that the profile does not name are drift', () => {
    for (const table of ['wp_users', 'people2', 'my_history_people']) {
      expect(resolveTable(laddr, table), table).toBeUndefined();
    }
  });

  it('are all optional but people', () => {
    expect(
      laddr.sources.filter(({ presence }) => presence === 'required').map(({ source }) => source),
    ).toEqual(['people']);
  });
});

describe('columns', () => {
  it('each have a class and a reason', () => {
    for (const { source, columns } of laddr.sources) {
      for (const [name, { reason }] of Object.entries(columns))
        expect(reason, `${source}.${name}`).not.toBe('');
    }
  });

  it('that are confided or secret are private', () => {
    const people = laddr.sources.find(({ source }) => source === 'people')!;
    const confided = Object.entries(people.columns).filter(([, rule]) => rule.class === 'private');
    expect(confided.map(([name]) => name).sort()).toEqual(
      ['BirthDate', 'Email', 'Gender', 'Location', 'Newsletter', 'Password', 'Phone'].sort(),
    );
    for (const { table, column } of laddr.secrets) {
      const rule = sourceOf(table)?.columns[column];
      if (rule === undefined) expect(resolveTable(laddr, table)).toHaveProperty('rule');
      else expect(rule.class, `${table}.${column}`).toBe('private');
    }
  });
});

describe('references', () => {
  it('are named for every column that holds the key of another row', () => {
    for (const { source, columns, references = {} } of laddr.sources) {
      const keys = Object.keys(columns).filter((name) => name !== 'ID' && name.endsWith('ID'));
      expect(Object.keys(references).sort(), source).toEqual(keys.sort());
    }
  });

  it('lead to sources that there are', () => {
    const names = laddr.sources.map(({ source }) => source);
    for (const { references = {} } of laddr.sources) {
      for (const { source } of Object.values(references))
        if (typeof source === 'string') expect(names).toContain(source);
    }
  });

  it.each([
    ['Person', 'people'],
    ['Laddr\\ProjectUpdate', 'project-updates'],
    ['Emergence\\Events\\Event', undefined],
    ['unheard of', undefined],
  ])('by a context of %s lead to %s', (className, source) => {
    const comments = sourceOf('comments')!;
    const values: Record<string, string> = { ContextClass: className, ContextID: '7', CreatorID: '8' };
    const named = namedRows(comments, '', (column) => values[column]);
    expect(named.find(({ column }) => column === 'ContextID')?.row.source).toBe(source);
    expect(named.find(({ column }) => column === 'CreatorID')).toMatchObject({
      row: { source: 'people', key: ['8'] },
      goesWith: true,
    });
  });
});

describeWithCorpus('a real dump', () => {
  it.each(['laddr-site.sql', 'laddr-fixtures.sql'])('%s has no table or column that is not named', (file) => {
    const tables = tablesOf(readFileSync(`${corpusDir()}/${file}`, 'utf8'));
    expect(tables.size).toBeGreaterThan(4);
    for (const [table, columns] of tables) {
      const source = sourceOf(table);
      if (source === undefined) {
        expect(resolveTable(laddr, table), table).toHaveProperty('rule');
        continue;
      }
      for (const column of columns) expect(source.columns[column], `${table}.${column}`).toBeDefined();
      for (const [column, { optional }] of Object.entries(source.columns)) {
        if (optional !== true) expect(columns, table).toContain(column);
      }
    }
  });
});

describe('rules', () => {
  it('that rows are excluded or quarantined by are all explained, and all but those of tables are met', () => {
    const used = new Set<string>();
    for (const { mapped } of mapCases()) if ('rule' in mapped) used.add(mapped.rule);
    const ofTables = new Set(laddr.excluded.map(({ rule }) => rule));
    expect([...used].filter((rule) => !Object.hasOwn(laddr.rules, rule))).toEqual([]);
    expect(Object.keys(laddr.rules).filter((rule) => !used.has(rule) && !ofTables.has(rule))).toEqual([]);
    for (const [rule, reason] of Object.entries(laddr.rules)) expect(reason.length, rule).toBeGreaterThan(20);
  });
});
