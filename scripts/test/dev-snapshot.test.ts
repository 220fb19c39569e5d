import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { laddr } from '@cutover/laddr';
import { writeToml } from '@cutover/records';
import { openPublicStore } from '@cutover/stores';
import { scratchDir, stopProcess } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run dev:snapshot', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let repository: string;

  beforeAll(async () => {
    scratch = await scratchDir();
    repository = join(scratch.dir, 'snapshot.git');
    const store = await openPublicStore(repository, { create: true });
    const writer = await store.writeTree();
    const { fields } = laddr.scrub!.testLogins!.find(({ login }) => login === 'staff')!;
    const id = 'aaaaaaaa-0000-8000-8000-00000000000a';
    writer.put('people/aa/staff.toml', writeToml({ id, ...fields }));
    writer.put('people/aa/b.toml', writeToml({ id: id.replace(/a$/, 'b'), slug: 'b' }));
    await store.commit('snapshot', { tree: await writer.finish(), message: 'x', expected: undefined });
  });
  afterAll(() => scratch.remove());

  it('clones and boots in one command, twice, and lets test logins in', async () => {
    for (let times = 0; times < 2; times++) {
      const args = [
        'run',
        '-s',
        'dev:snapshot',
        '--',
        repository,
        '--port',
        '0',
        '--dir',
        join(scratch.dir, 'dev'),
      ];
      const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      try {
        let said = '';
        const url = await new Promise<string>((resolve, reject) => {
          const take = (chunk: Buffer) => {
            said += chunk.toString();
            const found = /listening on (http:\S+)/.exec(said)?.[1];
            if (found !== undefined) resolve(found);
          };
          child.stdout.on('data', take);
          child.stderr.on('data', take);
          child.once('exit', () => reject(new Error(said)));
        });
        expect(said).toContain('sign in as staff');
        expect(await (await fetch(`${url}/api/members`)).json()).toMatchObject({ total: 2 });
        const login = await fetch(`${url}/api/auth/sign-in`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ login: 'staff', password: 'staff' }),
        });
        expect(login.status).toBe(200);
      } finally {
        process.kill(-child.pid!, 'SIGTERM');
        await stopProcess(child);
      }
    }
  });

  const run = (...args: string[]) =>
    spawnSync('npx', ['tsx', 'scripts/src/dev-snapshot.ts', ...args], { cwd: root, encoding: 'utf8' });

  it('replaces no repository but its own', async () => {
    const dir = join(scratch.dir, 'somebodys');
    const store = await openPublicStore(join(dir, 'public.git'), { create: true });
    const writer = await store.writeTree();
    writer.put('people/aa/b.toml', writeToml({ slug: 'b' }));
    await store.commit('main', { tree: await writer.finish(), message: 'x', expected: undefined });
    const ran = run(repository, '--dir', dir);
    expect([ran.status, ran.stderr]).toEqual([3, expect.stringContaining('is left as it is')]);
    expect(await store.head('main')).toBeDefined();
  });

  it('says what is missing', () => {
    expect(run()).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('say which repository') as string,
    });
    const none = run(join(scratch.dir, 'none.git'), '--dir', join(scratch.dir, 'other'));
    expect(none.status).toBe(7);
    expect(none.stderr).toContain('cannot be cloned');
    expect(run(repository, '--bogus')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('--bogus') as string,
    });
    expect(run(repository, '--profile', 'other').status).toBe(64);
  });
});
