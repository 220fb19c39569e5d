import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import type { Report } from '@cutover/core';
import { laddr, smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { parseToml } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutover, type Ran, serving, type Serving } from './run.ts';

const env = {
  CUTOVER_GITHUB_CLIENT_SECRET: 's3cret-of-the-app',
  CUTOVER_INTERNAL_SECRET: 's3cret-inside-of-the-site',
  CUTOVER_SIGN_IN_PASSWORD: 's3cret-of-ann',
};

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];
let site: Serving;
let github: string;
const at = (name: string): string => join(scratch.dir, name);
const privates = () => openPrivateStore(at('private'));
const records = async () => openPublicStore(at('public.git'));

beforeAll(async () => {
  scratch = await scratchDir();
  stores = ['--public', at('public.git'), '--private', `file://${at('private')}`];
  const waivers = ['--waivers', fileURLToPath(sampleWaivers)];
  await run('import', '--quiet', '--dump', fileURLToPath(smallSampleDump), ...waivers, ...stores);
  await run('merge', '--quiet', '--public', at('public.git'));
  github = `127.0.0.1:${await freePort()}`;
  site = await serving(
    [
      ...['serve', '--json', '--port', '0', '--branch', 'main', '--writable', ...stores],
      ...[
        '--github-client-id',
        'app',
        '--github-url',
        `http://${github}`,
        '--github-api-url',
        `http://${github}`,
      ],
    ],
    { cwd: scratch.dir, env },
  );
});
afterAll(async () => {
  await site?.stop();
  await scratch.remove();
});

const run = (...args: string[]): Promise<Ran> => cutover(args, { cwd: scratch.dir, env });
const outcomes = ({ stdout }: Ran) =>
  (JSON.parse(stdout) as Report).checks.map(({ id, outcome }) => `${id} ${outcome}`);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Everything in both stores, by name. */
async function everything(): Promise<string[]> {
  const names: string[] = [];
  for await (const { path } of (await records()).readRecords('main')) names.push(path);
  const store = await privates();
  for (const { name } of [...laddr.target.privateSheets, { name: 'api-claims' }])
    for await (const { id } of store.read(name)) names.push(`${name}/${id}`);
  for await (const { id, owner } of store.claims?.held() ?? []) if (owner !== null) names.push(id);
  return names.sort();
}

/** Somebody of the sample who may sign in, with a password that the test knows. */
async function ann(): Promise<string> {
  for await (const { sheet, bytes } of (await records()).readRecords('main')) {
    if (sheet !== 'people') continue;
    const { id, legacyHandle, accountLevel } = parseToml(bytes.toString()) as Record<string, string>;
    if (accountLevel !== 'User' || legacyHandle === undefined) continue;
    const hash = createHash('sha1').update(env.CUTOVER_SIGN_IN_PASSWORD).digest('hex');
    await (await privates()).update('legacy-passwords', id!, () => ({ id: id!, hash }));
    const reloaded = await fetch(`${site.url}/api/_internal/reload`, {
      method: 'POST',
      headers: { 'x-cutover-internal-secret': env.CUTOVER_INTERNAL_SECRET },
    });
    expect(reloaded.status).toBe(200);
    return legacyHandle;
  }
  throw new Error('the sample has nobody');
}

describe('on a running site', () => {
  const walk = (...args: string[]): Promise<Ran> =>
    run(
      ...['verify', 'accounts', '--json', '--branch', 'main', '--target', site.url, ...stores],
      ...['--github-listen', github, '--github-client-id', 'app', ...args],
    );

  it('the account paths are walked over HTTP, and nothing is left of the accounts', async () => {
    const before = await everything();
    const ran = await walk('--yes');
    expect([ran.code, outcomes(ran)]).toEqual([
      0,
      ['account-email holds', 'account-password holds', 'account-review holds', 'account-removed holds'],
    ]);
    expect(await everything()).toEqual(before);
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  it('the account paths need to be agreed to, and the secret of the site', async () => {
    const before = await everything();
    const refused = await walk();
    expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    const args = ['verify', 'accounts', '--branch', 'main', '--target', site.url, ...stores, '--yes'];
    const wrong = await cutover([...args, '--github-listen', github, '--github-client-id', 'app'], {
      cwd: scratch.dir,
      env: { ...env, CUTOVER_INTERNAL_SECRET: 'another-secret-altogether' },
    });
    expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining('CUTOVER_INTERNAL_SECRET')]);
    expect(await everything()).toEqual(before);
  });

  it('the account paths fail where the site signs in with another app', async () => {
    const ran = await run(
      ...['verify', 'accounts', '--json', '--branch', 'main', '--target', site.url, ...stores, '--yes'],
      ...['--github-listen', github, '--github-client-id', 'another'],
    );
    expect([ran.code, outcomes(ran).at(-1)]).toEqual([1, 'account-removed holds']);
  });

  it('one record is made, seen once, and taken out again', async () => {
    const login = await ann();
    const before = await everything();
    const ran = await run(
      ...['verify', 'after-move', '--json', '--branch', 'main', '--target', site.url, ...stores, '--yes'],
      ...['--sign-in', login, '--create', '/projects', '--body', '{"title":"A verification, %"}'],
    );
    expect([ran.code, outcomes(ran)]).toEqual([
      0,
      ['after-replays holds', 'after-stuck holds', 'after-creation holds'],
    ]);
    const { evidence } = (JSON.parse(ran.stdout) as Report).checks.at(-1)!;
    expect([evidence['commits'], evidence['records']]).toEqual([
      1,
      [expect.stringMatching(/^project-memberships\//), expect.stringMatching(/^projects\//)],
    ]);
    const after = await everything();
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
    expect(before.filter((name) => !after.includes(name))).toEqual([]);
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  it('a record that is not made is unknown', async () => {
    const ran = await run(
      ...['verify', 'after-move', '--json', '--branch', 'main', '--target', site.url, ...stores, '--yes'],
      ...['--sign-in', 'nobody-there', '--create', '/projects', '--body', '{"title":"%"}'],
    );
    expect([ran.code, outcomes(ran).at(-1)]).toEqual([4, 'after-creation unknown']);
  });
});
