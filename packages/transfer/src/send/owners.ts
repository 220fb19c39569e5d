import { CutoverError, exitCodes } from '@cutover/core';
import type { Welcome } from '../wire/messages.ts';
import type { MeasuredSource } from './measure-source.ts';

const shownOwners = 5;

/** What becomes of owners at a destination whose user is not root: all is that user's. */
export interface OwnersLost {
  /** Files of several owners become one's: who may read and write what is another thing there. */
  readonly differ: boolean;
  readonly said: string;
}

/** Undefined where owners are kept. */
export function ownersLost(
  { uids, gids }: Pick<MeasuredSource, 'uids' | 'gids'>,
  { keepsOwners, user, host }: Pick<Welcome, 'keepsOwners' | 'user' | 'host'>,
): OwnersLost | undefined {
  if (keepsOwners) return undefined;
  const differ = uids.size > 1 || gids.size > 1;
  const whose = `users ${listOf(uids)} and groups ${listOf(gids)}`;
  return {
    differ,
    said: differ
      ? `the source has files of ${whose}, and ${user} on ${host}, who is not root, cannot give files to others`
      : `all will be ${user}’s on ${host}, who is not root: the source has files of one owner`,
  };
}

/** Throws CutoverError `owners-not-kept` (exit 3) where it matters, and nobody said that it does not. */
export function assertOwners(lost: OwnersLost | undefined, insist: boolean): void {
  if (lost?.differ !== true || !insist) return;
  throw new CutoverError('owners-not-kept', lost.said, {
    next: 'let root receive there (a forced command keeps that narrow), or say --no-owners and set them by its --post-setup program',
    exitCode: exitCodes.preflightFailed,
  });
}

function listOf(ids: ReadonlySet<number>): string {
  const shown = [...ids].sort((a, b) => a - b);
  const more = shown.length - shownOwners;
  return `${shown.slice(0, shownOwners).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
