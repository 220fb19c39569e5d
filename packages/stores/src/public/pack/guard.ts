import { CutoverError } from '@cutover/core';

/** What the file system refuses, as what to do about it. Throws CutoverError `disk-full` or `pack-unwritable`. */
export function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** The error for what the file system said of a path. */
export function unwritable(path: string, cause: unknown): CutoverError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new CutoverError('disk-full', `there is no space left to write ${path}`, {
      next: 'free space on the disk of the public repository and run the same command again; the branch was not moved',
      cause,
    });
  }
  return new CutoverError('pack-unwritable', `${path} cannot be written: ${code ?? 'unknown fault'}`, {
    next: 'give the user that runs cutover write permission on the repository; the branch was not moved',
    cause,
  });
}
