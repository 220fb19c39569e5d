import { CutoverError, exitCodes } from '@cutover/core';
import { git, type PublicStore } from '@cutover/stores';

/** Trailer of imports that took uploads over. */
export const uploadsTrailer = 'Cutover-Files';

/**
 * An import replaces the tree, so that one without uploads would silently take away those of the one before. Throws
 * CutoverError `files-not-given`.
 */
export async function assertUploadsKept(options: {
  readonly publicStore: PublicStore;
  readonly branch: string;
  /** Absent: there are none. */
  readonly uploads?: unknown;
  /** They shall go. */
  readonly withoutUploads?: boolean;
}): Promise<void> {
  const { publicStore, branch } = options;
  if (options.uploads !== undefined || options.withoutUploads === true) return;
  if ((await publicStore.head(branch)) === undefined) return;
  const format = `--format=%(trailers:key=${uploadsTrailer},valueonly)`;
  const args = ['log', '-1', '--grep=^Cutover-Import: ', format, `refs/heads/${branch}`, '--'];
  if ((await git(publicStore.dir, args)).trim() === '') return;
  throw new CutoverError(
    'files-not-given',
    `the last import on ${branch} took uploads over, and none are given`,
    {
      next: 'give --files or --files-from again (a run file: [files]), or take them away: cutover import --without-files',
      exitCode: exitCodes.preflightFailed,
    },
  );
}
