import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CutoverError, exitCodes } from '@cutover/core';
import { linkLost } from './frames.ts';
import type { OpenWire } from './wire.ts';

export interface SshTarget {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** Name below the root of the receiver. */
  readonly site: string;
}

export interface SshOptions {
  /** ssh reads it, we never do. Without it a password is needed. */
  readonly keyFile?: string;
  readonly password?: string;
  /** Keys of hosts; one that is not in it is refused. */
  readonly knownHostsFile: string;
  /** What the other side runs; a forced command in its authorized_keys goes before this. */
  readonly command: string;
  readonly ciphers?: string;
}

/** Parses `ssh://user@host:port/site`. Throws CutoverError `transfer-target`. */
export function parseTarget(text: string): SshTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const site = url === undefined ? '' : decodeURIComponent(url.pathname.slice(1));
  if (
    url?.protocol !== 'ssh:' ||
    url.hostname === '' ||
    url.hostname.startsWith('-') ||
    site === '' ||
    site.includes('/') ||
    url.password !== ''
  )
    throw new CutoverError('transfer-target', `${JSON.stringify(text)} is no destination`, {
      next: 'give one like ssh://mover@new.example.org/site-name; what lies below which folder is the destination’s to say',
      exitCode: exitCodes.usage,
    });
  return {
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    site,
  };
}

const askpass = fileURLToPath(new URL('../../askpass.sh', import.meta.url));
const stderrKept = 4000;
/** Fast where the processor has instructions for it, as nearly all have. */
const defaultCiphers = 'aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com';

/** Opens the byte stream by ssh: this key alone, known hosts alone, one attempt, no agent, no settings of the user. */
export function sshWire(target: SshTarget, options: SshOptions): OpenWire {
  return () => {
    const child = spawn('ssh', sshArguments(target, options), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environmentOf(options),
      // An interrupt at the terminal is for the move, which then ends this in its own order.
      detached: true,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-stderrKept)));
    const ended = new Promise<CutoverError | undefined>((resolve) => {
      child.once('error', (error) => resolve(notThere(error)));
      child.once('close', (code) => resolve(code === 0 ? undefined : reasonOf(code, said, target)));
    });
    child.stdin.on('error', () => undefined);
    const orphaned = (): void => void child.kill('SIGKILL');
    process.once('exit', orphaned);
    child.once('close', () => process.off('exit', orphaned));
    return { input: child.stdout, output: child.stdin, ended, close: () => void child.kill('SIGKILL') };
  };
}

function sshArguments(target: SshTarget, options: SshOptions): string[] {
  const withKey = options.keyFile !== undefined;
  const settings = [
    withKey ? 'BatchMode=yes' : 'NumberOfPasswordPrompts=1',
    `PreferredAuthentications=${withKey ? 'publickey' : 'password,keyboard-interactive'}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${options.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'ForwardAgent=no',
    'ConnectTimeout=10',
    'ServerAliveInterval=10',
    'ServerAliveCountMax=3',
    `Ciphers=${options.ciphers ?? defaultCiphers}`,
    'LogLevel=ERROR',
  ];
  return [
    ...['-F', 'none', '-T'],
    ...(options.keyFile === undefined ? [] : ['-i', options.keyFile]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...settings.flatMap((setting) => ['-o', setting]),
    '--',
    target.host,
    options.command,
  ];
}

/** ssh asks a program for the password, which gets it by the environment: it is in no argument and no file. */
function environmentOf({ password }: SshOptions): NodeJS.ProcessEnv {
  if (password === undefined) return process.env;
  return {
    ...process.env,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
    CUTOVER_ASKPASS_ANSWER: password,
  };
}

function reasonOf(code: number | null, said: string, { host, port }: SshTarget): CutoverError {
  const where = `${host}${port === undefined ? '' : `:${port}`}`;
  const last = said.trim().split('\n').at(-1) ?? '';
  if (code === 255 && /Permission denied|Too many authentication failures/.test(said))
    return new CutoverError('authentication-refused', `${where} refuses the key or password`, {
      next: 'put the public key into authorized_keys there, or give the right key or password; nothing was sent',
      exitCode: exitCodes.authenticationRefused,
    });
  if (
    code === 255 &&
    /Host key verification failed|No .* host key is known|IDENTIFICATION HAS CHANGED/.test(said)
  )
    return new CutoverError(
      'host-key-unknown',
      `the key of ${where} is not the one in the file of known hosts`,
      {
        next: 'compare it with the one that the host’s administrator names, and add it to the file given with --known-hosts',
        exitCode: exitCodes.preflightFailed,
      },
    );
  if (code === 255 && /refused|timed out|No route|Could not resolve|unreachable/i.test(said))
    return new CutoverError('no-route', `${where} cannot be reached: ${last}`, {
      next: 'see whether the host is up, the name resolves, and the port is open from here',
      exitCode: exitCodes.preflightFailed,
    });
  if (code === 126 || code === 127)
    return new CutoverError('no-receiver', `${where} cannot run the receiver: ${last}`, {
      next: 'install cutover there, or name it in the forced command or with --remote-command',
      exitCode: exitCodes.preflightFailed,
    });
  // A receiver that cannot start says so here, and nowhere else.
  const telling = said.split('\n').find((line) => /error/i.test(line)) ?? last;
  return linkLost(`ssh ended with ${code}: ${telling.trim().slice(0, 300)}`);
}

function notThere(cause: unknown): CutoverError {
  return new CutoverError('ssh-missing', 'ssh cannot be started', {
    next: 'install the OpenSSH client',
    exitCode: exitCodes.preflightFailed,
    cause,
  });
}
