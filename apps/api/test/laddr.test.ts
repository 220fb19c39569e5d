import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dumpSource, importDump, readExpectations } from '@cutover/importer';
import { laddr } from '@cutover/laddr';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { describeWithCorpus, scratchDir } from '@cutover/testkit';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { internalSecretHeader, type RunningApi, startApi } from '../src/index.ts';
import { startTestApi, type TestApi } from './support/start.ts';

const { cases } = laddr.urls.examples;

describe('the first profile: its hand-written old URLs', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ profile: laddr, sheets: laddr.urls.examples.records, privates: {} });
  });
  afterAll(() => api.close());

  it('are answered over records that all fit', async () => {
    expect((await api.get('/api/health/ready')).json()).toMatchObject({ status: 'ready', reasons: [] });
  });

  it.each(cases)('$url is $status $location', async ({ url, status, location }) => {
    const answer = await api.get(url);
    expect([answer.status, answer.headers['location']]).toEqual([status, location]);
  });
});

describeWithCorpus('the first profile, imported from a public dump', (dumps) => {
  const internalSecret = 'internal secret of the tests';
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let api: RunningApi | undefined;
  let expectations: string;

  beforeAll(async () => {
    scratch = await scratchDir();
    expectations = join(scratch.dir, 'expectations.jsonl');
    const publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
    const privateUrl = pathToFileURL(join(scratch.dir, 'private')).href;
    const privateStore = await openPrivateStore(privateUrl, { create: true });
    const stores = { profile: laddr, publicStore, privateStore, branch: 'legacy-import' };
    const source = dumpSource([join(dumps, 'laddr-site.sql')]);
    await importDump({ ...stores, source, workDir: scratch.dir, expectations, toolVersion: '0' });
    api = await startApi({ ...stores, internalSecret, version: '0', host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await api?.close();
    await scratch.remove();
  });

  it('is ready', async () => {
    const { statusCode, body } = await request(`${api!.url}/api/health/ready`);
    expect([statusCode, await body.json()]).toMatchObject([200, { status: 'ready', reasons: [] }]);
  });

  it('answers every URL that its rows imply, exactly', async () => {
    let asked = 0;
    for await (const { urls } of readExpectations(expectations)) {
      for (const { url, status, location, marker } of urls ?? []) {
        const answer = await request(api!.url + url);
        const text = await answer.body.text();
        expect([url, answer.statusCode, answer.headers['location']]).toEqual([url, status, location]);
        const page = location === undefined ? text : await (await request(api!.url + location)).body.text();
        expect(page).toContain(marker);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(0);
  });

  it('lets the known accounts in, and nobody with another password', async () => {
    const signIn = async (login: string, password: string): Promise<number> => {
      const answer = await request(`${api!.url}/api/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login, password }),
      });
      await answer.body.dump();
      return answer.statusCode;
    };
    for (const { login, password } of laddr.knownAccounts ?? []) {
      expect([login, await signIn(login, `${password}!`)]).toEqual([login, 401]);
      expect([login, await signIn(login, password)]).toEqual([login, 200]);
      expect([login, await signIn(login, password)]).toEqual([login, 200]);
    }
    expect(laddr.knownAccounts).not.toEqual([]);
  });

  it('asserts the NameIDs of the source, byte for byte', async () => {
    const headers = { [internalSecretHeader]: internalSecret };
    const { body } = await request(`${api!.url}/api/_internal/name-ids`, { headers });
    const asserted = (await body.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const owed: { id: string; nameId: string | null }[] = [];
    for await (const { nameId } of readExpectations(expectations)) {
      if (nameId !== undefined) owed.push({ id: nameId.id, nameId: nameId.value });
    }
    expect(owed.length).toBeGreaterThan(0);
    expect(asserted).toHaveLength(owed.length);
    expect(asserted).toEqual(expect.arrayContaining(owed));
  });
});
