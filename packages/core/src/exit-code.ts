import type { Outcome } from './outcome.ts';

/** The exit codes of every command, in one place; help texts print this table. */
export const exitCodes = {
  holds: 0,
  fails: 1,
  authenticationRefused: 2,
  preflightFailed: 3,
  unknown: 4,
  leaseHeld: 5,
  aborted: 6,
  stoppedByFault: 7,
  usage: 64,
  bug: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'all holds',
  1: 'a check fails or findings remain',
  2: 'authentication refused',
  3: 'preflight failed, nothing changed',
  4: 'could not tell',
  5: 'another run holds the lease',
  6: 'aborted',
  7: 'stopped by a fault, resume continues',
  64: 'usage',
  70: 'a bug of ours',
};

export function exitCodeOf(outcome: Outcome): ExitCode {
  return exitCodes[outcome];
}
