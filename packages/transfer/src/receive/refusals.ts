import { accessSync, constants, statfsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { SiteSize } from '../wire/messages.ts';
import type { Held } from './staging.ts';
import { linkLost } from '../wire/frames.ts';

/** Throws CutoverError `destination-not-writable`. */
export function assertWritable(root: string): void {
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new CutoverError(
      'destination-not-writable',
      `${root} cannot be written to by ${userInfo().username}: ${messageOf(cause)}`,
      {
        next: 'make the folder on the destination, or give it to that user',
        exitCode: exitCodes.preflightFailed,
      },
    );
  }
}

/** A twentieth more than was measured: the source goes on growing. */
const reserve = 1.05;

/** Looks whether what is not `held` yet has room; answers how much that is. Throws CutoverError `no-room`. */
export function assertRoom(
  root: string,
  size: Pick<SiteSize, 'bytes' | 'names' | 'staged'>,
  held: Held,
): number {
  const { bavail, bsize, ffree, files: inodes } = statfsSync(root);
  const missing = Math.max(0, size.bytes - held.bytes);
  const files = Math.max(0, size.names - held.names);
  const need = Math.ceil(missing * reserve * (size.staged ? 2 : 1));
  const free = bavail * bsize;
  const enoughNames = inodes === 0 || ffree >= files;
  if (free >= need && enoughNames) return missing;
  throw new CutoverError(
    'no-room',
    free < need
      ? `the destination has ${free.toLocaleString('en-US')} bytes free, and ${need.toLocaleString('en-US')} are needed`
      : `the destination has room for ${ffree.toLocaleString('en-US')} names, and ${files.toLocaleString('en-US')} are needed`,
    {
      next: 'make room on the destination, or send elsewhere',
      data: { free, need, ffree, files },
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** What went wrong, as the sender is to see it. */
export function codedOf(error: unknown, root: string): CutoverError {
  if (error instanceof CutoverError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new CutoverError('disk-full', `the destination's disk is full below ${root}`, {
      next: 'make room there, then start the same command again: what has come stays',
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new CutoverError('destination-not-writable', `the destination cannot write: ${messageOf(error)}`, {
      next: 'give the folder on the destination to the user who receives; then start the same command again',
      cause: error,
    });
  if (code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return linkLost(error);
  return new CutoverError('bug', `the receiving side failed: ${messageOf(error)}`, {
    next: 'this is a fault of ours: please report it with this text',
    exitCode: exitCodes.bug,
    cause: error,
  });
}

export function outOfTurn(what: string): CutoverError {
  return new CutoverError('protocol', `the sender says ${what} where it is not expected`, {
    next: 'run the same version of cutover on both hosts',
  });
}

export function otherVersion(theirs: string, mine: string): CutoverError {
  return new CutoverError(
    'protocol-version',
    `the sender is cutover ${theirs}, this side ${mine}: they do not understand each other`,
    {
      next: 'install the same version on both hosts',
      exitCode: exitCodes.preflightFailed,
    },
  );
}
