import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, stopProcess, until } from './processes.ts';

const run = promisify(execFile);

/** A real OpenSSH server on loopback whose one key may run git on what lies below a folder. */
export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** Private key of the client, readable by us alone. */
  readonly keyFile: string;
  /** A key that the server does not take. */
  readonly strangersKeyFile: string;
  readonly knownHostsFile: string;
  /** Address of git for a repository by its absolute path. */
  address(path: string): string;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Port on loopback that the client's key may forward to, and nothing else; without, it may use git. */
  readonly forwardTo?: number;
  /** What the client's key runs, instead of git. */
  readonly command?: string;
  /**
   * A user that this server alone has signs in by this password, too, and runs the same. It needs a mount namespace
   * of its own: ask `mayHaveUsers` first.
   */
  readonly user?: { readonly name: string; readonly password: string };
}

/** Whether an sshd of a test may have users of its own: by /etc/passwd and /etc/shadow that only it sees. */
export async function mayHaveUsers(): Promise<boolean> {
  return run('unshare', ['-m', 'mount', '--bind', '/etc/passwd', '/etc/passwd']).then(
    () => true,
    () => false,
  );
}

/** Files of users with one more, who is us by another name. */
async function usersWith(
  dir: string,
  { name, password }: NonNullable<SshdOptions['user']>,
): Promise<string[]> {
  const { uid, gid } = userInfo();
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password }).toString().trim();
  const lines = {
    passwd: `${name}:x:${uid}:${gid}::${dir}:/bin/sh\n`,
    shadow: `${name}:${hash}:19000:0:99999:7:::\n`,
  };
  for (const [file, line] of Object.entries(lines))
    await writeFile(join(dir, file), `${await readFile(`/etc/${file}`, 'utf8')}${line}`, { mode: 0o600 });
  await chmod(join(dir, 'passwd'), 0o644);
  const script = 'mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/shadow && shift 2 && exec "$@"';
  return ['unshare', '-m', 'sh', '-c', script, 'sh', join(dir, 'passwd'), join(dir, 'shadow')];
}

/** Starts sshd with fresh keys. The client's key may use git and nothing else, as a deploy key, or one tunnel. */
export async function startSshd({ forwardTo, command, user: own }: SshdOptions = {}): Promise<Sshd> {
  const dir = await mkdtemp(join(tmpdir(), 'cutover-sshd-'));
  const user = userInfo().username;
  const port = await freePort();
  const keys = { host: join(dir, 'host'), client: join(dir, 'client'), stranger: join(dir, 'stranger') };
  for (const key of Object.values(keys))
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  const shell = join(dir, 'git-only');
  await writeFile(shell, '#!/bin/sh\nexec git-shell -c "$SSH_ORIGINAL_COMMAND"\n');
  await chmod(shell, 0o755);
  const publicKey = (await readFile(`${keys.client}.pub`, 'utf8')).trim();
  const allowed =
    forwardTo === undefined ? 'restrict' : `restrict,port-forwarding,permitopen="127.0.0.1:${forwardTo}"`;
  const forced = (command ?? shell).replaceAll('"', '\\"');
  await writeFile(join(dir, 'authorized'), `command="${forced}",${allowed} ${publicKey}\n`, { mode: 0o600 });
  await writeFile(
    join(dir, 'config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${keys.host}`,
      `AuthorizedKeysFile ${join(dir, 'authorized')}`,
      `PidFile ${join(dir, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      `PasswordAuthentication ${own === undefined ? 'no' : 'yes'}`,
      // Whoever signs in by a password runs what the key runs.
      ...(own === undefined
        ? []
        : [`ForceCommand ${command ?? shell}`, 'DisableForwarding yes', 'PermitTTY no']),
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      '',
    ].join('\n'),
  );
  await mkdir('/run/sshd', { recursive: true }).catch(() => undefined);
  const log: string[] = [];
  const before = own === undefined ? [] : await usersWith(dir, own);
  const [program, ...args] = [...before, '/usr/sbin/sshd', '-D', '-e', '-f', join(dir, 'config')];
  const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  await until('sshd', async () => Promise.resolve(log.join('').includes('Server listening')), 10_000);
  const hostKey = (await readFile(`${keys.host}.pub`, 'utf8')).trim();
  const knownHostsFile = join(dir, 'known-hosts');
  await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${hostKey}\n`);
  return {
    port,
    user,
    keyFile: keys.client,
    strangersKeyFile: keys.stranger,
    knownHostsFile,
    address: (path) => `ssh://${user}@127.0.0.1:${port}${path}`,
    stop: async () => {
      await stopProcess(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
