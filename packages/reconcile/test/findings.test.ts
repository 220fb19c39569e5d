import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { type PrivateRecord, recordPath, writeToml } from '@cutover/records';
import {
  type ClaimKind,
  git,
  importedClaimsSheet,
  openPrivateStore,
  openPublicStore,
  pendingSheet,
  type PrivateStore,
  type PublicStore,
  writeBoth,
} from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fix, type Fix, prune, prunedSheet, reconcile } from '../src/index.ts';

const { target } = laddr;
const id = (n: number) => {
  const hex = createHash('sha256').update(String(n)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const sha1 = '0123456789abcdef0123456789abcdef01234567';

type Fields = Record<string, string | number | undefined>;
let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
let people: Record<string, Fields>;
let others: Record<string, Fields>;
let paths: Record<string, string>;
let profiles: PrivateRecord[];
let passwords: PrivateRecord[];
let ledger: { id: string; value: string | null }[];

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
  people = {};
  others = {};
  paths = {};
  for (const [n, name] of ['ann', 'ben', 'cid'].entries()) {
    people[name] = {
      id: id(n),
      legacyId: n + 1,
      slug: name,
      legacyHandle: name,
      slackSamlNameId: name,
      accountLevel: 'User',
    };
  }
  others['hack'] = {
    id: id(10),
    legacyId: 1,
    slug: 'hack',
    title: 'Hack',
    maintainerId: id(0),
    creatorId: id(1),
  };
  others['hack.ann'] = {
    id: id(11),
    legacyId: 1,
    slug: 'hack.ann',
    projectId: id(10),
    projectSlug: 'hack',
    memberId: id(0),
    memberSlug: 'ann',
  };
  others['tech.ann'] = { id: id(12), slug: 'tech.ann', tagId: id(13), tagHandle: 'tech', personId: id(0) };
  others['tech'] = { id: id(13), legacyId: 1, slug: 'tech', handle: 'tech' };
  profiles = [0, 1, 2].map((n) => ({
    id: id(n),
    email: `p${n}@example.org`,
    newsletter: n === 0,
    ...(n === 0 ? { unsubscribeToken: 'token-of-ann-token-of-ann' } : {}),
  }));
  passwords = [0, 1, 2].map((n) => ({ id: id(n), hash: sha1 }));
  ledger = Object.values(people).map((person) => ({
    id: String(person['id']),
    value: String(person['slackSamlNameId']),
  }));
});
afterEach(() => scratch.remove());

const sheetOf: Record<string, string> = {
  hack: 'projects',
  'hack.ann': 'project-memberships',
  'tech.ann': 'tag-assignments',
  tech: 'tags',
};

async function store(): Promise<void> {
  const writer = await publicStore.writeTree();
  const put = (sheetName: string, key: string, fields: Fields) => {
    const sheet = target.sheets.find(({ name }) => name === sheetName)!;
    const place = paths[key] ?? recordPath(sheetName, sheet.path, fields as Record<string, unknown>);
    writer.put(place, writeToml(fields as never));
  };
  for (const [key, fields] of Object.entries(people)) put('people', key, fields);
  for (const [key, fields] of Object.entries(others)) put(sheetOf[key]!, key, fields);
  const tree = await writer.finish();
  await publicStore.commit('main', { tree, message: 'test', expected: await publicStore.head('main') });
  for (const [sheet, records] of [
    ['profiles', profiles],
    ['legacy-passwords', passwords],
  ] as const) {
    const edits = records.map((record) => ({ sheet, id: record.id, change: () => record }));
    await privateStore.edit(edits, 'test');
  }
  await claimAll();
}

/** Claims what is stored, as an import does. */
async function claimAll(): Promise<void> {
  const name = await privateStore.claims.naming();
  const wanted = new Map<string, string>();
  const see = (kind: ClaimKind, value: unknown, owner: string) => {
    if (typeof value === 'string' && !wanted.has(name(kind, value))) wanted.set(name(kind, value), owner);
  };
  for (const { id: owner, slackSamlNameId } of Object.values(people))
    see('name-id', slackSamlNameId, String(owner));
  for await (const { id: owner, email, githubUserId } of privateStore.read('profiles')) {
    see('email', email, owner);
    see('github-id', githubUserId, owner);
  }
  const edits = [...wanted].map(([claim, owner]) => ({
    sheet: importedClaimsSheet,
    id: claim,
    change: (current: PrivateRecord | undefined) => current ?? { id: claim, owner },
  }));
  await privateStore.edit(edits, 'claim');
}

/** The same store with some methods replaced. */
function replacing<T extends object>(real: T, methods: Partial<T>): T {
  return new Proxy(real, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(
        name in methods ? methods : real,
        name,
        name in methods ? methods : real,
      );
      return typeof value === 'function' && !(name in methods) ? (value.bind(real) as unknown) : value;
    },
  });
}

const closed = { watchUntil: '2020-01-01T00:00:00Z' };
async function* lines() {
  yield* ledger;
}
const input = (more = {}) => ({
  target,
  publicStore,
  privateStore,
  treeish: 'refs/heads/main',
  identity: laddr.identity,
  ledger: lines(),
  graceMs: 0,
  ...closed,
  ...more,
});

async function codes(more = {}): Promise<string[]> {
  const checks = await reconcile(input(more));
  for (const { outcome, findings } of checks) {
    expect(outcome).toBe(findings.length > 0 ? 'fails' : 'holds');
    for (const finding of findings)
      expect(finding).toMatchObject({
        next: expect.any(String) as string,
        subject: expect.any(String) as string,
      });
  }
  return [...new Set(checks.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
}

const profile = (n: number) => profiles[n]! as unknown as Record<string, unknown>;

describe('each kind of finding', () => {
  it('is absent where nothing is wrong', async () => {
    await store();
    expect(await codes()).toEqual([]);
  });

  it.each<[string, () => void, string[]]>([
    ['a person without a profile', () => profiles.splice(2, 1), ['private-record-missing']],
    [
      'a profile without a person',
      () => profiles.push({ id: id(9), newsletter: false }),
      ['private-record-orphaned'],
    ],
    [
      'a password without a person',
      () => passwords.push({ id: id(9), hash: sha1 }),
      ['private-record-orphaned'],
    ],
    [
      'a subscription without a token',
      () => delete profile(0)['unsubscribeToken'],
      ['newsletter-without-token'],
    ],
    ['a token without consent', () => (profile(1)['unsubscribeToken'] = 'x'), ['token-without-newsletter']],
    [
      'a subscription of who unsubscribed',
      () => (profile(0)['unsubscribedAt'] = '2026-01-01T00:00:00Z'),
      ['unsubscribed-yet-subscribed'],
    ],
    ['a password that should be drained', () => (profile(0)['githubUserId'] = '7'), ['password-not-drained']],
    [
      'a password of who is disabled',
      () => (people['ann']!['accountLevel'] = 'Disabled'),
      ['password-of-refused'],
    ],
    [
      'a password of who was disabled here',
      () => (profile(0)['disabled'] = true),
      ['password-of-disabled', 'password-of-refused'],
    ],
    ['one address in two spellings', () => (profile(1)['email'] = 'P0@Example.ORG'), ['email-shared']],
    [
      'one GitHub account of two',
      () => {
        profile(0)['githubUserId'] = '7';
        profile(1)['githubUserId'] = '7';
        passwords.splice(0, 2);
      },
      ['github-id-shared'],
    ],
    ['a NameID that is gone', () => delete people['ann']!['slackSamlNameId'], ['name-id-missing']],
    ['a NameID in another case', () => (people['ann']!['slackSamlNameId'] = 'Ann'), ['name-id-changed']],
    ['a NameID that was invented', () => (ledger[0]!.value = null), ['name-id-invented']],
    [
      'a NameID of two people',
      () => {
        people['ann']!['slackSamlNameId'] = 'ben';
        ledger[0]!.value = 'ben';
      },
      ['name-id-shared'],
    ],
    ['a reference to nobody', () => (others['hack']!['creatorId'] = id(99)), ['reference-dangling']],
    ['a legacy id of two', () => (people['ann']!['legacyId'] = 2), ['legacy-id-twice']],
    ['a slug that was changed in place', () => (paths['ann'] = 'people/xx/anna.toml'), ['path-differs']],
    [
      'a record that does not fit',
      () => (people['ann']!['surprise'] = 1),
      ['record-invalid', 'reference-dangling'],
    ],
    [
      'an address of another in a text',
      () => (people['ann']!['about'] = 'write to P1@example.org'),
      ['private-value-in-public'],
    ],
    [
      'a token in a text of their own',
      () => (people['ben']!['about'] = 'see token-of-ann-token-of-ann'),
      ['private-value-in-public'],
    ],
    [
      'an address where nobody writes freely',
      () => (people['ann']!['legacyHandle'] = 'p0@example.org'),
      ['private-value-in-public'],
    ],
    [
      'a hash in no known format',
      () => (passwords[0] = { id: id(0), hash: 'md5:1' }),
      ['password-format-unknown'],
    ],
    [
      'a private record that does not fit',
      () => (profile(0)['newsletter'] = 'yes'),
      ['private-record-invalid', 'token-without-newsletter'],
    ],
  ])('%s is found', async (_name, plant, expected) => {
    plant();
    await store();
    expect(await codes()).toEqual(expected);
  });

  it('an address in a text of one’s own may stay', async () => {
    people['ann']!['about'] = 'write to P0@example.org';
    others['hack']!['readme'] = 'ask p1@example.org';
    await store();
    expect(await codes()).toEqual([]);
  });

  it('a NameID of who was pruned is found when it is given again', async () => {
    await store();
    await prune({
      target,
      identity: laddr.identity,
      publicStore,
      privateStore,
      branches: ['main'],
      sheet: 'people',
      ids: new Set([id(2)]),
      run: 'r',
      by: 'b',
      dryRun: false,
    });
    delete people['cid'];
    people['dan'] = { id: id(5), slug: 'dan', slackSamlNameId: 'cid', accountLevel: 'User' };
    profiles = [{ id: id(5), newsletter: false }];
    passwords = [];
    await store();
    expect(await codes()).toEqual(['name-id-of-another', 'name-id-reused']);
  });

  it('passwords of the old site are left alone while the way back is open', async () => {
    people['ann']!['accountLevel'] = 'Disabled';
    await store();
    expect(await codes({ watchUntil: undefined })).toEqual([]);
    expect(await codes({ watchUntil: '2999-01-01T00:00:00Z' })).toEqual([]);
  });
});

describe('many people', () => {
  it('are joined in groups, with the same findings', async () => {
    privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true, shardAbove: 10 });
    people = {};
    const staged = await privateStore.stage('many');
    const name = await privateStore.claims.naming();
    for (let n = 0; n < 600; n++) {
      people[`p${n}`] = {
        id: id(n),
        legacyId: n + 1,
        slug: `p${n}`,
        slackSamlNameId: `P${n}`,
        accountLevel: 'User',
      };
      if (n !== 17)
        staged.put({
          sheet: 'profiles',
          fields: { id: id(n), newsletter: false, email: n === 400 ? 'A1@x.org' : `a${n}@x.org` },
        });
      staged.put({ sheet: 'legacy-passwords', fields: { id: id(n), hash: sha1 } });
      if (n !== 9)
        staged.put({ sheet: importedClaimsSheet, fields: { id: name('name-id', `P${n}`), owner: id(n) } });
    }
    staged.put({ sheet: 'profiles', fields: { id: id(700), newsletter: false } });
    await staged.seal({ tree: 't', branch: 'main' });
    await privateStore.activate('many', target);
    expect((await privateStore.readParts('profiles')).length).toBe(256);
    others = {};
    profiles = [];
    passwords = [];
    people['p3']!['creatorId'] = id(800);
    await store();
    ledger = [{ id: id(5), value: 'p5' }];
    await privateStore.update(importedClaimsSheet, name('name-id', 'P9'), () => undefined);
    expect(await codes()).toEqual([
      'claim-missing',
      'email-shared',
      'name-id-changed',
      'private-record-missing',
      'private-record-orphaned',
      'reference-dangling',
    ]);
  });
});

describe('claims', () => {
  const repair = async (more = {}) => {
    const told: Fix[] = [];
    const result = await fix({
      ...input(),
      ledger: undefined,
      run: `r${Math.random()}`,
      by: 'b',
      onFix: (one) => told.push(one),
      ...more,
    });
    return { result, told, classes: told.filter(({ applied }) => applied).map(({ class: name }) => name) };
  };
  const line = async (kind: ClaimKind, value: string, owner: string | undefined) => {
    const claim = (await privateStore.claims.naming())(kind, value);
    const after = owner === undefined ? undefined : { id: claim, owner };
    await privateStore.update(importedClaimsSheet, claim, () => after);
  };

  it.each<[string, () => Promise<unknown>, string, string]>([
    ['lost', () => line('email', 'p1@example.org', undefined), 'claim-missing', 'claim-value'],
    ['of a NameID lost', () => line('name-id', 'ann', undefined), 'claim-missing', 'claim-value'],
    ['of nobody’s address', () => line('email', 'old@example.org', id(1)), 'claim-unused', 'release-claim'],
    ['of who is gone', () => line('github-id', '99', id(77)), 'claim-unused', 'release-claim'],
    ['of another', () => line('email', 'p1@example.org', id(2)), 'claim-of-another', 'move-claim'],
    [
      'of the site that was never used',
      () => privateStore.claims.claim('email', 'x@example.org', id(1)),
      'claim-unused',
      'release-claim',
    ],
    [
      'of the site for another',
      async () => {
        await line('email', 'p1@example.org', undefined);
        await privateStore.claims.claim('email', 'p1@example.org', id(2));
      },
      'claim-of-another',
      'move-claim',
    ],
  ])('a claim %s is found and put right', async (_name, plant, code, name) => {
    await store();
    await plant();
    expect(await codes()).toEqual([code]);
    const dry = await repair({ dryRun: true });
    expect(dry.classes).toEqual([]);
    expect(await codes()).toEqual([code]);
    const done = await repair();
    expect(done.classes).toEqual([name]);
    // A dry run says the same, and both say who had it and who has it.
    const said = ({ told }: typeof done) => told.map(({ before, after }) => [before, after]);
    expect(said(dry)).toEqual(said(done));
    expect(said(done)[0]!.join()).toMatch(/^claimed by \S+,claimed by \S+$/);
    expect(said(done)[0]![0]).not.toBe(said(done)[0]![1]);
    expect(await codes()).toEqual([]);
    expect(await privateStore.claims.ownerOf('email', 'p1@example.org')).toBe(id(1));
  });

  it('of the site that may still be used is left alone', async () => {
    await store();
    await privateStore.claims.claim('email', 'x@example.org', id(1));
    expect(await codes({ graceMs: 60_000 })).toEqual([]);
    expect(await codes({ graceMs: 0 })).toEqual(['claim-unused']);
  });

  it('of a NameID that another had is left to a human', async () => {
    await store();
    await line('name-id', 'ann', id(2));
    expect(await codes()).toEqual(['name-id-of-another']);
    expect((await repair()).classes).toEqual([]);
  });

  it('of a value that two people share is right with either', async () => {
    profile(1)['email'] = 'P0@Example.ORG';
    await store();
    for (const owner of [id(0), id(1)]) {
      await line('email', 'p0@example.org', owner);
      expect(await codes()).toEqual(['email-shared']);
    }
  });

  it('that are all missing are made at once', async () => {
    await store();
    const held = [];
    for await (const { id: claim, owner } of privateStore.claims.held())
      if (!claim.startsWith('name-id/')) held.push({ id: claim, owner: owner! });
    await privateStore.claims.releaseNamed(held);
    expect((await repair()).result).toMatchObject({ applied: 3 });
    expect(await codes()).toEqual([]);
  });
});

describe('fix', () => {
  const run = async (more = {}) => {
    const told: Fix[] = [];
    const result = await fix({
      ...input(),
      ledger: undefined,
      run: `run-${Math.random()}`,
      by: 'tester',
      onFix: (one) => told.push(one),
      ...more,
    });
    return { ...result, told };
  };
  const plant = async () => {
    delete profile(0)['unsubscribeToken'];
    profile(1)['githubUserId'] = '7';
    profile(2)['email'] = 'P0@example.org';
    await store();
  };

  it('repairs what is safe, says what it did without values, leaves the rest, and does nothing the second time', async () => {
    await plant();
    const dry = await run({ dryRun: true });
    const first = await run();
    const said = ({ told }: typeof dry) => told.map(({ subject, before, after }) => [subject, before, after]);
    expect(said(dry)).toEqual(said(first));
    expect(first.told.map(({ class: name, before, after }) => [name, before, after]).sort()).toEqual([
      ['delete-drained-password', 'has hash', 'not there'],
      ['regenerate-token', 'has email, newsletter', 'has email, newsletter, unsubscribeToken'],
    ]);
    expect(first.applied).toBe(2);
    const left = first.after.flatMap(({ findings }) => findings);
    expect(left.map(({ code }) => code)).toEqual(['email-shared']);
    const second = await run();
    expect([second.applied, second.told]).toEqual([0, []]);
    expect(JSON.stringify(first)).not.toMatch(/p0@example|0123456789abcdef/i);
  });

  it('keeps an audit line of each, who and when, before and after', async () => {
    await plant();
    await run({ run: 'weekly-1' });
    const names = [];
    for await (const { name } of privateStore.keptFiles('audit')) names.push(name);
    expect(names).toEqual(['weekly-1/0001-after.jsonl', 'weekly-1/0001-before.jsonl']);
    const text = (await privateStore.keptFile('audit', names[0]!))!.toString();
    const audited = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(audited).toHaveLength(2);
    expect(audited[0]).toMatchObject({
      by: 'tester',
      run: 'weekly-1',
      phase: 'after',
      at: expect.stringMatching(/^20/) as string,
    });
  });

  it('changes nothing in a dry run, repairs one class alone, and leaves passwords while the way back is open', async () => {
    await plant();
    expect(await run({ dryRun: true })).toMatchObject({ applied: 0 });
    expect((await run({ dryRun: true })).told.every(({ applied }) => !applied)).toBe(true);
    expect(await run({ only: ['regenerate-token'] })).toMatchObject({ applied: 1 });
    expect(await run({ watchUntil: undefined })).toMatchObject({ applied: 0, waiting: 1 });
    expect(await run()).toMatchObject({ applied: 1 });
  });

  it('removes credentials of who was pruned by record, and of nobody else', async () => {
    await store();
    await privateStore.update(prunedSheet, id(50), () => ({ id: id(50), sheet: 'people' }));
    await privateStore.update('legacy-passwords', id(50), () => ({ id: id(50), hash: sha1 }));
    await privateStore.update('legacy-passwords', id(51), () => ({ id: id(51), hash: sha1 }));
    const { told, after } = await run();
    expect(told.map(({ subject }) => subject)).toEqual([`legacy-passwords/${id(50)}`]);
    expect(after.flatMap(({ findings }) => findings.map(({ subject }) => subject))).toEqual([
      `legacy-passwords/${id(51)}`,
    ]);
  });
});

describe('a write to both stores', () => {
  const dan = { id: id(20), slug: 'dan', accountLevel: 'User' };
  const path = `people/${id(20).slice(0, 2)}/dan.toml`;
  const write = (stores = {}) =>
    writeBoth({
      publicStore,
      privateStore,
      branch: 'main',
      files: [{ path, content: writeToml(dan) }],
      privates: [{ sheet: 'profiles', id: id(20), after: { id: id(20), newsletter: false } }],
      message: 'Sign up',
      ...stores,
    });

  it('reaches both and leaves no note', async () => {
    await store();
    await write();
    expect(await codes()).toEqual([]);
    for await (const note of privateStore.read(pendingSheet)) expect(note).toBeUndefined();
  });

  it.each([
    ['before anything', 'neither', false],
    ['after the public side', 'public-done', true],
  ])('that is cut off %s is found, and finished or dropped', async (_name, state, there) => {
    await store();
    let edits = 0;
    const failing = replacing(privateStore, {
      edit: (...args: Parameters<PrivateStore['edit']>) =>
        ++edits > 1 ? Promise.reject(new Error('killed')) : privateStore.edit(...args),
    });
    const stuck = replacing(publicStore, { commit: () => Promise.reject(new Error('killed')) });
    await expect(
      write(state === 'neither' ? { publicStore: stuck } : { privateStore: failing }),
    ).rejects.toThrow('killed');
    expect(await codes()).toContain(`half-done-${state}`);
    const result = await fix({ ...input(), ledger: undefined, run: 'r', by: 'b' });
    expect(result.after.flatMap(({ findings }) => findings)).toEqual([]);
    expect(await codes()).toEqual([]);
    const ids = [];
    for await (const record of privateStore.read('profiles')) ids.push(record.id);
    expect(ids.includes(id(20))).toBe(there);
  });

  it('whose private side alone is done is finished, and one that was changed since is left alone', async () => {
    await store();
    const stuck = replacing(publicStore, { commit: () => Promise.reject(new Error('killed')) });
    await expect(write({ publicStore: stuck })).rejects.toThrow('killed');
    await privateStore.update('profiles', id(20), () => ({ id: id(20), newsletter: true }));
    expect(await codes()).toContain('half-done-torn');
    expect((await fix({ ...input(), ledger: undefined, run: 'r1', by: 'b' })).applied).toBe(0);
    await privateStore.update('profiles', id(20), () => ({ id: id(20), newsletter: false }));
    expect(await codes()).toContain('half-done-private-done');
    expect((await fix({ ...input(), ledger: undefined, run: 'r2', by: 'b' })).applied).toBe(1);
    expect(await codes()).toEqual([]);
  });

  it('during which somebody changes its private record writes nothing over that, and says so', async () => {
    await store();
    const others = replacing(publicStore, {
      commit: async (...args: Parameters<PublicStore['commit']>) => {
        await privateStore.update('profiles', id(20), () => ({ id: id(20), newsletter: true }));
        return publicStore.commit(...args);
      },
    });
    await expect(write({ publicStore: others })).rejects.toMatchObject({ code: 'dual-write-torn' });
    expect(await codes()).toContain('half-done-torn');
    const profiles = [];
    for await (const record of privateStore.read('profiles')) profiles.push(record);
    expect(profiles).toContainEqual({ id: id(20), newsletter: true });
  });

  it('whose note cannot be read is a finding, and nothing ends it by itself', async () => {
    await store();
    const damaged = { id: 'w1', at: new Date().toISOString(), branch: 'main', path: 'x', message: 'm' };
    for (const files of [undefined, '[', '{}']) {
      const note = { ...damaged, privates: '[]', ...(files === undefined ? {} : { files }) };
      await privateStore.update(pendingSheet, 'w1', () => note);
      expect(await codes({ graceMs: 60_000 })).toEqual(['pending-unreadable']);
    }
    expect((await fix({ ...input(), ledger: undefined, run: 'r', by: 'b' })).applied).toBe(0);
  });

  it('that may still be under way is left alone', async () => {
    await store();
    const stuck = replacing(publicStore, { commit: () => Promise.reject(new Error('killed')) });
    await expect(write({ publicStore: stuck })).rejects.toThrow('killed');
    expect(await codes({ graceMs: 60_000 })).toEqual([]);
  });
});

describe('prune', () => {
  const run = (more = {}) =>
    prune({
      target,
      identity: laddr.identity,
      publicStore,
      privateStore,
      branches: ['main'],
      sheet: 'people',
      ids: new Set([id(0)]),
      run: 'p1',
      by: 'b',
      dryRun: false,
      ...more,
    });

  it('removes people from both stores with what is theirs, takes their name off the rest, and leaves nothing to find', async () => {
    await store();
    expect(await run({ dryRun: true })).toMatchObject({
      people: 1,
      removed: { people: 1, 'project-memberships': 1, 'tag-assignments': 1 },
      unlinked: 1,
      privates: { profiles: 1, 'legacy-passwords': 1 },
      tombstones: 1,
      commits: {},
    });
    expect(await codes()).toEqual([]);
    const result = await run();
    expect(result.unknown).toEqual([]);
    expect(Object.keys(result.commits)).toEqual(['main']);
    expect(await codes()).toEqual([]);
    const files = [];
    for await (const file of publicStore.readRecords('main')) files.push([file.path, file.bytes.toString()]);
    expect(files.map(([path]) => path).filter((path) => /ann/.test(path!))).toEqual([]);
    expect(files.find(([path]) => path === 'projects/hack.toml')![1]).not.toContain('maintainerId');
    expect(await privateStore.claims.claim('name-id', 'ann', 'somebody')).toMatchObject({ won: false });
    expect(await run({ run: 'p2' })).toMatchObject({ people: 1, removed: {}, commits: {} });
  });

  it('takes uploads of removed people along, out of git and out of the public bucket', async () => {
    const hash = 'a'.repeat(64);
    const made = (n: number, file: string, fileIn: string): Fields => ({
      ...{ id: id(n), slug: `media-${n}`, personId: id(0) },
      ...{ file, fileIn, fileBytes: 1, fileSha256: hash },
    });
    const attachments = [
      made(31, 'attachments/x/media-31/original.jpg', 'repository'),
      made(32, `${id(32)}/${hash}.mp4`, 'bucket'),
    ];
    const path = join(scratch.dir, 'film');
    await writeFile(path, 'x');
    await privateStore.keepPublic(`${id(32)}/${hash}.mp4`, path);
    const writer = await publicStore.writeTree();
    const sheets = { people: [people['ann']!], attachments };
    for (const [name, records] of Object.entries(sheets)) {
      const sheet = target.sheets.find((one) => one.name === name)!;
      for (const record of records)
        writer.put(
          recordPath(name, sheet.path, record as Record<string, unknown>),
          writeToml(record as never),
        );
    }
    writer.put('attachments/x/media-31/original.jpg', 'x');
    writer.put('attachments/x/media-30/original.jpg', 'y');
    const tree = await writer.finish();
    await publicStore.commit('main', { tree, message: 'test', expected: undefined });
    await run();
    const left = await git(publicStore.dir, ['ls-tree', '-r', '--name-only', 'main']);
    expect(left.trim()).toBe('attachments/x/media-30/original.jpg');
    expect(await privateStore.publicObject(`${id(32)}/${hash}.mp4`)).toBeUndefined();
  });

  it('that is cut off after it was recorded is finished by reconcile', async () => {
    await store();
    let edits = 0;
    const failing = replacing(privateStore, {
      edit: (...args: Parameters<PrivateStore['edit']>) =>
        ++edits > 1 ? Promise.reject(new Error('killed')) : privateStore.edit(...args),
    });
    await expect(run({ privateStore: failing })).rejects.toThrow('killed');
    expect(await codes()).toEqual(['private-record-of-pruned']);
    const { after } = await fix({ ...input(), ledger: undefined, run: 'r', by: 'b' });
    expect(after.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('names ids that are nowhere, and refuses a branch that is not there', async () => {
    await store();
    expect(await run({ ids: new Set([id(77)]) })).toMatchObject({ people: 0, unknown: [id(77)] });
    await expect(run({ branches: ['none'] })).rejects.toMatchObject({ code: 'branch-missing' });
  });
});
