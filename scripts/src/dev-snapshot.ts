import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { laddr } from '@cutover/laddr';
import { parseToml, type Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';

/**
 * `npm run dev:snapshot -- <repository> [--port 8080] [--dir .cutover/dev-snapshot] [--profile laddr]`: clones a
 * snapshot and boots the new system on it, with a private store that holds the passwords of the test logins and
 * nothing else.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const branch = 'snapshot';
/** In the settings of a clone: it was made here, and may be replaced here. */
const mark = 'cutover.devSnapshot';
const usage = 'npm run dev:snapshot -- <repository> [--port 8080] [--dir DIR] [--profile NAME or module]';

function end(code: number, ...lines: string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(code);
}

const { repository, port, dir, profile } = options();
const publicDir = join(dir, 'public.git');
const privateDir = join(dir, 'private');
const { scrub } = await profileOf(profile);
clone();
await giveTestLoginsTheirPasswords();
const cutover = join(root, 'apps/cli/bin/cutover.js');
const stores = ['--public', publicDir, '--private', privateDir, '--branch', branch];
const serve = ['serve', ...stores, '--port', port, '--profile', profile];
const child = spawn(process.execPath, [cutover, ...serve], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => (process.exitCode = code ?? 0));

function options(): { repository: string; port: string; dir: string; profile: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '8080' },
        dir: { type: 'string', default: join(root, '.cutover/dev-snapshot') },
        profile: { type: 'string', default: 'laddr' },
      },
    });
    const [only, ...more] = positionals;
    if (only === undefined || more.length > 0) return end(64, `say which repository: ${usage}`);
    const profile = /[./\\]/.test(values.profile) ? fromHere(values.profile) : values.profile;
    return { repository: only, port: values.port, dir: fromHere(values.dir), profile };
  } catch (error) {
    return end(64, `${(error as Error).message}`, usage);
  }
}

/** Npm starts scripts in the folder of the package, and says where it was called. */
function fromHere(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path);
}

async function profileOf(name: string): Promise<Profile> {
  if (name === 'laddr') return laddr;
  if (!existsSync(name)) return end(64, `there is no profile ${name}: give laddr, or the path of a module`);
  const module = (await import(pathToFileURL(name).href)) as Record<string, Profile | undefined>;
  const found = Object.values(module).find((one) => typeof one === 'object' && 'scrub' in one);
  return found ?? end(64, `${name} exports no profile that says how it is scrubbed`);
}

/** One commit, no history. A folder of another origin is nothing to replace. */
function clone(): void {
  if (existsSync(publicDir)) {
    const marked = spawnSync('git', ['-C', publicDir, 'config', '--get', mark], { encoding: 'utf8' });
    if (marked.stdout.trim() !== 'true')
      end(3, `${publicDir} was not made by this command, and is left as it is`, '  → give another --dir');
    rmSync(publicDir, { recursive: true });
  }
  mkdirSync(dir, { recursive: true });
  const local = fromHere(repository);
  // A local path is cloned whole, history and all, unless it is given as an address.
  const address = existsSync(local) ? pathToFileURL(local).href : repository;
  const shallow = ['clone', '--bare', '--depth', '1', '--branch', branch, '--config', `${mark}=true`];
  if (spawnSync('git', [...shallow, '--', address, publicDir], { stdio: 'inherit' }).status !== 0)
    end(7, `${repository} cannot be cloned: it must be a git repository with a branch ${branch}`);
}

/** Accounts of nobody, whose password is their name: a snapshot has them if it was made with test logins. */
async function giveTestLoginsTheirPasswords(): Promise<void> {
  const store = await openPrivateStore(privateDir, { create: true });
  const logins = new Map((scrub?.testLogins ?? []).map((login) => [login.login, login]));
  const found: string[] = [];
  for await (const { sheet, bytes } of (await openPublicStore(publicDir)).readRecords(branch)) {
    if (sheet !== scrub?.people) continue;
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
