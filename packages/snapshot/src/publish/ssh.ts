import { CutoverError, exitCodes } from '@cutover/core';
import { isSshAddress } from '@cutover/stores';

/** Throws CutoverError `publish-address` unless it is an SSH address of git, `ssh://…` or `user@host:path`. */
export function assertSshAddress(address: string): void {
  if (isSshAddress(address)) return;
  throw new CutoverError('publish-address', `${address} is no SSH address of a git repository`, {
    next: 'give one like ssh://git@example.org/owner/name.git or git@example.org:owner/name.git',
    exitCode: exitCodes.usage,
  });
}
