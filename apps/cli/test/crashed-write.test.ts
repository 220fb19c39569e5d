import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { laddr } from '@cutover/laddr';
import { fix, reconcile } from '@cutover/reconcile';
import { type PrivateRecord, writeToml } from '@cutover/records';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type S3Settings } from '@cutover/stores';
import { describeWith, type S3Server, scratchDir, startS3 } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('crashing-api.ts', import.meta.url));
const id = 'aaaaaaaa-0000-8000-8000-000000000000';
const password = 'correct horse battery';

interface Place {
  readonly privateUrl: string;
  /** What a process finds the bucket by. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly s3?: S3Settings;
}

const title = 'an API process that dies within a write to both stores';
describe(`${title}, on disk`, () =>
  suite(async (dir) => ({ privateUrl: pathToFileURL(join(dir, 'private')).href })));
describeWith('s3', `${title}, in a bucket`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server.stop());
  suite(async () => ({
    privateUrl: `s3://${await server.makeBucket()}/private`,
    environment: server.environment,
    s3: { ...server, pathStyle: true },
  }));
});

function suite(makePlace: (dir: string) => Promise<Place>): void {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let publicDir: string;
  let place: Place;
  let privateStore: PrivateStore;
  beforeEach(async () => {
    scratch = await scratchDir();
    publicDir = join(scratch.dir, 'public.git');
    const publicStore = await openPublicStore(publicDir, { create: true });
    const writer = await publicStore.writeTree();
    const ann = { id, slug: 'ann', accountLevel: 'User', legacyHandle: 'ann', creatorId: id };
    writer.put('people/aa/ann.toml', writeToml(ann));
    await publicStore.commit('main', { tree: await writer.finish(), message: 'one', expected: undefined });
    place = await makePlace(scratch.dir);
    const { s3 } = place;
    privateStore = await openPrivateStore(place.privateUrl, {
      create: true,
      ...(s3 === undefined ? {} : { s3 }),
    });
    await privateStore.update('profiles', id, () => ({ id, newsletter: false }));
    const hash = createHash('sha1').update(password).digest('hex');
    await privateStore.update('legacy-passwords', id, () => ({ id, hash }));
  });
  afterEach(() => scratch.remove());

  /** Starts the API, signs in and edits a profile; gives the answer's status, or undefined where the process died. */
  async function edit(moment: string): Promise<number | undefined> {
    const child = spawn(process.execPath, ['--import', 'tsx', script, publicDir, place.privateUrl, moment], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...place.environment },
    });
    const ended = once(child, 'exit');
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const url = line.toString().trim();
      const send = (path: string, method: string, body: object, more: Record<string, string> = {}) =>
        fetch(url + path, {
          method,
          headers: { 'content-type': 'application/json', ...more },
          body: JSON.stringify(body),
        });
      const signedIn = await send('/api/auth/sign-in', 'POST', { login: 'ann', password });
      expect(signedIn.status).toBe(200);
      const cookie = signedIn.headers.get('set-cookie')!.split(';', 1)[0]!;
      const body = { about: 'I map bikes', newsletter: true };
      const headers = { cookie, 'idempotency-key': 'k' };
      const answer = await send('/api/members/ann', 'PATCH', body, headers).catch(() => undefined);
      return answer?.status;
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }

  async function profile(): Promise<PrivateRecord | undefined> {
    for await (const record of privateStore.read('profiles')) if (record.id === id) return record;
    return undefined;
  }
  const inAnHour = new Date(Date.now() + 3600_000);
  const input = async () => ({
    target: laddr.target,
    publicStore: await openPublicStore(publicDir),
    privateStore,
    treeish: 'main',
    now: inAnHour,
  });
  const halfDone = async () =>
    (await reconcile(await input()))
      .flatMap(({ findings }) => findings.map(({ code }) => code))
      .filter((code) => code.startsWith('half-done'));
  const mend = async () => fix({ ...(await input()), run: 'r', by: 'b', only: ['finish-write'] });
  const about = () => git(publicDir, ['show', 'main:people/aa/ann.toml']);

  it('after the commit: reconcile finds it and writes the private side', { timeout: 60_000 }, async () => {
    expect(await edit('before-private')).toBeUndefined();
    expect(await about()).toContain('I map bikes');
    expect(await profile()).toMatchObject({ newsletter: false });
    expect(await halfDone()).toEqual(['half-done-public-done']);
    expect((await mend()).applied).toBe(1);
    expect(await profile()).toMatchObject({
      newsletter: true,
      unsubscribeToken: expect.any(String) as string,
    });
    expect(await halfDone()).toEqual([]);
  });

  it('before the commit: reconcile finds it and drops it', { timeout: 60_000 }, async () => {
    expect(await edit('before-commit')).toBeUndefined();
    expect(await about()).not.toContain('I map bikes');
    expect(await halfDone()).toEqual(['half-done-neither']);
    expect((await mend()).applied).toBe(1);
    expect(await profile()).toMatchObject({ newsletter: false });
    expect(await halfDone()).toEqual([]);
  });

  it('is finished by the same request again, once', { timeout: 60_000 }, async () => {
    expect(await edit('before-private')).toBeUndefined();
    expect(await edit('never')).toBe(200);
    const finished = await profile();
    expect(finished).toMatchObject({ newsletter: true });
    expect(await halfDone()).toEqual([]);
    // Who has left the newsletter since stays away, however late the request comes again.
    await privateStore.update('profiles', id, (current) => {
      const { unsubscribeToken: _token, ...rest } = current!;
      return { ...rest, id, newsletter: false };
    });
    expect(await edit('never')).toBe(200);
    expect(await profile()).toMatchObject({ newsletter: false });
    expect((await git(publicDir, ['rev-list', '--count', 'main'])).trim()).toBe('2');
  });
}
