import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountedRows } from '@cutover/core';
import {
  parseLegacyRequest,
  parseToml,
  type Profile,
  RecordIndexes,
  revealPrivate,
  type StoredRecord,
} from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { describeWithCorpus, scratchDir } from '@cutover/testkit';
import { sampleDump, wordpress, wordpressProfile } from '@cutover/wordpress';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dumpSource,
  importDump,
  type ImportOptions,
  type ImportResult,
  readColumns,
  readExpectations,
  type Waiver,
} from '../src/index.ts';

const sample = fileURLToPath(sampleDump);

/** One network imported into stores of its own. */
class Imported {
  result!: ImportResult;
  publicStore!: PublicStore;
  privateStore!: PrivateStore;
  /** Records by path. */
  readonly tree = new Map<string, StoredRecord>();
  readonly indexes: RecordIndexes;
  text = '';
  readonly #dump: string;
  readonly #profile: Profile;
  readonly #waivers: readonly Waiver[];
  #scratch!: Awaited<ReturnType<typeof scratchDir>>;

  constructor(dump: string, profile: Profile, waivers: readonly Waiver[] = []) {
    this.#dump = dump;
    this.#profile = profile;
    this.#waivers = waivers;
    this.indexes = new RecordIndexes(profile.target.sheets);
  }

  get expectations(): string {
    return join(this.#scratch.dir, 'expectations');
  }

  async open(): Promise<void> {
    this.#scratch = await scratchDir();
    this.publicStore = await openPublicStore(join(this.#scratch.dir, 'public.git'), { create: true });
    this.privateStore = await openPrivateStore(join(this.#scratch.dir, 'private'), { create: true });
    this.result = await this.import({ expectations: this.expectations });
    for await (const { path, sheet, bytes } of this.publicStore.readRecords('legacy-import')) {
      const record = parseToml(bytes.toString()) as StoredRecord;
      this.tree.set(path, record);
      this.indexes.add(sheet, record);
      this.text += bytes.toString();
    }
  }

  import(options: Partial<ImportOptions> = {}): Promise<ImportResult> {
    return importDump({
      profile: this.#profile,
      source: dumpSource([this.#dump]),
      publicStore: this.publicStore,
      privateStore: this.privateStore,
      branch: 'legacy-import',
      waivers: this.#waivers,
      workDir: join(this.#scratch.dir, 'work'),
      toolVersion: '0',
      ...options,
    });
  }

  close(): Promise<void> {
    return this.#scratch.remove();
  }

  find(sheet: string, index: string, value: string): StoredRecord {
    const found = this.indexes.find(sheet, index, value);
    if (found === undefined) throw new Error(`no ${sheet} with ${index} ${value}`);
    return found;
  }

  async privates(sheet: string): Promise<Record<string, unknown>[]> {
    const records = [];
    for await (const record of this.privateStore.read(sheet)) records.push(record);
    return records;
  }
}

const outcomes = ({ checks }: ImportResult) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
const allHold = {
  quarantine: 'holds',
  ledger: 'holds',
  'private-provenance': 'holds',
  'rows-known': 'holds',
};

/** What every import of a network owes, whatever is in it. */
function owesWhatEveryImportOwes(network: Imported, profile: Profile, dump: string): void {
  it('accounts for every row, and holds', () => {
    expect(outcomes(network.result)).toEqual(allHold);
    for (const [table, account] of Object.entries(network.result.tables)) {
      expect([table, accountedRows(account)]).toEqual([table, account.rows]);
    }
  });

  it('moves nothing the second time', async () => {
    const again = await network.import();
    expect([again.moved, again.tree, again.head]).toEqual([false, network.result.tree, network.result.head]);
    for (const changes of Object.values(again.privates!)) {
      expect(changes).toMatchObject({ inserted: 0, changed: 0, removed: 0, conflictsTotal: 0 });
    }
  });

  it('has no credential in the tree', async () => {
    const searched = [];
    for await (const secret of readColumns(dumpSource([dump]), profile.secrets)) {
      if (secret.length < 12) continue;
      searched.push(secret);
      expect(network.text.includes(secret)).toBe(false);
    }
    expect(searched.length).toBeGreaterThan(0);
  });

  it('implies legacy URLs that the rules answer exactly, to the record of the row', async () => {
    let asked = 0;
    for await (const { row, urls = [] } of readExpectations(network.expectations)) {
      for (const { url, status, location, marker } of urls) {
        const answer = profile.urls.resolve(parseLegacyRequest(url), network.indexes);
        expect([row, url, answer]).toEqual([row, url, { status, location }]);
        expect(network.text).toContain(`id = "${marker}"`);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(0);
  });

  it('refers to records that are there', () => {
    for (const [path, record] of network.tree) {
      const sheet = profile.target.sheets.find(({ name }) => path.startsWith(`${name}/`))!;
      for (const [field, of] of Object.entries(sheet.references)) {
        if (record[field] === undefined) continue;
        expect(network.indexes.byId(of, String(record[field])), `${path} ${field}`).toBeDefined();
      }
    }
  });
}

const waivers: readonly Waiver[] = [
  { rule: 'dangling-reference', count: 8, reason: 'parts of rows that are not there, or not known' },
  { rule: 'unknown-post-type', count: 1, reason: 'recipes are not carried over' },
  { rule: 'unknown-taxonomy', count: 1, reason: 'colours are not carried over' },
  { rule: 'unknown-comment-type', count: 1, reason: 'notes about orders are not carried over' },
  { rule: 'not-a-url', count: 1, reason: 'a link that was none' },
];

describe('a network of sites', () => {
  const network = new Imported(sample, wordpress, waivers);
  beforeAll(() => network.open());
  afterAll(() => network.close());
  owesWhatEveryImportOwes(network, wordpress, sample);

  it('gives rows the outcomes that their state asks for', () => {
    expect(network.result.tables).toMatchObject({
      wp_users: { imported: 3, excluded: { 'spam-account': 1 } },
      wp_usermeta: {
        folded: 6,
        excluded: { 'meta-not-carried': 3, 'live-credentials': 2, 'belongs-to-excluded': 1 },
        quarantined: 1,
      },
      wp_options: {
        imported: 1,
        folded: 9,
        excluded: { 'setting-not-carried': 3, 'live-credentials': 3, cache: 2 },
      },
      wp_posts: {
        imported: 10,
        excluded: {
          'not-published': 5,
          'belongs-to-excluded': 2,
          machinery: 2,
          'password-protected': 1,
          scheduled: 2,
        },
        quarantined: 1,
      },
      wp_postmeta: {
        folded: 5,
        excluded: { 'meta-not-carried': 3, 'belongs-to-excluded': 1 },
        quarantined: 2,
      },
      wp_comments: {
        imported: 4,
        excluded: { 'not-approved': 2, pingback: 1, 'belongs-to-excluded': 1 },
        quarantined: 2,
      },
      wp_links: { imported: 1, excluded: { 'hidden-link': 1 }, quarantined: 1 },
      wp_commentmeta: { excluded: { 'plugin-meta': 1 } },
      wp_blogs: { excluded: { network: 3 } },
      wp_actionscheduler_logs: { excluded: { 'plugin-tables': 1 } },
      old_users: { excluded: { 'foreign-install': 1 } },
    });
  });

  it('fails without the waivers, and with others', async () => {
    const without = await network.import({ waivers: [], dryRun: true });
    expect(outcomes(without)['quarantine']).toBe('fails');
    const others = waivers.map((waiver) => ({ ...waiver, count: waiver.count + 1 }));
    const wrong = await network.import({ waivers: others, dryRun: true });
    expect(outcomes(wrong)['quarantine']).toBe('fails');
  });

  it('keeps the sites apart that number and name their rows alike', () => {
    expect([...network.tree.keys()].filter((path) => path.endsWith('/hello-world.toml'))).toEqual([
      expect.stringMatching(/^posts\/main\/..\/hello-world\.toml$/),
      expect.stringMatching(/^posts\/site-2\/..\/hello-world\.toml$/),
      expect.stringMatching(/^posts\/site-3\/..\/hello-world\.toml$/),
    ]);
    const ids = ['1/7', '2/7', '3/7'].map((key) => network.find('posts', 'legacyKey', key).id);
    expect(new Set(ids).size).toBe(3);
    const authors = ['1/7', '2/7'].map((key) => network.find('posts', 'legacyKey', key)['authorId']);
    expect(authors).toEqual(Array(2).fill(network.find('authors', 'nicename', 'ann').id));
  });

  it('folds what belongs to a post into it', () => {
    const term = (key: string) => network.find('terms', 'legacyKey', key).id;
    expect(network.find('posts', 'legacyKey', '1/7')).toMatchObject({
      title: 'Hello world!',
      body: 'It\'s "here": <a href="http://example.org/about/">us</a>\\\nSecond line',
      publishedAt: '2019-12-16T15:30:18Z',
      categoryIds: [term('1/category/3'), term('1/category/6')],
      tagIds: [term('1/tag/4')],
      thumbnailId: network.find('attachments', 'legacyKey', '1/12').id,
    });
    expect(network.find('terms', 'legacyKey', '1/category/6')).toMatchObject({
      legacyPath: '1/category/boats/dinghies',
      parentId: term('1/category/3'),
    });
    expect(network.find('attachments', 'legacyKey', '1/12')).toMatchObject({
      alt: 'The harbour',
      legacyFile: '1/2019/12/harbour.jpg',
    });
    expect(network.find('sites', 'slug', 'site-2')).toMatchObject({ title: 'News', categoryBase: '/topics' });
  });

  it('leaves out what was not public, and what would lead there', () => {
    for (const key of ['11', '13', '14', '15', '16', '17', '18', '19', '25', '29']) {
      for (const sheet of ['posts', 'attachments']) {
        expect(network.indexes.find(sheet, 'legacyKey', `1/${key}`)).toBeUndefined();
      }
    }
    expect(network.find('posts', 'legacyKey', '1/8')['thumbnailId']).toBeUndefined();
    expect(network.find('posts', 'legacyKey', '1/23')['authorId']).toBeUndefined();
    expect(network.find('posts', 'legacyKey', '1/24')['publishedAt']).toBeUndefined();
    const reply = [...network.indexes.list('comments')].find(
      ({ name, site }) => `${site}.${name}` === 'main.9',
    );
    expect(reply).toMatchObject({ authorName: 'Reply to spam' });
    expect(reply).not.toHaveProperty('parentId');
  });

  it('keeps addresses and hashes in the private store', async () => {
    const ben = network.find('authors', 'legacyKey', '2');
    expect(ben).toMatchObject({ slug: '日本', nicename: '日本' });
    expect(await network.privates('profiles')).toContainEqual({
      id: ben.id,
      login: 'ben@example.org',
      email: 'ben@example.org',
    });
    expect((await network.privates('legacy-passwords')).map(({ hash }) => String(hash).slice(0, 4))).toEqual(
      expect.arrayContaining(['$P$B', '$wp$']),
    );
    expect(await network.privates('commenters')).toHaveLength(6);
    expect(network.text).not.toContain('ben@example.org');
    // What Ann wrote of herself, in a field that is looked up from another table, stays.
    expect(network.find('authors', 'legacyKey', '1')['description']).toContain('ann@example.org');
    const provenance = network.result.checks.find(({ id }) => id === 'private-provenance')!;
    expect(provenance.evidence).toMatchObject({ 'written-in-public-text': 2 });
  });

  it('is told where a profile puts an address into a record', async () => {
    const leaking: Profile = {
      ...wordpress,
      sources: wordpress.sources.map((source) => ({
        ...source,
        map: (row, context) => {
          const mapped = source.map(row, context);
          if (source.source !== 'users' || mapped.outcome !== 'imported') return mapped;
          const [record] = mapped.records;
          const url = `mailto:${revealPrivate(row['user_email'] as never)}`;
          return { ...mapped, records: [{ ...record!, fields: { ...record!.fields, displayName: url } }] };
        },
      })),
    };
    const { checks } = await network.import({ profile: leaking, dryRun: true });
    const check = checks.find(({ id }) => id === 'private-provenance')!;
    const ben = expect.stringMatching(/^authors\/..\/日本\.toml$/) as string;
    // His address is his login too; Ann wrote hers in public herself.
    expect([check.outcome, check.findings.map(({ subject }) => subject)]).toEqual(['fails', [ben, ben]]);
  });
});

describeWithCorpus('a real network of sites that shares its database', (dumps) => {
  const dump = join(dumps, 'wordpress-mysql82.sql');
  const network = new Imported(dump, wordpress);
  beforeAll(() => network.open());
  afterAll(() => network.close());
  owesWhatEveryImportOwes(network, wordpress, dump);

  it('has as many rows as its server had, table by table', () => {
    const { dumps: all } = JSON.parse(readFileSync(join(dumps, 'MANIFEST.json'), 'utf8')) as {
      dumps: { name: string; tables: { table: string; rows: number }[] }[];
    };
    const { tables } = all.find(({ name }) => name === 'wordpress-mysql82')!;
    const counted = Object.entries(network.result.tables).map(([table, { rows }]) => [table, rows]);
    expect(counted.sort()).toEqual(tables.map(({ table, rows }) => [table, rows]).sort());
    const total = Object.values(network.result.tables).reduce((sum, account) => sum + account.rows, 0);
    expect(total).toBe(579);
  });

  it('becomes one record a site, post, comment, term and account', () => {
    const count = Object.fromEntries(
      wordpress.target.sheets.map(({ name }) => [name, network.indexes.count(name)]),
    );
    expect(count).toEqual({
      sites: 3,
      authors: 1,
      posts: 4,
      attachments: 0,
      terms: 3,
      comments: 2,
      links: 0,
    });
    expect(network.find('sites', 'host', 'test1.wordpress')).toMatchObject({
      slug: 'site-2',
      title: 'Test Subdomain 1',
      permalinkStructure: '/%year%/%monthnum%/%day%/%postname%/',
    });
  });

  it('excludes by rules, and quarantines nothing', () => {
    const rules: Record<string, number> = {};
    for (const { excluded, quarantined } of Object.values(network.result.tables)) {
      expect(quarantined).toBe(0);
      for (const [rule, rows] of Object.entries(excluded)) rules[rule] = (rules[rule] ?? 0) + rows;
    }
    expect(rules).toMatchObject({ 'foreign-install': 127, 'plugin-tables': 7, network: 41 });
  });

  it('has no address of the account or of a commenter in the tree', async () => {
    const profiles = await network.privates('profiles');
    expect(profiles).toMatchObject([{ login: 'admin', email: 'admin@wordpress' }]);
    expect(await network.privates('commenters')).toHaveLength(2);
    expect(network.text).not.toMatch(/admin@wordpress|wapuu@wordpress\.example|\$P\$/);
  });

  it('leaves the other installation to the profile of its prefix', async () => {
    const other = wordpressProfile('foo_');
    await expect(network.import({ profile: other, dryRun: true })).resolves.toMatchObject({
      tables: {
        foo_users: { imported: 1 },
        foo_posts: { rows: 3, imported: 2, excluded: { 'not-published': 1 } },
        wp_2_posts: { excluded: { 'foreign-install': 2 } },
      },
    });
    await expect(network.import({ profile: wordpressProfile('none_'), dryRun: true })).rejects.toMatchObject({
      code: 'table-missing',
    });
  });
});
