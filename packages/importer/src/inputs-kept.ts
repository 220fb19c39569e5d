import { CutoverError, exitCodes } from '@cutover/core';
import { git, type PublicStore } from '@cutover/stores';

/** Trailer of imports that took uploads over. */
export const uploadsTrailer = 'Cutover-Files';
/** Trailer of imports of mended rows. */
export const correctionsTrailer = 'Cutover-Corrections-SHA256';

/** What an import is given besides the dump, or is told to do without. */
export interface GivenInputs {
  readonly publicStore: PublicStore;
  readonly branch: string;
  /** Absent: there are none. */
  readonly uploads?: unknown;
  /** They shall go. */
  readonly withoutUploads?: boolean;
  /** Absent: there are none. */
  readonly corrections?: unknown;
  /** Rows shall be again what the dump says. */
  readonly withoutCorrections?: boolean;
}

/**
 * An import replaces the tree, so that one without the uploads, or the mended rows, of the one before would silently
 * take them away. Says whether it is given others than the one before, which its commit has to say even where the tree
 * is the same.
 *
 * @throws CutoverError `files-not-given` or `corrections-not-given`
 */
export async function assertInputsKept(given: GivenInputs): Promise<boolean> {
  const { publicStore, branch } = given;
  const had = await inputsOfLast(publicStore, branch);
  const has = { uploads: given.uploads !== undefined, corrections: given.corrections !== undefined };
  if (had.uploads && !has.uploads && given.withoutUploads !== true)
    throw notGiven(
      'files-not-given',
      `the last import on ${branch} took uploads over, and none are given`,
      'give --files or --files-from again (a run file: [files]), or take them away: cutover import --without-files',
    );
  if (had.corrections && !has.corrections && given.withoutCorrections !== true)
    throw notGiven(
      'corrections-not-given',
      `the last import on ${branch} was of rows that somebody had mended, and they are not given`,
      'give the file again with --quarantine (a run file: quarantine in [stores]), or take the dump’s own rows: cutover import --without-quarantine',
    );
  return had.uploads !== has.uploads || had.corrections !== has.corrections;
}

async function inputsOfLast(
  publicStore: PublicStore,
  branch: string,
): Promise<{ uploads: boolean; corrections: boolean }> {
  if ((await publicStore.head(branch)) === undefined) return { uploads: false, corrections: false };
  const valueOf = (trailer: string): string => `%(trailers:key=${trailer},valueonly,separator=%x20)`;
  const format = `--format=${valueOf(uploadsTrailer)}%x00${valueOf(correctionsTrailer)}`;
  const args = ['log', '-1', '--grep=^Cutover-Import: ', format, `refs/heads/${branch}`, '--'];
  const [uploads = '', corrections = ''] = (await git(publicStore.dir, args)).split('\0');
  return { uploads: uploads.trim() !== '', corrections: corrections.trim() !== '' };
}

function notGiven(code: string, message: string, next: string): CutoverError {
  return new CutoverError(code, message, { next, exitCode: exitCodes.preflightFailed });
}
