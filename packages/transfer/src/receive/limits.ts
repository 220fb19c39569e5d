import { statfsSync } from 'node:fs';
import { CutoverError, exitCodes } from '@cutover/core';

export interface ReceiveLimits {
  /** Of one site, holes included. */
  readonly maxBytes?: number;
  /** Names of one site. */
  readonly maxNames?: number;
}

export interface Limits {
  /** Counts what was announced. Throws CutoverError `too-much` (exit 3). */
  take(bytes: number, names: number): void;
}

/** Holes take no room, but time and, once somebody fills them, room: more than this is no site. */
const mostTimesDisk = 10;
const mostNames = 100_000_000;

/** What one pass may announce. A small stream must not become a tree that nobody can keep or remove. */
export function limitsOf(root: string, { maxBytes, maxNames = mostNames }: ReceiveLimits): Limits {
  const { blocks, bsize } = statfsSync(root);
  const most = maxBytes ?? blocks * bsize * mostTimesDisk;
  let [bytes, names] = [0, 0];
  return {
    take(moreBytes, moreNames) {
      bytes += moreBytes;
      names += moreNames;
      if (bytes > most) throw tooMuch(`more than ${most.toLocaleString('en-US')} bytes`, '--max-bytes');
      if (names > maxNames)
        throw tooMuch(`more than ${maxNames.toLocaleString('en-US')} names`, '--max-names');
    },
  };
}

function tooMuch(what: string, option: string): CutoverError {
  return new CutoverError('too-much', `the destination takes no site of ${what}`, {
    next: `look at what is sent (holes count, too); if it is right, raise ${option} of cutover transfer receive on the destination`,
    exitCode: exitCodes.preflightFailed,
  });
}
