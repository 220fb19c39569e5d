import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dumpSource, importDump, readExpectations } from '@cutover/importer';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { sampleDump, wordpress } from '@cutover/wordpress';
import { Client, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../src/index.ts';
import { startTestApi, type TestApi } from './support/start.ts';

const { cases } = wordpress.urls.examples;
/** URLs that the rules leave to the new site, which has no page there. */
const unserved = new Set([
  '/team/',
  '/2019/12/16/no-such-post/',
  '/news/category/regatta/',
  'http://shop.example.org/2019/12/16/hello-world/',
  'http://plain.example.org/first/',
]);

/** Asks for a path, or for a whole URL as proxies do, which says the host too (RFC 9112 §3.2.2). */
async function ask(server: Client, target: string) {
  const { statusCode, headers, body } = await server.request({ method: 'GET', path: target });
  return { status: statusCode, location: headers['location'], text: await body.text() };
}

describe('a second profile: its hand-written old URLs', () => {
  let api: TestApi;
  let server: Client;
  beforeAll(async () => {
    api = await startTestApi({ profile: wordpress, sheets: wordpress.urls.examples.records, privates: {} });
    server = new Client(api.url);
  });
  afterAll(async () => {
    await server.close();
    await api.close();
  });

  it.each(cases)('$url is $status $location', async ({ url, status, location }) => {
    const answer = await ask(server, url);
    expect([answer.status, answer.location]).toEqual([unserved.has(url) ? 404 : status, location]);
  });
});

describe('a second profile: a network of sites, imported', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let api: RunningApi | undefined;
  let expectations: string;

  beforeAll(async () => {
    scratch = await scratchDir();
    expectations = join(scratch.dir, 'expectations.jsonl');
    const publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
    const privateUrl = pathToFileURL(join(scratch.dir, 'private')).href;
    const privateStore = await openPrivateStore(privateUrl, { create: true });
    const stores = { profile: wordpress, publicStore, privateStore, branch: 'legacy-import' };
    const source = dumpSource([fileURLToPath(sampleDump)]);
    await importDump({ ...stores, source, workDir: scratch.dir, expectations, toolVersion: '0' });
    api = await startApi({ ...stores, version: '0', host: '127.0.0.1', port: 0 });
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
    const server = new Client(api!.url);
    let asked = 0;
    for await (const { urls } of readExpectations(expectations)) {
      for (const { url, status, location, marker } of urls ?? []) {
        const answer = await ask(server, url);
        expect([url, answer.status, answer.location]).toEqual([url, status, location]);
        const page = await ask(server, location!);
        expect([page.status, page.text]).toEqual([200, expect.stringContaining(marker)]);
        asked++;
      }
    }
    await server.close();
    expect(asked).toBeGreaterThan(0);
  });

  it('shows lists by site, and authors of all sites', async () => {
    const posts = async (site: string) => {
      const answer = await request(`${api!.url}/api/sites/${site}/posts`);
      const { records } = (await answer.body.json()) as { records: { path: string }[] };
      return records.map(({ path }) => path);
    };
    expect(await posts('site-2')).toEqual(['/sites/site-2/posts/hello-world']);
    expect(await posts('main')).toContain('/sites/main/posts/about');
    const authors = await request(`${api!.url}/api/authors`);
    expect(await authors.body.json()).toMatchObject({ total: 3 });
  });

  it('lets nobody in by a hash that nothing here can verify', async () => {
    const answer = await request(`${api!.url}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'ann', password: 'ann' }),
    });
    await answer.body.dump();
    expect(answer.statusCode).toBe(401);
  });

  it('asserts no identities: the profile has none', async () => {
    const answer = await request(`${api!.url}/api/_internal/name-ids`);
    await answer.body.dump();
    expect(answer.statusCode).toBe(404);
  });
});
