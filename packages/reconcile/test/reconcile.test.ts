import { join } from 'node:path';
import type { PrivateRecord, Target } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reconcile } from '../src/index.ts';

const text = z.string();
const target: Target = {
  name: 't',
  sheets: [
    {
      name: 'people',
      schema: z.strictObject({ id: text, slug: text }),
      path: [{ field: 'slug' }],
      references: {},
      indexes: {},
      freeText: [],
    },
    {
      name: 'notes',
      schema: z.strictObject({ id: text, slug: text, personId: text.optional() }),
      path: [{ field: 'slug' }],
      references: { personId: 'people' },
      indexes: {},
      freeText: [],
    },
  ],
  privateSheets: [
    { name: 'profiles', schema: z.looseObject({ id: text }), of: 'people', everyRecord: true, owners: {} },
    {
      name: 'passwords',
      schema: z.looseObject({ id: text, hash: text }),
      of: 'people',
      everyRecord: false,
      owners: {},
    },
  ],
  routes: [],
  reconcile: [
    {
      id: 'newsletter',
      title: 'Who gets the newsletter can leave it',
      sheet: 'people',
      check: (record, { profiles }) =>
        profiles === undefined
          ? undefined
          : profiles['newsletter'] === true && profiles['token'] === undefined
            ? [
                {
                  code: 'token-missing',
                  message: `${String(record['slug'])} has no token`,
                  subject: record.id,
                },
              ]
            : [],
    },
  ],
};

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
let files: Record<string, string>;
let privates: Record<string, PrivateRecord[]>;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
  files = {
    'people/ann.toml': 'id = "a"\nslug = "ann"\n',
    'people/ben.toml': 'id = "b"\nslug = "ben"\n',
    'notes/one.toml': 'id = "n"\npersonId = "b"\nslug = "one"\n',
  };
  privates = {
    profiles: [{ id: 'a', newsletter: true, token: 'x' }, { id: 'b' }],
    passwords: [{ id: 'a', hash: 'h' }],
  };
});
afterEach(() => scratch.remove());

async function check() {
  const writer = await publicStore.writeTree();
  for (const [path, content] of Object.entries(files)) writer.put(path, content);
  const tree = await writer.finish();
  for (const [sheet, records] of Object.entries(privates)) {
    for (const record of records) await privateStore.update(sheet, record.id, () => record);
  }
  const checks = await reconcile({ target, publicStore, privateStore, treeish: tree });
  return Object.fromEntries(
    checks.map(({ id, outcome, findings }) => [id, { outcome, codes: findings.map(({ code }) => code) }]),
  );
}

const holds = { outcome: 'holds', codes: [] };

describe('reconcile', () => {
  it('holds where both stores belong together', async () => {
    expect(await check()).toEqual({
      'reconcile-orphans': holds,
      'reconcile-records': holds,
      'reconcile-references': holds,
      'reconcile-private-in-public': holds,
      'reconcile-newsletter': holds,
      'reconcile-pending-writes': holds,
    });
  });

  it.each<[string, () => void, string, string]>([
    [
      'a profile row was removed',
      () => privates['profiles']!.pop(),
      'reconcile-orphans',
      'private-record-missing',
    ],
    [
      'a public person was removed',
      () => delete files['people/ann.toml'],
      'reconcile-orphans',
      'private-record-orphaned',
    ],
    [
      'a password has no person',
      () => privates['passwords']!.push({ id: 'z', hash: 'h' }),
      'reconcile-orphans',
      'private-record-orphaned',
    ],
    [
      'a reference names nobody',
      () => (files['notes/one.toml'] = 'id = "n"\npersonId = "z"\nslug = "one"\n'),
      'reconcile-references',
      'reference-dangling',
    ],
    [
      'a slug was changed in place',
      () => (files['people/ann.toml'] = 'id = "a"\nslug = "anna"\n'),
      'reconcile-records',
      'path-differs',
    ],
    [
      'an id is there twice',
      () => (files['people/cid.toml'] = 'id = "b"\nslug = "cid"\n'),
      'reconcile-records',
      'id-twice',
    ],
    [
      'a field is unknown',
      () => (files['notes/one.toml'] += 'surprise = 1\n'),
      'reconcile-records',
      'record-invalid',
    ],
    [
      'a record is no TOML',
      () => (files['notes/one.toml'] = 'id = \n'),
      'reconcile-records',
      'record-unreadable',
    ],
    [
      'a folder is no sheet',
      () => (files['other/x.toml'] = 'id = "x"\n'),
      'reconcile-records',
      'sheet-unknown',
    ],
    [
      'a private record is incomplete',
      () => privates['passwords']!.push({ id: 'b' }),
      'reconcile-records',
      'private-record-invalid',
    ],
    [
      'a rule of the target is broken',
      () => (privates['profiles']![1] = { id: 'b', newsletter: true }),
      'reconcile-newsletter',
      'token-missing',
    ],
  ])('fails where %s', async (_name, plant, id, code) => {
    plant();
    const result = await check();
    expect(result[id]!.outcome).toBe('fails');
    expect(result[id]!.codes).toContain(code);
  });

  it('is unknown over an empty tree, also where private records are left', async () => {
    files = {};
    expect((await check())['reconcile-records']!.outcome).toBe('unknown');
    expect((await check())['reconcile-orphans']!.outcome).toBe('fails');
  });
});
