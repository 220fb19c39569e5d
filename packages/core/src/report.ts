import type { Check } from './check.ts';
import { combineOutcomes, type Outcome } from './outcome.ts';

/** What became of the rows of one source table. The four outcomes add up to `rows`. */
export interface TableAccount {
  rows: number;
  imported: number;
  folded: number;
  excluded: Record<string, number>;
  quarantined: number;
}

/** The report of one command, as written to `report.json`. `schemaVersion` changes when a field does. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: string;
  readonly command: string;
  readonly mode: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly stepsNotExercised: readonly { readonly step: string; readonly reason: string }[];
  /** What ended the command before its end: step, error code, sentence and next action. */
  readonly stoppedBy?: Readonly<Record<string, unknown>>;
  /** What a run waits for until somebody goes on with it: step, question, who or when. */
  readonly waitingFor?: Readonly<Record<string, unknown>>;
  /** Notes of the reader, tables that were absent, declassified values, stores and commits. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type ReportInput = Omit<Report, 'schemaVersion' | 'tool' | 'finishedAt' | 'outcome'> & {
  readonly toolVersion: string;
  readonly finishedAt?: string;
};

/** Builds a report; its outcome is that of its checks; without checks, stopped before its end or waiting, it never holds. */
export function buildReport(input: ReportInput): Report {
  const { toolVersion, finishedAt, ...rest } = input;
  return {
    schemaVersion: 1,
    tool: `cutover ${toolVersion}`,
    ...rest,
    finishedAt: finishedAt ?? new Date().toISOString(),
    outcome: outcomeOf(rest),
  };
}

function outcomeOf({
  checks,
  stoppedBy,
  waitingFor,
}: Pick<Report, 'checks' | 'stoppedBy' | 'waitingFor'>): Outcome {
  const outcomes = checks.map((check) => check.outcome);
  const ended = stoppedBy === undefined && waitingFor === undefined;
  return combineOutcomes(ended ? outcomes : [...outcomes, 'unknown']);
}

export function emptyAccount(): TableAccount {
  return { rows: 0, imported: 0, folded: 0, excluded: {}, quarantined: 0 };
}

/** Rows of an account that have an outcome; equals `rows` when every row is accounted for. */
export function accountedRows(account: TableAccount): number {
  const excluded = Object.values(account.excluded).reduce((sum, count) => sum + count, 0);
  return account.imported + account.folded + excluded + account.quarantined;
}
