import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, scratchDir, type Sshd, startSshd } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  git,
  openPublicStore,
  type PublicStore,
  pushBranch,
  type PushInput,
  schemeOf,
} from '../src/index.ts';

const run = promisify(execFile);

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let source: PublicStore;
let target: PublicStore;
let number = 0;

beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());
beforeEach(async () => {
  source = await openPublicStore(join(scratch.dir, `source-${++number}.git`), { create: true });
  target = await openPublicStore(join(scratch.dir, `target-${number}.git`), { create: true });
  await commit(source, 'one');
});

async function commit(store: PublicStore, text: string) {
  const writer = await store.writeTree();
  writer.put('people/a.toml', `slug = "${text}"\n`);
  const tree = await writer.finish();
  return store.commit('legacy-import', { tree, message: text, expected: await store.head('legacy-import') });
}

function hook(store: PublicStore, name: string, lines: string): void {
  mkdirSync(join(store.dir, 'hooks'), { recursive: true });
  writeFileSync(join(store.dir, 'hooks', name), `#!/bin/sh\n${lines}\n`);
  chmodSync(join(store.dir, 'hooks', name), 0o755);
}

/** What holds over any transport. */
function conformance(push: (options?: Partial<PushInput>) => ReturnType<typeof pushBranch>): void {
  const there = async () => (await target.head('legacy-import'))?.commit;

  it('pushes a branch that is not there, and what follows upon it; again it does nothing', async () => {
    const first = await source.head('legacy-import');
    expect(await push({ dryRun: true })).toMatchObject({ outcome: 'would-push', before: undefined });
    expect(await there()).toBeUndefined();
    expect(await push()).toMatchObject({ outcome: 'pushed', before: undefined, attempts: 1 });
    const second = await commit(source, 'two');
    expect(await push()).toMatchObject({ outcome: 'pushed', before: first!.commit, commit: second.commit });
    expect(await there()).toBe(second.commit);
    expect(await push()).toMatchObject({ outcome: 'up-to-date' });
  });

  it('rejects what would lose commits of the other side, and leaves them there', async () => {
    await push();
    const theirs = await commit(target, 'theirs');
    await commit(source, 'ours');
    const result = await push();
    expect(result).toMatchObject({ outcome: 'rejected', before: theirs.commit });
    expect(result.reason).toContain(theirs.commit.slice(0, 12));
    expect(await there()).toBe(theirs.commit);
    // Commits that are here and not below ours are lost just as well.
    await git(source.dir, ['fetch', '--quiet', target.dir, 'legacy-import:theirs']);
    expect(await push()).toMatchObject({ outcome: 'rejected' });
    expect(await there()).toBe(theirs.commit);
  });

  it('says what a refusing hook says, and does not try again', async () => {
    hook(target, 'pre-receive', 'echo "the branch is protected" >&2; exit 1');
    const result = await push();
    expect(result).toMatchObject({ outcome: 'rejected', attempts: 1 });
    expect(result.reason).toMatch(/pre-receive hook declined.*the branch is protected/);
    expect(await there()).toBeUndefined();
  });

  it('looks again where somebody moves the branch between looking and pushing', async () => {
    await push();
    const first = await there();
    const ours = await commit(source, 'two');
    // Moved to something that ours does not follow upon, by the very push that is under way.
    const tree = (await git(target.dir, ['rev-parse', `${first}^{tree}`])).trim();
    hook(
      target,
      'pre-receive',
      `unset GIT_QUARANTINE_PATH; c=$(GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x GIT_OBJECT_DIRECTORY='${target.dir}/objects' git commit-tree -p ${first} -m theirs ${tree}); git update-ref refs/heads/legacy-import $c`,
    );
    const result = await push({ attempts: 3, waitMs: 1 });
    expect(result).toMatchObject({ outcome: 'rejected', attempts: 2 });
    expect(await there()).not.toBe(ours.commit);
    expect(await git(target.dir, ['log', '-1', '--format=%s', 'legacy-import'])).toBe('theirs\n');
  });
}

describe('an address', () => {
  it('is one of SSH or HTTPS, without a password in it', () => {
    expect(schemeOf('git@example.org:a/b.git')).toBe('ssh');
    expect(schemeOf('https://deploy@example.org/a/b.git')).toBe('https');
    for (const bad of ['http://example.org/a', '/tmp/x', 'ext::sh -c x', '--upload-pack=x', 'file:///x']) {
      expect(() => schemeOf(bad), bad).toThrow(expect.objectContaining({ code: 'push-address' }));
    }
    expect(() => schemeOf('https://u:geheim@example.org/a')).toThrow(
      expect.objectContaining({
        code: 'push-address',
        message: expect.not.stringContaining('geheim') as unknown,
      }),
    );
  });
});

describeWith('sshd', 'over SSH', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  const push = (options: Partial<PushInput> = {}) =>
    pushBranch({
      store: source,
      to: sshd.address(target.dir),
      access: { ssh: { keyFile: sshd.keyFile, knownHostsFile: sshd.knownHostsFile } },
      branch: 'legacy-import',
      waitMs: 1,
      ...options,
    });
  conformance(push);

  it('says that a key or a host is not let in, without trying again', async () => {
    const retries: string[] = [];
    const onRetry = (what: string) => retries.push(what);
    const stranger = { keyFile: sshd.strangersKeyFile, knownHostsFile: sshd.knownHostsFile };
    await expect(push({ access: { ssh: stranger }, onRetry })).rejects.toMatchObject({
      code: 'push-denied',
      exitCode: 2,
    });
    const unknownHost = { keyFile: sshd.keyFile, knownHostsFile: '/dev/null' };
    await expect(push({ access: { ssh: unknownHost }, onRetry })).rejects.toMatchObject({
      code: 'push-denied',
    });
    expect(retries).toEqual([]);
    await expect(push({ branch: 'nothing' })).rejects.toMatchObject({ code: 'branch-missing', exitCode: 3 });
    await expect(push({ to: sshd.address('/nowhere.git') })).rejects.toMatchObject({ code: 'push-failed' });
  });

  it('tries again where the connection is cut, and gives up after all attempts', async () => {
    let connections = 0;
    // Cuts the first connections in different places, as a bad line would.
    const proxy = createTcp((client) => {
      const nth = ++connections;
      const server = connect(sshd.port, '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        let passed = 0;
        from.on('data', (chunk: Buffer) => {
          passed += chunk.length;
          if (nth <= 3 && passed > [0, 0, 1500, 3000][nth]!) from.destroy();
          else to.write(chunk);
        });
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const knownHostsFile = join(scratch.dir, 'known-through-proxy');
    const known = readFileSync(sshd.knownHostsFile, 'utf8');
    writeFileSync(knownHostsFile, known.replaceAll(`:${sshd.port}`, `:${port}`));
    const to = sshd.address(target.dir).replace(`:${sshd.port}`, `:${port}`);
    const access = { ssh: { keyFile: sshd.keyFile, knownHostsFile } };
    const waits: number[] = [];
    const options = { to, access, waitMs: 8, onRetry: (_: string, waitMs: number) => waits.push(waitMs) };
    try {
      const result = await push({ ...options, attempts: 6 });
      expect(result.outcome).toMatch(/pushed|up-to-date/);
      expect(result.attempts).toBeGreaterThan(2);
      expect(waits.length).toBe(result.attempts - 1);
      expect(waits[1]!).toBeGreaterThan(waits[0]!);
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
    await expect(push({ ...options, attempts: 2 })).rejects.toMatchObject({
      code: 'push-unreachable',
      exitCode: 7,
    });
  });
});

describe('over HTTPS', () => {
  const token = 'ghs_a-token-of-the-test';
  let server: Server;
  let origin: string;
  let caFile: string;
  let failures: number[] = [];
  let redirectTo: string | undefined;
  let seen: (string | undefined)[] = [];

  beforeAll(async () => {
    caFile = join(scratch.dir, 'ca.pem');
    const key = join(scratch.dir, 'ca.key');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', caFile, ...subject]);
    server = createServer({ key: readFileSync(key), cert: readFileSync(caFile) }, (request, response) => {
      seen.push(request.headers.authorization);
      const failure = failures.shift();
      if (failure === 0) return void request.socket.destroy();
      if (failure !== undefined) return void response.writeHead(failure).end();
      if (redirectTo !== undefined) return void response.writeHead(301, { location: redirectTo }).end();
      const wanted = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
      if (request.headers.authorization !== wanted) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      }
      const url = new URL(request.url!, origin);
      const child = spawn('git', ['http-backend'], {
        env: {
          ...process.env,
          GIT_PROJECT_ROOT: scratch.dir,
          GIT_HTTP_EXPORT_ALL: '1',
          REMOTE_USER: 'deploy',
          PATH_INFO: url.pathname,
          QUERY_STRING: url.search.slice(1),
          REQUEST_METHOD: request.method!,
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
          ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
        },
      });
      child.stdin.on('error', () => undefined);
      request.pipe(child.stdin);
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.on('close', () => {
        const all = Buffer.concat(chunks);
        const end = all.indexOf('\r\n\r\n');
        const headers = all
          .toString('latin1', 0, end)
          .split('\r\n')
          .map((line) => line.split(': ') as [string, string]);
        const status = headers.find(([name]) => name === 'Status')?.[1];
        response.writeHead(Number(status?.slice(0, 3) ?? 200), Object.fromEntries(headers));
        response.end(all.subarray(end + 4));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    [failures, redirectTo, seen] = [[], undefined, []];
  });

  const push = (options: Partial<PushInput> = {}) =>
    pushBranch({
      store: source,
      to: `${origin}/${target.dir.slice(scratch.dir.length + 1)}`,
      access: { https: { token, caFile } },
      branch: 'legacy-import',
      waitMs: 1,
      ...options,
    });
  conformance(push);

  it('tries again on 503, 429 and a cut connection', async () => {
    failures = [503, 429, 0];
    expect(await push()).toMatchObject({ outcome: 'pushed', attempts: 4 });
  });

  it('says that a token or a certificate is not taken, and never the token', async () => {
    const wrong = await push({ access: { https: { token: 'wrong-token', caFile } } }).catch(String);
    expect(wrong).toMatch(/does not let us in/);
    expect(wrong).not.toContain('wrong-token');
    await expect(push({ access: { https: { token } }, attempts: 1 })).rejects.toMatchObject({
      code: expect.stringMatching(/^push-/) as unknown,
    });
  });

  it('does not follow a redirect with the token', async () => {
    redirectTo = 'https://example.invalid/elsewhere.git/info/refs?service=git-upload-pack';
    await expect(push({ attempts: 1 })).rejects.toMatchObject({ code: 'push-failed' });
    expect(seen.length).toBeGreaterThan(0);
  });
});
