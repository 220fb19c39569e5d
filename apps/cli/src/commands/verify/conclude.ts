import { buildReport, type Check, type ExitCode, exitCodeOf, type TableAccount } from '@cutover/core';
import type { Output } from '../../output.ts';
import { writeReport } from '../../report-file.ts';
import { version } from '../../version.ts';

export interface Verified {
  /** As it was called, e.g. `verify freeze`. */
  readonly command: string;
  readonly startedAt: string;
  readonly checks: readonly Check[];
  readonly tables?: Readonly<Record<string, TableAccount>>;
  readonly details?: Readonly<Record<string, unknown>>;
  /** File that the operator wants the report in. */
  readonly report?: string | undefined;
}

/** Prints the checks of a verification, writes its report, and gives the exit code. */
export async function concludeVerification(out: Output, verified: Verified): Promise<ExitCode> {
  const { command, startedAt, checks, tables = {}, details = {} } = verified;
  const report = buildReport({
    toolVersion: version,
    command,
    mode: 'report-only',
    startedAt,
    checks,
    tables,
    stepsNotExercised: [],
    details,
  });
  if (verified.report !== undefined) await writeReport(verified.report, report);
  for (const check of checks) out.check(check);
  out.document(report);
  return exitCodeOf(report.outcome);
}
