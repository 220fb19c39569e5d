import { execFile, spawn } from 'node:child_process';
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
}

/** Starts sshd with fresh keys. The client's key may use git and nothing else, as a deploy key, or one tunnel. */
export async function startSshd({ forwardTo, command }: SshdOptions = {}): Promise<Sshd> {
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
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      '',
    ].join('\n'),
  );
  await mkdir('/run/sshd', { recursive: true }).catch(() => undefined);
  const log: string[] = [];
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(dir, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
