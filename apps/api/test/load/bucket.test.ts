import { openPrivateStore, type PrivateStore } from '@cutover/stores';
import { describeWith, type S3Server, startS3 } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { members, password, usernames } from '../support/idp.ts';
import { laddr } from '@cutover/laddr';
import { startTestApi, type TestApi } from '../support/start.ts';

describeWith('s3', 'the API over a private store on a real S3 server', () => {
  let server: S3Server;
  let store: PrivateStore;
  let api: TestApi;
  const start = (): Promise<TestApi> =>
    startTestApi({
      profile: laddr,
      sheets: { people: members.sheets.people },
      options: {
        privateStore: store,
        writable: true,
        sessionSecret: 'a session secret of a test, long enough',
      },
    });
  const recordOf = async (sheet: string, id: string) => {
    for await (const record of store.read(sheet)) if (record.id === id) return record;
    return undefined;
  };
  const person = members.sheets.people[0]!;
  const signIn = (login: string) => api.post('/api/auth/sign-in', { login, password });

  beforeAll(async () => {
    server = await startS3();
    const { endpoint, region, credentials } = server;
    store = await openPrivateStore(`s3://${await server.makeBucket()}/private`, {
      create: true,
      s3: { endpoint, region, credentials, pathStyle: true, timeoutMs: 3000 },
    });
    const edits = Object.entries(members.privates).flatMap(([sheet, records]) =>
      records.map((record) => ({ sheet, id: record.id, change: () => record })),
    );
    await store.edit(edits, 'fill');
    api = await start();
  });
  afterAll(async () => {
    await api.close();
    await server.stop();
  });

  it('is ready', async () => {
    expect((await api.get('/api/health/ready')).json()).toMatchObject({ status: 'ready', reasons: [] });
  });

  it('lets people in, and keeps the better hash', async () => {
    expect((await signIn(usernames[1]!)).status).toBe(200);
    expect(String((await recordOf('legacy-passwords', person.id))?.['hash'])).toMatch(/^\$argon2id\$/);
    expect((await signIn('member1@example.org')).status).toBe(200);
    expect((await api.post('/api/auth/sign-in', { login: usernames[1]!, password: 'wrong' })).status).toBe(
      401,
    );
  });

  it('writes to both stores, and remembers ended sessions over a restart', async () => {
    const cookie = String((await signIn(usernames[1]!)).headers['set-cookie']).split(';', 1)[0]!;
    const edited = await fetch(`${api.url}/api/members/member-1`, {
      method: 'PATCH',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ about: 'Maps bus stops.', newsletter: true }),
    });
    expect(edited.status).toBe(200);
    expect((await recordOf('profiles', person.id))?.['newsletter']).toBe(true);
    expect((await api.post('/api/auth/sign-out-everywhere', undefined, { cookie })).status).toBe(204);
    expect((await api.get('/api/auth/me', { cookie })).status).toBe(401);
    expect(await recordOf('api-revocations', `person-${person.id}`)).toBeDefined();
    await api.close();
    api = await start();
    expect((await api.get('/api/auth/me', { cookie })).status).toBe(401);
  });

  it('loses no write where many sign in at once', async () => {
    const logins = [2, 3, 4].map((number) => usernames[number]!);
    const answers = await Promise.all(logins.map(signIn));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { id } of members.sheets.people.slice(1, 4)) {
      expect(String((await recordOf('legacy-passwords', id))?.['hash'])).toMatch(/^\$argon2id\$/);
    }
  });

  describe('that goes away', () => {
    it('is a reason not to be ready; records are served, and nobody is let in unrecorded', async () => {
      await server.stop();
      expect((await signIn(usernames[5]!)).status).toBe(503);
      expect((await api.get('/members/member-1')).status).toBe(200);
      const { status, json } = await api.get('/api/health/ready');
      expect([status, json().reasons[0]?.code]).toEqual([503, 'private-store-unreachable']);
    });
  });
});
