import { join, resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Hook, parseTarget, readHooks, type OpenWire, sshWire } from '@cutover/transfer';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { environment } from './environment.ts';
import { firstLine } from './secret-input.ts';

export interface ReachOptions {
  readonly to: string;
  readonly sshKey?: string;
  readonly knownHosts: string;
  readonly remoteCommand: string;
  readonly passwordFromStdin?: boolean;
}

/** How a destination is reached. */
export function withReachOptions(command: Command): Command {
  return command
    .option('--ssh-key <file>', 'private key for the destination; without it a password is asked for')
    .option('--known-hosts <file>', 'keys of hosts; one that is not in it is refused', '~/.ssh/known_hosts')
    .option(
      '--remote-command <command>',
      'what the destination runs, where its authorized_keys does not say so',
      'cutover transfer receive',
    )
    .option('--password-from-stdin', 'read the SSH password from stdin, else CUTOVER_SSH_PASSWORD');
}

/** What is moved, where to, and by what rules: of `send`, and of `check`, which looks at it alone. */
export interface MoveOptions extends ReachOptions {
  readonly from: string;
  readonly exclude?: string[];
  readonly empty?: string[];
  readonly hooks?: string;
  readonly atRest?: boolean;
  readonly replace?: boolean;
  readonly owners: boolean;
  readonly staged?: boolean;
  readonly spool?: string;
  readonly stateDir: string;
}

export function withMoveOptions(command: Command): Command {
  return withReachOptions(command)
    .requiredOption('--from <dir>', 'folder that is moved')
    .requiredOption('--to <url>', 'destination and name there: ssh://user@host:port/name')
    .option('--exclude <path...>', 'leave out this name of the folder, with all that is in it')
    .option(
      '--empty <path...>',
      'take this folder without what is in it: queues and caches are started clean',
    )
    .option('--hooks <file>', 'JSON: how the source is locked, unlocked, and seen to be locked')
    .option('--at-rest', 'nobody writes to the source: no hooks are needed')
    .option('--replace', 'the destination may have a folder of that name; it is kept as a generation')
    .option(
      '--no-owners',
      'files of several owners may become one’s, where the destination’s user is not root',
    )
    .option('--staged', 'write each pass into stream files first, copy these, then have them received')
    .option('--spool <dir>', 'where stream files are written; <state-dir>/spool by default');
}

/** What both commands take from these. Throws CutoverError `source-lock`, `spool` (exit 64), `hooks-file`. */
export async function moveBy(options: MoveOptions) {
  if ((options.hooks === undefined) === (options.atRest !== true))
    throw new CutoverError(
      'source-lock',
      'it was not said how the source is kept from changing in the last pass',
      {
        next: 'give --hooks FILE, or --at-rest where nobody writes to it; not both',
        exitCode: exitCodes.usage,
      },
    );
  if (options.spool !== undefined && options.staged !== true)
    throw new CutoverError('spool', '--spool is for stream files, and without --staged there are none', {
      next: 'give --staged, too, or leave --spool out',
      exitCode: exitCodes.usage,
    });
  const hooks: Hook[] | undefined = options.hooks === undefined ? undefined : await readHooks(options.hooks);
  return {
    ...(await reach(options)),
    from: resolve(options.from),
    to: options.to,
    stateDir: resolve(options.stateDir),
    exclude: options.exclude ?? [],
    empty: options.empty ?? [],
    replace: options.replace === true,
    owners: options.owners,
    ...(hooks === undefined ? {} : { hooks }),
    ...(options.staged === true
      ? { spoolDir: resolve(options.spool ?? join(options.stateDir, 'spool')) }
      : {}),
  };
}

export interface Reached {
  readonly openWire: OpenWire;
  readonly site: string;
}

/** The wire to a destination. Throws CutoverError `transfer-target`, `ssh-password-missing`. */
export async function reach(options: ReachOptions): Promise<Reached> {
  const target = parseTarget(options.to);
  const password = options.sshKey === undefined ? await passwordOf(options) : undefined;
  const openWire = sshWire(target, {
    ...(options.sshKey === undefined ? {} : { keyFile: resolve(options.sshKey) }),
    ...(password === undefined ? {} : { password }),
    knownHostsFile: fromHome(options.knownHosts),
    command: options.remoteCommand,
  });
  return { openWire, site: target.site };
}

async function passwordOf({ passwordFromStdin }: ReachOptions): Promise<string> {
  const password = passwordFromStdin === true ? await firstLine() : environment('CUTOVER_SSH_PASSWORD');
  if (password !== undefined && password !== '') return password;
  throw new CutoverError(
    'ssh-password-missing',
    'there is neither a key nor a password for the destination',
    {
      next: 'give --ssh-key FILE, or pipe the password in with --password-from-stdin',
      exitCode: exitCodes.usage,
    },
  );
}

function fromHome(path: string): string {
  return path.startsWith('~/') ? `${environment('HOME') ?? ''}${path.slice(1)}` : resolve(path);
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Parses bytes, or bytes a second: `500K`, `20M`, `1G`. */
export function byteCount(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,12})([KMGT]?)$/.exec(text) ?? [];
  const value = Number(number) * (units[unit] ?? 0);
  if (number === '' || value < 1000) throw new InvalidArgumentError('It must be bytes, like 500K or 20M.');
  return value;
}

/** Parses a count that may be 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
