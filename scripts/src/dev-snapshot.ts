import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { laddr } from '@cutover/laddr';
import { parseToml } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';

/**
 * `npm run dev:snapshot -- <repository> [--port 8080] [--dir .cutover/dev-snapshot]`: clones a snapshot and boots the
 * new system on it, with a private store that holds the passwords of the test logins and nothing else.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '8080' },
    dir: { type: 'string', default: join(root, '.cutover/dev-snapshot') },
  },
});
const [repository] = positionals;
if (repository === undefined || positionals.length > 1) {
  process.stderr.write('say which repository: npm run dev:snapshot -- <repository> [--port 8080]\n');
  process.exit(64);
}
const branch = 'snapshot';
const publicDir = join(values.dir, 'public.git');
const privateDir = join(values.dir, 'private');

mkdirSync(values.dir, { recursive: true });
if (existsSync(publicDir)) rmSync(publicDir, { recursive: true });
const address = repository.startsWith('/') ? `file://${repository}` : repository;
const clone = ['clone', '--bare', '--depth', '1', '--branch', branch, '--', address, publicDir];
const cloned = spawnSync('git', clone, { stdio: 'inherit' });
if (cloned.status !== 0) {
  process.stderr.write(
    `${repository} cannot be cloned: it must be a git repository with a branch ${branch}\n`,
  );
  process.exit(7);
}
await giveTestLoginsTheirPasswords();
const cutover = join(root, 'apps/cli/bin/cutover.js');
const serve = [
  'serve',
  '--public',
  publicDir,
  '--private',
  privateDir,
  '--branch',
  branch,
  '--port',
  values.port,
];
const child = spawn(process.execPath, [cutover, ...serve], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => (process.exitCode = code ?? 0));

/** Accounts of nobody, whose password is their name: a snapshot has them if it was made with test logins. */
async function giveTestLoginsTheirPasswords(): Promise<void> {
  const store = await openPrivateStore(privateDir, { create: true });
  const logins = new Map((laddr.scrub?.testLogins ?? []).map((login) => [login.login, login]));
  const { people } = laddr.scrub!;
  const found: string[] = [];
  for await (const { sheet, bytes } of (await openPublicStore(publicDir)).readRecords(branch)) {
    if (sheet !== people) continue;
    const record = parseToml(bytes.toString());
    const login = logins.get(String(record['slug']));
    if (login === undefined) continue;
    const id = String(record['id']);
    for (const [name, fields] of Object.entries(login.privates ?? {})) {
      await store.update(name, id, () => ({ id, ...fields }));
    }
    found.push(login.login);
  }
  if (found.length > 0) process.stdout.write(`sign in as ${found.join(', ')}; the password is the name\n`);
}
