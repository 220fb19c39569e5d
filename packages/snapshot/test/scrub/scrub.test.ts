import { join } from 'node:path';
import type { Profile, ScrubRules, StoredRecord } from '@cutover/records';
import { git, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { wordpress } from '@cutover/wordpress';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrub } from '../../src/index.ts';
import { newId } from '../../src/scrub/new-id.ts';
import {
  commitRecords,
  firstKey,
  importSample,
  otherKey,
  profile,
  recordsOf,
  scrubInto,
  type Site,
} from '../support/site.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let site: Site;
let original: Map<string, StoredRecord>;
let first: Awaited<ReturnType<typeof scrubInto>>;
let scrubbed: Map<string, StoredRecord>;

beforeAll(async () => {
  scratch = await scratchDir();
  site = await importSample(scratch.dir);
  original = await recordsOf(site.publicStore, site.branch);
  first = await scrubInto(join(scratch.dir, 'first.git'), site, { testLogins: true });
  scrubbed = await recordsOf(first.snapshot, first.head.commit);
});
afterAll(() => scratch.remove());

const byId = (records: Map<string, StoredRecord>) =>
  new Map([...records.values()].map((record) => [record.id, record]));
const rulesOf = (change: (rules: ScrubRules) => ScrubRules): Profile => ({
  ...profile,
  scrub: change(profile.scrub!),
});
const into = async (name: string, options: Parameters<typeof scrubInto>[2] = {}) =>
  scrubInto(join(scratch.dir, name), site, options);

describe('a scrub', () => {
  it('keeps every record, fits every schema, and leaves no id, legacy id, name or time as it was', () => {
    const after = byId(scrubbed);
    expect(scrubbed.size).toBe(original.size + 5 * 4 + 3);
    let times = 0;
    for (const [path, record] of original) {
      const sheet = profile.target.sheets.find(({ name }) => path.startsWith(`${name}/`))!;
      const made = after.get(newId(firstKey, record.id))!;
      expect(sheet.schema.safeParse(made).success).toBe(true);
      expect(made).not.toHaveProperty('legacyId');
      for (const field of [
        'slug',
        'firstName',
        'lastName',
        'title',
        'about',
        'legacyHandle',
        'createdAt',
        'url',
      ]) {
        if (made[field] !== undefined) expect(made[field]).not.toBe(record[field]);
      }
      const [a, b] = [made['createdAt'], made['modifiedAt']];
      const [c, d] = [record['createdAt'], record['modifiedAt']];
      if (a === undefined || b === undefined || c === d) continue;
      times++;
      expect(Math.sign(Date.parse(String(a)) - Date.parse(String(b)))).toBe(
        Math.sign(Date.parse(String(c)) - Date.parse(String(d))),
      );
    }
    expect(times).toBeGreaterThan(100);
  });

  it('lets references, slugs of others, mentions, paths, addresses and numbers follow', async () => {
    const after = byId(scrubbed);
    for (const record of scrubbed.values()) {
      if (record['memberSlug'] === undefined) continue;
      expect(record['memberSlug']).toBe(after.get(String(record['memberId']))!['slug']);
      expect(record['projectSlug']).toBe(after.get(String(record['projectId']))!['slug']);
    }
    const records = new Map(original);
    const [ann, bob] = [...original.values()].filter((record) => record['slackSamlNameId'] !== undefined);
    const project = [...original.values()].find((record) => record['stage'] !== undefined)!;
    const profiles = [];
    for await (const one of site.privateStore.read('profiles')) profiles.push(one);
    const mail = profiles.find(({ email }) => typeof email === 'string')!;
    const about = `Written with @${String(ann!['legacyHandle'])} of /projects/${String(project['slug'])} and /people/${String(bob!['legacyHandle'])}; ${String(mail['email'])}, (215) 555-0199, https://our.test/members/${String(ann!['slug'])} and https://elsewhere.test/x. ${'More of it. '.repeat(40)}`;
    // Five alike, as a text that only one had would be left out or be cut short.
    const writers = [...original].filter(([path]) => path.startsWith('people/')).slice(20, 30);
    for (const [path, record] of writers) records.set(path, { ...record, about });
    await commitRecords(site.publicStore, 'with-mentions', records);
    const made = await into('mentions.git', { branch: 'with-mentions', siteHosts: ['our.test'] });
    const then = byId(await recordsOf(made.snapshot, made.head.commit));
    const slugOf = (record: StoredRecord) => String(then.get(newId(firstKey, record.id))!['slug']);
    const texts = writers
      .map(([, { id }]) => then.get(newId(firstKey, id))?.['about'])
      .filter((text) => typeof text === 'string' && text.length > 400);
    expect(texts.length).toBeGreaterThan(4);
    const mailSlug = String(then.get(newId(firstKey, mail.id))!['slug']);
    for (const text of texts) {
      expect(text).toContain(`@${slugOf(ann!)}`);
      expect(text).toContain(`/projects/${slugOf(project)}`);
      expect(text).toContain(`/people/${slugOf(bob!)}`);
      expect(text).toContain(`${mailSlug}@example.org`);
      expect(text).toContain(`https://site.example/members/${slugOf(ann!)}`);
      expect(text).toMatch(/\+999 \d{12}/);
      expect(text).not.toMatch(/elsewhere|our\.test|555/);
    }
  });

  it('is the same with the same key and another with another', async () => {
    const again = await into('again.git', { testLogins: true });
    expect(again.head.tree).toBe(first.head.tree);
    const other = await into('other.git', { key: otherKey });
    const slugs = new Set([...scrubbed.values()].map((record) => record['slug']));
    for (const record of (await recordsOf(other.snapshot, other.head.commit)).values()) {
      expect(slugs.has(record['slug'] as string) && !/^[^.]+\.\d+$/.test(String(record['slug']))).toBe(false);
    }
  });

  it('gives people the same pseudonyms the week after, when others have come, gone and changed', async () => {
    const records = new Map(original);
    const people = [...original].filter(([path]) => path.startsWith('people/'));
    for (const [path] of people.slice(0, 3)) records.delete(path);
    const [path, changed] = people[50]!;
    records.delete(path);
    records.set('people/aa/renamed.toml', { ...changed, slug: 'renamed', firstName: 'Renamed' });
    records.set('people/aa/newcomer.toml', { id: 'aabbccdd-0000-7000-8000-000000000001', slug: 'newcomer' });
    const gone = new Set(people.slice(0, 3).map(([, { id }]) => id));
    for (const [at, record] of records) {
      if (gone.has(String(record['memberId'])) || gone.has(String(record['personId']))) records.delete(at);
    }
    await commitRecords(site.publicStore, 'week-after', records);
    const later = await into('later.git', { branch: 'week-after' });
    const then = byId(await recordsOf(later.snapshot, later.head.commit));
    const before = byId(scrubbed);
    for (const [, { id }] of people.slice(3)) {
      const [a, b] = [before.get(newId(firstKey, id))!, then.get(newId(firstKey, id))!];
      expect(b['slug']).toBe(a['slug']);
      if (a['firstName'] !== undefined && b['firstName'] !== undefined)
        expect(b['firstName']).toBe(a['firstName']);
    }
  });

  it('adds test logins only when asked', async () => {
    const logins = (records: Map<string, StoredRecord>) =>
      [...records.values()].filter(({ slug }) => ['admin', 'staff', 'user'].includes(String(slug))).length;
    expect(logins(scrubbed)).toBe(3);
    const without = await into('without-logins.git');
    expect(logins(await recordsOf(without.snapshot, without.head.commit))).toBe(0);
  });

  it('is one commit without parents, by nobody of the original, on a branch of its own', async () => {
    const { dir } = first.snapshot;
    expect((await git(dir, ['for-each-ref', '--format=%(refname)'])).trim()).toBe('refs/heads/snapshot');
    expect((await git(dir, ['rev-list', '--parents', '--all'])).trim()).toBe(first.head.commit);
    expect((await git(dir, ['log', '--format=%an %ae %cn', 'snapshot'])).trim()).toBe(
      'cutover cutover@localhost cutover',
    );
  });
});

describe('a scrub is refused', () => {
  const refused = (name: string, options: Parameters<typeof scrubInto>[2], code: string, words: RegExp) =>
    expect(into(name, options)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words) }),
    );

  it('where a field has no rule, in the schema or in a record, or a sheet has none', async () => {
    const without = rulesOf((rules) => {
      const { about: _about, ...fields } = rules.sheets['people']!.fields;
      return { ...rules, sheets: { ...rules.sheets, people: { ...rules.sheets['people'], fields } } };
    });
    await refused('r1.git', { profile: without }, 'scrub-field-without-rule', /people\.about has no rule/);
    const noSheet = rulesOf((rules) => {
      const { comments: _comments, ...sheets } = rules.sheets;
      return { ...rules, sheets };
    });
    await refused('r2.git', { profile: noSheet }, 'scrub-field-without-rule', /comments has no rules/);
    const [path, record] = [...original].find(([at]) => at.startsWith('people/'))!;
    await commitRecords(site.publicStore, 'strange', new Map([[path, { ...record, shoeSize: '43' }]]));
    await refused(
      'r3.git',
      { branch: 'strange' },
      'scrub-field-without-rule',
      /people\.shoeSize has no rule/,
    );
    await commitRecords(site.publicStore, 'stranger', new Map([['diaries/x.toml', { id: 'x' }]]));
    await refused('r4.git', { branch: 'stranger' }, 'scrub-field-without-rule', /diaries has no rules/);
    const { scrub: _scrub, ...bare } = profile;
    await refused('r5.git', { profile: bare }, 'scrub-rules-missing', /says nothing of scrubbing/);
    for (const name of ['r1', 'r2', 'r3', 'r4', 'r5']) {
      const store = await openPublicStore(join(scratch.dir, `${name}.git`));
      expect(await store.head('snapshot')).toBeUndefined();
    }
  });

  it('where something is kept without a reason', async () => {
    const vague = rulesOf((rules) => ({
      ...rules,
      sheets: {
        ...rules.sheets,
        people: { fields: { ...rules.sheets['people']!.fields, about: { kind: 'keep', reason: ' ' } } },
      },
    }));
    await refused(
      'r6.git',
      { profile: vague },
      'scrub-field-without-rule',
      /people\.about is keep without a reason/,
    );
  });

  it('where the branch is not there or has nobody, or the folder has a snapshot', async () => {
    await refused('r7.git', { branch: 'published' }, 'scrub-branch-missing', /no branch published/);
    const [path, record] = [...original].find(([at]) => at.startsWith('tags/'))!;
    await commitRecords(site.publicStore, 'nobody', new Map([[path, record]]));
    await refused('r8.git', { branch: 'nobody' }, 'scrub-branch-empty', /nobody is on/);
    await refused('first.git', {}, 'snapshot-not-empty', /has a snapshot already/);
  });

  it('where the profile has no rules at all for it', async () => {
    const snapshot = await openPublicStore(join(scratch.dir, 'r9.git'), { create: true });
    const { scrub: _scrub, ...bare } = wordpress;
    await expect(scrub({ ...site, profile: bare, key: firstKey, snapshot })).rejects.toMatchObject({
      code: 'scrub-rules-missing',
    });
  });
});
