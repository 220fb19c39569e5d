import { CutoverError, exitCodes } from '@cutover/core';
import type { Head } from '@cutover/stores';
import { faultOfSeal } from './seal.ts';

/** Checks that must be in a report and hold. The shape of the graph is a figure unless a bound was asked for. */
export const requiredChecks = [
  'snapshot-commit',
  'snapshot-values',
  'snapshot-fields',
  'snapshot-links',
  'snapshot-canaries',
  'snapshot-secrets',
  'snapshot-boot',
  'snapshot-totals',
] as const;

/** The command that a report says it is of. */
export const verifyCommandName = 'snapshot verify';

/**
 * Throws CutoverError `snapshot-not-verified` unless the report, sealed by the key whose public half is `by`, says
 * that exactly this commit and tree withstood everything.
 */
export function assertVerified(report: unknown, { commit, tree }: Head, by: string): void {
  const faults = faultsOf(report, { commit, tree }, by);
  if (faults.length === 0) return;
  throw new CutoverError('snapshot-not-verified', `nothing is published: ${faults.join('; ')}`, {
    next: 'run cutover snapshot verify on this snapshot with --report, and publish with that report once it holds',
    data: { commit, tree },
    exitCode: exitCodes.preflightFailed,
  });
}

function faultsOf(report: unknown, { commit, tree }: Head, by: string): string[] {
  if (typeof report !== 'object' || report === null) return ['there is no report'];
  const { command, outcome, checks, details } = report as Record<string, unknown>;
  if (command !== verifyCommandName) return [`the report is not one of ${verifyCommandName}`];
  const of = typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {};
  const seal = faultOfSeal({ ...report, details: of }, by);
  const faults: string[] = seal === undefined ? [] : [seal];
  if (outcome !== 'holds') faults.push(`verifying says ${String(outcome)}`);
  if (of['tree'] !== tree) faults.push('another tree was verified');
  if (of['commit'] !== commit) faults.push('another commit was verified');
  const list = Array.isArray(checks) ? (checks as { id?: unknown; outcome?: unknown }[]) : [];
  for (const id of requiredChecks) {
    if (!list.some((check) => check.id === id && check.outcome === 'holds'))
      faults.push(`${id} does not hold`);
  }
  return faults;
}
