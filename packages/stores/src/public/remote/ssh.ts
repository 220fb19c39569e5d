import { shellQuoted } from '@cutover/core';

export interface SshAccess {
  /** File of the deploy key; ssh reads it, we never do. */
  readonly keyFile: string;
  /** File with the host's key: hosts that are not in it are refused. Absent: the files of the user. */
  readonly knownHostsFile?: string;
}

/** What git starts to reach the other side: this key alone, known hosts alone, nothing asked, no agent, no settings of the user. */
export function sshCommand({ keyFile, knownHostsFile }: SshAccess): string {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    ...(knownHostsFile === undefined
      ? []
      : [`UserKnownHostsFile=${knownHostsFile}`, 'GlobalKnownHostsFile=/dev/null']),
    'PasswordAuthentication=no',
    'ForwardAgent=no',
    'ConnectTimeout=20',
    // A line that went dead in the middle is noticed after a minute and a half.
    'ServerAliveInterval=30',
  ];
  // Git hands it to a shell.
  return [
    'ssh',
    '-F',
    'none',
    '-i',
    shellQuoted(keyFile),
    ...options.flatMap((option) => ['-o', shellQuoted(option)]),
  ].join(' ');
}

/** Whether it is an SSH address of git, `ssh://…` or `user@host:path`, and nothing that could start a program. */
export function isSshAddress(address: string): boolean {
  return /^ssh:\/\/[^\s-][^\s]*$/.test(address) || /^[\w.-]+@[\w.-]+:[^\s-][^\s]*$/.test(address);
}
