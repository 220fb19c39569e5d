import { CutoverError, exitCodes } from '@cutover/core';

export interface SshAccess {
  /** File of the deploy key; ssh reads it, we never do. */
  readonly keyFile: string;
  /** File with the host's key: hosts that are not in it are refused. */
  readonly knownHostsFile: string;
}

/** What git starts to reach the other side: this key alone, known hosts alone, nothing asked, no agent, no settings of the user. */
export function sshCommand({ keyFile, knownHostsFile }: SshAccess): string {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'PasswordAuthentication=no',
    'ForwardAgent=no',
    'ConnectTimeout=20',
  ];
  return [
    'ssh',
    '-F',
    'none',
    '-i',
    quoted(keyFile),
    ...options.flatMap((option) => ['-o', quoted(option)]),
  ].join(' ');
}

/** Git hands the command to a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Throws CutoverError `publish-address` unless it is an SSH address of git, `ssh://…` or `user@host:path`. */
export function assertSshAddress(address: string): void {
  if (/^ssh:\/\/[^\s-][^\s]*$/.test(address) || /^[\w.-]+@[\w.-]+:[^\s-][^\s]*$/.test(address)) return;
  throw new CutoverError('publish-address', `${address} is no SSH address of a git repository`, {
    next: 'give one like ssh://git@example.org/owner/name.git or git@example.org:owner/name.git',
    exitCode: exitCodes.usage,
  });
}
