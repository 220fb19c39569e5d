import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startApi } from '@cutover/api';
import { laddr } from '@cutover/laddr';
import { recordPath, type StoredRecord, writeToml } from '@cutover/records';
import {
  editTree,
  openPrivateStore,
  openPublicStore,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkAccountPaths,
  checkCreation,
  checkReplays,
  checkStuck,
  type CreationInput,
  type FakeGithub,
  type MadeAccount,
  startFakeGithub,
} from '@cutover/verify';

const client = { id: 'client', secret: 'a secret of the tests' };
const internalSecret = 'an internal secret of the tests';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
let github: FakeGithub;
let api: Awaited<ReturnType<typeof startApi>> | undefined;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
  github = await startFakeGithub(client);
});
afterEach(async () => {
  await api?.close();
  api = undefined;
  await github.stop();
  await scratch.remove();
});

async function put(sheetName: string, ...records: StoredRecord[]): Promise<void> {
  const sheet = laddr.target.sheets.find(({ name }) => name === sheetName)!;
  const head = await publicStore.head('main');
  const edits = records.map((one) => ({
    path: recordPath(sheetName, sheet.path, one),
    content: writeToml(one),
  }));
  const tree = await editTree(publicStore.dir, head?.commit, edits);
  await publicStore.commit('main', { tree, message: 'x\n', expected: head });
}

async function person(login: string, staff = false): Promise<MadeAccount> {
  const made = { id: randomUUID(), login, email: `${login}@example.org`, password: `${login}-password` };
  const { record, privates } = laddr.target.accounts!.madeUp!({ ...made, slug: login, staff });
  await put('people', record);
  for (const [sheet, row] of Object.entries(privates)) await privateStore.update(sheet, row.id, () => row);
  return made;
}

async function start(withGithub = true): Promise<string> {
  api = await startApi({
    profile: laddr,
    publicStore,
    privateStore,
    branch: 'main',
    host: '127.0.0.1',
    port: 0,
    version: 'test',
    writable: true,
    internalSecret,
    ...(withGithub
      ? {
          github: {
            clientId: client.id,
            clientSecret: client.secret,
            webUrl: github.url,
            apiUrl: github.url,
          },
        }
      : {}),
  });
  return api.url;
}

describe('the account paths', () => {
  const make = async () => ({
    byEmail: await person('jane'),
    byPassword: await person('bob'),
    deadEmail: await person('gone'),
    staff: await person('desk', true),
  });

  it('hold on a system that works', async () => {
    const accounts = await make();
    const checks = await checkAccountPaths({ url: await start(), github, accounts });
    expect(checks.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['account-email', 'holds'],
      ['account-password', 'holds'],
      ['account-review', 'holds'],
    ]);
  });

  it.each<[string, (accounts: Awaited<ReturnType<typeof make>>) => Promise<void>, string]>([
    [
      'an address that somebody else has too',
      async ({ byEmail }) => {
        const other = await person('twin');
        await privateStore.update('profiles', other.id, (row) => ({ ...row!, email: byEmail.email }));
      },
      'account-email',
    ],
    [
      'an old password that was lost',
      async ({ byPassword }) => {
        await privateStore.update('legacy-passwords', byPassword.id, () => undefined);
      },
      'account-password',
    ],
    [
      'staff that is none',
      async ({ staff }) => {
        await put('people', { id: staff.id, slug: 'desk', legacyHandle: 'desk', accountLevel: 'User' });
      },
      'account-review',
    ],
  ])('catch %s', async (_name, plant, id) => {
    const accounts = await make();
    await plant(accounts);
    const checks = await checkAccountPaths({ url: await start(), github, accounts });
    expect(checks.filter(({ outcome }) => outcome === 'fails').map((check) => check.id)).toContain(id);
  });

  it('are unknown where nobody can sign in with GitHub, or nobody answers', async () => {
    const accounts = await make();
    const outcomes = async (url: string) =>
      (await checkAccountPaths({ url, github, accounts })).map(({ outcome }) => outcome);
    expect(await outcomes(await start(false))).toEqual(['unknown', 'unknown', 'unknown']);
    expect(await outcomes('http://127.0.0.1:9')).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('the controlled creation', () => {
  const create = async (more: Partial<CreationInput> = {}) => {
    const { login, password } = await person('jane');
    const url = await start();
    return checkCreation({
      url,
      login,
      password,
      path: '/projects',
      body: { title: 'A verification, %' },
      store: publicStore,
      branch: 'main',
      sheets: new Set(laddr.target.sheets.map(({ name }) => name)),
      privates: privateStore,
      privateRows: {},
      internalSecret,
      ...more,
    });
  };

  it('is one commit and one record, and is gone afterwards', async () => {
    const check = await create();
    expect(check).toMatchObject({ outcome: 'holds', looked: 2, evidence: { commits: 1 } });
    const left: string[] = [];
    for await (const { sheet } of publicStore.readRecords('main')) left.push(sheet);
    expect(left).toEqual(['people']);
  });

  it('fails where a private row is missing', async () => {
    const missing = await create({ privateRows: { profiles: 1 } });
    expect(missing.findings.map(({ code }) => code)).toEqual(['private-rows-wrong']);
  });

  it('is unknown where it is not made', async () => {
    expect((await create({ password: 'wrong' })).outcome).toBe('unknown');
    await api!.close();
    const shown = await create({ internalSecret: undefined });
    expect([shown.outcome, shown.couldNotTell]).toEqual([
      'unknown',
      expect.stringMatching(/read its records again/),
    ]);
    await api!.close();
    expect((await create({ body: {} })).outcome).toBe('unknown');
  });
});

describe('what is left over', () => {
  const project = (slug: string, createdAt: string): StoredRecord => ({
    id: randomUUID(),
    slug,
    title: 'Parks',
    stage: 'Testing',
    createdAt,
  });

  it('is a write that was carried out twice, and not two that were made apart or came from legacy', async () => {
    const check = () => checkReplays(publicStore, 'main', laddr.target);
    await put(
      'projects',
      project('parks', '2026-01-01T10:00:00Z'),
      project('parks-2', '2026-01-02T10:00:00Z'),
    );
    expect(await check()).toMatchObject({ outcome: 'holds', looked: 2 });
    const imported = '00000000-0000-8000-8000-000000000001';
    await put('projects', { ...project('parks-4', '2026-01-02T10:00:00Z'), id: imported });
    expect((await check()).outcome).toBe('holds');
    await put('projects', project('parks-3', '2026-01-02T10:00:05Z'));
    expect((await check()).outcome).toBe('fails');
  });

  it('is an import that was staged, a write that was not ended and a request that waits too long', async () => {
    const check = () => checkStuck(privateStore, { claimSheet: 'api-claims', maxAgeMs: 3_600_000 });
    const request = { id: 'r', status: 'open', requestedAt: new Date().toISOString() };
    await privateStore.update('api-claims', 'r', () => request);
    expect((await check()).outcome).toBe('holds');
    await privateStore.update('api-claims', 'r', () => ({ ...request, requestedAt: '2026-01-01T00:00:00Z' }));
    expect((await check()).findings.map(({ code }) => code)).toEqual(['claim-stuck']);
    await privateStore.update('api-claims', 'r', () => ({ ...request, status: 'denied' }));
    await privateStore.update('pending-writes', 'w', () => ({ id: 'w', at: new Date().toISOString() }));
    expect((await check()).outcome).toBe('holds');
    await privateStore.update('pending-writes', 'w', () => ({ id: 'w', at: '2026-01-01T00:00:00Z' }));
    expect((await check()).findings.map(({ code }) => code)).toEqual(['write-stuck']);
    await privateStore.update('pending-writes', 'w', () => undefined);
    await privateStore.stage('some-import');
    expect((await check()).findings.map(({ code }) => code)).toEqual(['import-stuck']);
  });
});
