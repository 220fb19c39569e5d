import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@cutover/core';
import type { Profile, ScrubRule, StoredRecord } from '@cutover/records';
import { git, openPublicStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySnapshot, type VerifyInput, type VerifyResult } from '../../src/index.ts';
import { canaryValues } from '../../src/scrub/canaries.ts';
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
let good: Awaited<ReturnType<typeof scrubInto>>;
let scrubbed: Map<string, StoredRecord>;
let original: Map<string, StoredRecord>;
let person: StoredRecord;
let email: string;
let count = 0;

beforeAll(async () => {
  scratch = await scratchDir();
  site = await importSample(scratch.dir);
  original = await recordsOf(site.publicStore, site.branch);
  good = await scrubInto(join(scratch.dir, 'good.git'), site, { testLogins: true });
  scrubbed = await recordsOf(good.snapshot, good.head.commit);
  person = [...original.values()].find(
    (record) =>
      String(record['slackSamlNameId'] ?? '').length > 10 && String(record['about'] ?? '').length > 200,
  )!;
  for await (const record of site.privateStore.read('profiles')) {
    if (record.id === person.id) email = String(record['email']);
  }
  expect(email).toContain('@');
});
afterAll(() => scratch.remove());

const verify = (snapshot: PublicStore, options: Partial<VerifyInput> = {}): Promise<VerifyResult> =>
  verifySnapshot({ profile, key: firstKey, ...site, snapshot, ...options });
const by = (result: VerifyResult, id: string): Check => result.checks.find((check) => check.id === id)!;
const failing = (result: VerifyResult): string[] =>
  result.checks.filter(({ outcome }) => outcome === 'fails').map(({ id }) => id);

/** The good snapshot, to plant something in. */
async function copy(): Promise<PublicStore> {
  const dir = join(scratch.dir, `copy-${count++}.git`);
  cpSync(good.snapshot.dir, dir, { recursive: true });
  return openPublicStore(dir);
}

/** A snapshot with other records. */
async function withRecords(
  change: (path: string, record: StoredRecord) => StoredRecord,
): Promise<PublicStore> {
  const store = await openPublicStore(join(scratch.dir, `made-${count++}.git`), { create: true });
  const records = new Map([...scrubbed].map(([path, record]) => [path, change(path, record)]));
  await commitRecords(store, 'snapshot', records);
  return store;
}

/** The scrubbed record of the same person, changed by what the original has: a scrub that does too little. */
function weakly(
  sheet: string,
  change: (made: StoredRecord, was: StoredRecord) => StoredRecord,
): Promise<PublicStore> {
  const was = new Map([...original.values()].map((record) => [newId(firstKey, record.id), record]));
  return withRecords((path, made) => {
    const record = was.get(made.id);
    return path.startsWith(`${sheet}/`) && record !== undefined ? change(made, record) : made;
  });
}

const git2 = (store: PublicStore, ...args: string[]) =>
  git(store.dir, args, {
    env: {
      GIT_AUTHOR_NAME: 'x',
      GIT_AUTHOR_EMAIL: 'x@x.test',
      GIT_COMMITTER_NAME: 'x',
      GIT_COMMITTER_EMAIL: 'x@x.test',
    },
  });

describe('a good snapshot', () => {
  it('withstands every attack', async () => {
    const result = await verify(good.snapshot);
    expect(result.checks.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['snapshot-commit', 'holds'],
      ['snapshot-values', 'holds'],
      ['snapshot-fields', 'holds'],
      ['snapshot-links', 'holds'],
      ['snapshot-canaries', 'holds'],
      ['snapshot-secrets', 'holds'],
    ]);
    expect(by(result, 'snapshot-values').evidence['patterns']).toBeGreaterThan(10_000);
    expect(by(result, 'snapshot-links').looked).toBe(original.size);
    expect(result.records['people']).toBe(1240 + 5 + 3);
  });

  it('does so under another key, with exchanged memberships, whose shape then tells of nobody', async () => {
    const made = await scrubInto(join(scratch.dir, 'rewired.git'), site, { key: otherKey, rewire: true });
    const result = await verify(made.snapshot, { key: otherKey, maxByShape: 5 });
    expect(failing(result)).toEqual([]);
    expect(result.graph!.linkable).toBeLessThanOrEqual(5);
  });

  it('is told by its shape unless that is exchanged: reported, and refused where a bound is given', async () => {
    const result = await verify(good.snapshot, { maxByShape: 5 });
    expect(result.graph).toMatchObject({ people: 419 });
    expect(result.graph!.linkable).toBeGreaterThan(100);
    expect(failing(result)).toEqual(['snapshot-shape']);
  });
});

describe('a value of the original is found', () => {
  const places: { where: string; names: string[] }[] = [];
  const plants: readonly (readonly [
    where: string,
    plant: (store: PublicStore, text: string) => Promise<unknown>,
  ])[] = [
    [
      'an object that nothing refers to',
      (store, text) => git(store.dir, ['hash-object', '-w', '--stdin'], { input: `see ${text}.\n` }),
    ],
    [
      'the message of another commit',
      (store, text) => git2(store, 'commit-tree', 'snapshot^{tree}', '-m', `Thanks to ${text}`),
    ],
    [
      'the author of another commit',
      (store, text) =>
        git(store.dir, ['commit-tree', 'snapshot^{tree}', '-m', 'x'], {
          env: {
            GIT_AUTHOR_NAME: text,
            GIT_AUTHOR_EMAIL: 'x@x.test',
            GIT_COMMITTER_NAME: 'x',
            GIT_COMMITTER_EMAIL: 'x@x.test',
          },
        }),
    ],
    ['an annotated tag', (store, text) => git2(store, 'tag', '-a', 'snapshot-1', '-m', text, 'snapshot')],
    ['a note', (store, text) => git2(store, 'notes', 'add', '-m', text, 'snapshot')],
    [
      'the config',
      async (store, text) =>
        appendFileSync(join(store.dir, 'config'), `[user]\n\tname = ${JSON.stringify(text)}\n`),
    ],
    ['the description', async (store, text) => writeFileSync(join(store.dir, 'description'), text)],
  ];
  it('wherever it is written', async () => {
    const store = await copy();
    const objects = async () =>
      new Set(
        (await git(store.dir, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])).split(
          '\n',
        ),
      );
    for (const [where, plant] of plants) {
      const before = await objects();
      await plant(store, email);
      const added = [...(await objects())].filter((oid) => !before.has(oid));
      const names = added.length > 0 ? added : [where.replace('the ', '')];
      places.push({ where, names });
    }
    const result = await verify(store);
    const check = by(result, 'snapshot-values');
    expect(check.outcome).toBe('fails');
    const subjects = check.findings.map(({ subject }) => subject!);
    for (const { where, names } of places) {
      expect(
        names.some((name) => subjects.some((subject) => subject.endsWith(name))),
        where,
      ).toBe(true);
    }
    // It says where and of what field, and not what.
    expect(JSON.stringify(result.checks)).not.toContain(email);
  });

  it('in the name of a file and of a branch', async () => {
    const handle = String(person['slackSamlNameId']);
    const store = await copy();
    const tree = await git(store.dir, ['mktree'], {
      input: `100644 blob ${(await git(store.dir, ['hash-object', '-w', '--stdin'], { input: 'x' })).trim()}\t${handle}.toml\n`,
    });
    expect(tree).toMatch(/^[0-9a-f]{40}/);
    expect(failing(await verify(store))).toEqual(['snapshot-values']);
    const other = await copy();
    await git(other.dir, ['branch', handle, 'snapshot']);
    expect(failing(await verify(other))).toEqual(['snapshot-commit', 'snapshot-values']);
  });

  const kinds: readonly (readonly [kind: string, value: () => string])[] = [
    ['an email address', () => email],
    ['a name', () => `${String(person['firstName'])} ${String(person['lastName'])}`],
    ['a username, which is the NameID', () => String(person['slackSamlNameId'])],
    [
      'part of what somebody wrote',
      () =>
        String(person['about'])
          .replaceAll(/[^\w\s]/g, ' ')
          .trim()
          .split(/\s+/)
          .slice(2, 9)
          .join(' '),
    ],
  ];
  const forms: readonly (readonly [form: string, encode: (text: string) => string])[] = [
    ['plain', (text) => text],
    ['in capitals', (text) => text.toUpperCase()],
    ['with accents', (text) => text.replaceAll('a', 'á').replaceAll('e', 'é')],
    ['percent-encoded', (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['in base64', (text) => Buffer.from(text).toString('base64')],
    ['in hex', (text) => Buffer.from(text).toString('hex')],
  ];
  it('in every form, of every kind', async () => {
    const store = await copy();
    const names = new Map<string, string>();
    for (const [form, encode] of forms) {
      for (const [kind, value] of kinds) {
        const oid = await git(store.dir, ['hash-object', '-w', '--stdin'], {
          input: `note: ${encode(value())}\n`,
        });
        names.set(`blob ${oid.trim()}`, `${kind} ${form}`);
      }
    }
    const check = by(await verify(store), 'snapshot-values');
    const found = new Set(check.findings.map(({ subject }) => names.get(subject!)));
    expect([...names.values()].filter((name) => !found.has(name))).toEqual([]);
    expect(found.has(undefined)).toBe(false);
  });

  it('that is an id, a telephone number or a legacy id', async () => {
    let phone = '';
    for await (const record of site.privateStore.read('profiles')) {
      if (typeof record['phone'] === 'string') phone = record['phone'];
    }
    const spaced = phone.replace(/^(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
    expect(spaced).not.toBe(phone);
    const planted = await copy();
    const oids = [];
    for (const text of [person.id, person.id.toUpperCase(), person.id.replaceAll('-', ''), phone, spaced]) {
      oids.push(
        (await git(planted.dir, ['hash-object', '-w', '--stdin'], { input: `was ${text}\n` })).trim(),
      );
    }
    const subjects = by(await verify(planted), 'snapshot-values').findings.map(({ subject }) => subject);
    expect(new Set(subjects)).toEqual(new Set(oids.map((oid) => `blob ${oid}`)));
    const store = await copy();
    await git2(store, 'commit-tree', 'snapshot^{tree}', '-m', `person ${String(person['legacyId'])}`);
    expect(failing(await verify(store))).toEqual(['snapshot-values']);
  });
});

describe('a field', () => {
  it('that should be gone or has somebody’s value is found', async () => {
    const kept = await weakly('people', (made, was) => ({ ...made, legacyId: was['legacyId'] as number }));
    expect(failing(await verify(kept))).toContain('snapshot-fields');
    // Too short to be searched for as a word, and a word of the structure: compared as a whole value.
    for (const firstName of ['Al', 'User']) {
      const records = new Map(original);
      const [path] = [...original].find(([, { id }]) => id === person.id)!;
      records.set(path, { ...person, firstName });
      await commitRecords(site.publicStore, 'short', records);
      const one = await weakly('people', (made, was) =>
        was.id === person.id ? { ...made, firstName } : made,
      );
      const check = by(await verify(one, { branch: 'short' }), 'snapshot-fields');
      expect(check.findings).toMatchObject([{ code: 'value-kept' }]);
    }
    const numbered = await weakly('people', (made, was) =>
      was.id === person.id ? { ...made, about: `Zaval ${String(was['legacyId'])} mog.` } : made,
    );
    expect(by(await verify(numbered), 'snapshot-fields').findings).toMatchObject([
      { code: 'legacy-id-in-snapshot' },
    ]);
  });
});

describe('people can be linked', () => {
  const shifted = (time: unknown, seconds: number) =>
    new Date(Date.parse(String(time)) - seconds * 1000).toISOString().replace('.000Z', 'Z');
  const has = (record: StoredRecord, field: string) => record[field] !== undefined;
  const weak: readonly (readonly [
    what: string,
    sheet: string,
    field: RegExp,
    (made: StoredRecord, was: StoredRecord) => StoredRecord,
  ])[] = [
    [
      'times as they were',
      'people',
      /createdAt/,
      (made, was) => (has(made, 'createdAt') ? { ...made, createdAt: was['createdAt'] } : made),
    ],
    [
      'times moved by whole days',
      'people',
      /createdAt \(time of day\)/,
      (made, was) =>
        has(made, 'createdAt') ? { ...made, createdAt: shifted(was['createdAt'], 86_400 * 400) } : made,
    ],
    [
      'the distance of times',
      'projects',
      /createdAt to modifiedAt/,
      (made, was) =>
        has(made, 'modifiedAt') && has(made, 'createdAt') && has(was, 'modifiedAt')
          ? {
              ...made,
              createdAt: shifted(was['createdAt'], 99_999_999),
              modifiedAt: shifted(was['modifiedAt'], 99_999_999),
            }
          : made,
    ],
    [
      'the length of a text',
      'people',
      /about/,
      (made, was) =>
        has(made, 'about') ? { ...made, about: 'z'.repeat(String(was['about']).length) } : made,
    ],
    [
      'the length of a handle',
      'people',
      /legacyHandle|slug/,
      (made, was) =>
        has(made, 'legacyHandle')
          ? { ...made, legacyHandle: 'q'.repeat(String(was['legacyHandle']).length) }
          : made,
    ],
    [
      'a rare value',
      'people',
      /accountLevel/,
      (made, was) => (has(was, 'accountLevel') ? { ...made, accountLevel: was['accountLevel'] } : made),
    ],
    [
      'the number of things in a list',
      'projects',
      /tags/,
      (made, was) =>
        Array.isArray(was['tags'])
          ? { ...made, tags: was['tags'].map((_: unknown, i: number) => `zaz-${i}`) }
          : made,
    ],
    [
      'the size of a picture',
      'attachments',
      /width|height/,
      (made, was) => (has(was, 'width') ? { ...made, width: was['width'], height: was['height'] } : made),
    ],
  ];
  it.each(weak)('by %s in %s', async (_what, sheet, field, change) => {
    const check = by(await verify(await weakly(sheet, change)), 'snapshot-links');
    expect(check.outcome).toBe('fails');
    expect(check.actual).toBeGreaterThan(0);
    expect(check.findings.some(({ message, subject }) => subject === sheet && field.test(message))).toBe(
      true,
    );
  });

  it('by a rule of the profile that keeps too much', async () => {
    const keeping: Profile = {
      ...profile,
      scrub: {
        ...profile.scrub!,
        sheets: {
          ...profile.scrub!.sheets,
          people: {
            fields: {
              ...profile.scrub!.sheets['people']!.fields,
              accountLevel: { kind: 'keep', reason: 'planted' } satisfies ScrubRule,
            },
          },
        },
      },
    };
    const made = await scrubInto(join(scratch.dir, 'keeping.git'), site, { profile: keeping });
    const result = await verify(made.snapshot, { profile: keeping });
    expect(failing(result)).toEqual(['snapshot-links']);
    expect(by(result, 'snapshot-links').findings[0]!.message).toContain('accountLevel');
  });

  it('by anything where there are fewer than five of them', async () => {
    const few = new Map([...original].filter(([path]) => path.startsWith('people/')).slice(0, 3));
    await commitRecords(site.publicStore, 'few', few);
    const { canary: _canary, ...rules } = profile.scrub!;
    const made = await scrubInto(join(scratch.dir, 'few.git'), site, {
      branch: 'few',
      profile: { ...profile, scrub: rules },
    }).catch((error: unknown) => error);
    // So few are refused before they are scrubbed.
    expect(made).toMatchObject({ code: 'scrub-branch-empty' });
  });

  it('and it cannot be told with another key or another state', async () => {
    const result = await verify(good.snapshot, { key: otherKey });
    expect(by(result, 'snapshot-links').outcome).toBe('unknown');
    expect(by(result, 'snapshot-canaries').outcome).toBe('unknown');
  });
});

describe('canaries, secrets and history', () => {
  it('a person who does not exist is found, and missed where nobody was planted', async () => {
    const { handle } = canaryValues(firstKey)[2]!;
    const store = await copy();
    await git(store.dir, ['hash-object', '-w', '--stdin'], { input: `hello ${handle.toUpperCase()}\n` });
    expect(failing(await verify(store))).toEqual(['snapshot-canaries']);
    const { canary: _canary, ...rules } = profile.scrub!;
    const without = await verify(good.snapshot, { profile: { ...profile, scrub: rules } });
    expect(by(without, 'snapshot-canaries').outcome).toBe('unknown');
  });

  it('a credential is found', async () => {
    const store = await copy();
    await git(store.dir, ['hash-object', '-w', '--stdin'], { input: `ghp_${'a1B2'.repeat(9)}\n` });
    expect(failing(await verify(store))).toEqual(['snapshot-secrets']);
  });

  it('history is found, and so is what lies beside', async () => {
    const store = await copy();
    const head = (await store.head('snapshot'))!;
    await store.commit('snapshot', { tree: head.tree, message: 'again', expected: head });
    expect(failing(await verify(store))).toEqual(['snapshot-commit']);
    const other = await copy();
    await git(other.dir, ['branch', 'main', 'snapshot']);
    expect(failing(await verify(other))).toEqual(['snapshot-commit']);
  });

  it('nothing is verified where there is no snapshot or no original', async () => {
    const empty = await openPublicStore(join(scratch.dir, 'empty.git'), { create: true });
    await expect(verify(empty)).rejects.toMatchObject({ code: 'snapshot-missing' });
    await expect(verify(good.snapshot, { branch: 'none' })).rejects.toMatchObject({
      code: 'scrub-branch-missing',
    });
  });
});
