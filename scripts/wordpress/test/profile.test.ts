import { readFileSync } from 'node:fs';
import { type Profile, resolveTable } from '@cutover/records';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { sampleDump, wordpress, wordpressProfile } from '../src/index.ts';

const resolved = (table: string, profile = wordpress) => {
  const found = resolveTable(profile, table);
  if (found === undefined || 'rule' in found) return found;
  return [found.source.source, found.scope];
};

describe('the profile', () => {
  it('is a profile by type, without the optional parts', () => {
    expectTypeOf(wordpress).toEqualTypeOf<Profile>();
    expectTypeOf(wordpressProfile).returns.toEqualTypeOf<Profile>();
    expect(wordpress.identity).toBeUndefined();
    expect(wordpress.knownAccounts).toBeUndefined();
  });

  it('explains every rule that it excludes tables by', () => {
    for (const { rule } of wordpress.excluded) expect(wordpress.rules).toHaveProperty(rule);
  });

  it('gives a reason for every column', () => {
    for (const { source, columns } of wordpress.sources) {
      for (const [name, { reason, only }] of Object.entries(columns)) {
        expect(reason, `${source}.${name}`).not.toBe('');
        if (only !== undefined) expect(columns).toHaveProperty(only.column);
      }
    }
  });

  it('says of every source which columns refer to which others', () => {
    const names = wordpress.sources.map(({ source }) => source);
    for (const { source, columns, references } of wordpress.sources) {
      expect(references, source).toBeDefined();
      for (const [column, reference] of Object.entries(references!)) {
        expect(columns).toHaveProperty(column);
        expect(names).toContain(reference.source);
      }
    }
  });

  it('refers to sheets that there are', () => {
    const names = wordpress.target.sheets.map(({ name }) => name);
    for (const { references } of wordpress.target.sheets) {
      expect(names).toEqual(expect.arrayContaining(Object.values(references)));
    }
    for (const { of } of wordpress.target.privateSheets) expect(names).toContain(of);
    for (const { sheet } of wordpress.target.routes) expect(names).toContain(sheet);
  });
});

describe('tables', () => {
  it.each([
    ['wp_posts', ['posts', '']],
    ['wp_2_posts', ['posts', '2']],
    ['wp_31_term_relationships', ['term-relationships', '31']],
    ['wp_users', ['users', '']],
    ['wp_commentmeta', { rule: 'plugin-meta' }],
    ['wp_2_termmeta', { rule: 'plugin-meta' }],
    ['wp_sitemeta', { rule: 'network' }],
    ['wp_wc_orders', { rule: 'plugin-tables' }],
    ['wp_2_woocommerce_sessions', { rule: 'plugin-tables' }],
    ['wp_actionscheduler_claims', { rule: 'plugin-tables' }],
    ['foo_posts', { rule: 'foreign-install' }],
    ['foo_2_options', { rule: 'foreign-install' }],
    ['wpx_posts', { rule: 'foreign-install' }],
    ['foo_wc_orders', { rule: 'foreign-install' }],
  ])('%s is %j', (table, expected) => expect(resolved(table)).toEqual(expected));

  it.each(['wp_2_users', 'wp_02_posts', 'wp_posts_backup', 'wp_gallery', 'posts', 'wp_wc_', 'xwp_posts2'])(
    '%s is drift',
    (table) => expect(resolved(table)).toBeUndefined(),
  );

  it('of any prefix are those of its own profile', () => {
    const other = wordpressProfile('a.b_');
    expect(resolved('a.b_3_posts', other)).toEqual(['posts', '3']);
    expect(resolved('axb_3_posts', other)).toEqual({ rule: 'foreign-install' });
    expect(resolved('wp_3_posts', other)).toEqual({ rule: 'foreign-install' });
  });
});

describe('secrets', () => {
  const { secrets } = wordpress;
  const patternOf = (column: string, table: string) =>
    secrets.find((secret) => secret.column === column && secret.table === table)!.where!.matches;

  it.each([
    'auth_key',
    'secure_auth_salt',
    'logged_in_key',
    'nonce_salt',
    'mailserver_pass',
    'recovery_keys',
  ])('are options named %s, and the profile lets their values nowhere', (name) => {
    expect(patternOf('option_value', '*_options').test(name)).toBe(true);
    const options = wordpress.sources.find(({ source }) => source === 'options')!;
    expect(options.columns['option_value']!.only!.values).not.toContain(name);
  });

  it.each(['session_tokens', '_application_passwords'])('are account fields named %s', (name) => {
    expect(patternOf('meta_value', '*_usermeta').test(name)).toBe(true);
    const usermeta = wordpress.sources.find(({ source }) => source === 'usermeta')!;
    expect(usermeta.columns['meta_value']!.only!.values).not.toContain(name);
  });

  it('are not what the records are made of', () => {
    expect(patternOf('option_value', '*_options').test('blogname')).toBe(false);
    expect(patternOf('meta_value', '*_usermeta').test('nickname')).toBe(false);
  });
});

describe('the sample', () => {
  it('says that it is whole, and names only tables that the profile knows', () => {
    const sql = readFileSync(sampleDump, 'utf8');
    expect(sql).toMatch(/-- Dump completed on \d{4}-\d\d-\d\d .*\n$/);
    const tables = [...sql.matchAll(/^CREATE TABLE `(\w+)`/gm)].map((match) => match[1]!);
    expect(tables.length).toBeGreaterThan(20);
    for (const table of tables) expect(resolved(table), table).toBeDefined();
  });
});
