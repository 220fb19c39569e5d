import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { parseTarget, type OpenWire, sshWire } from '@cutover/transfer';
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
