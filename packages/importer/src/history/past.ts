import { join } from 'node:path';
import {
  accountedRows,
  type Check,
  concludeCheck,
  CutoverError,
  exitCodes,
  FindingList,
  type TableAccount,
} from '@cutover/core';
import type { PublicStore } from '@cutover/stores';
import { History, historyPartOf, type HistoryInput } from './history.ts';
import { writeHistory, type WrittenHistory } from './write-history.ts';
import type { LedgerRevisionLine, LedgerTableLine } from '../ledger.ts';
import type { FateSink } from '../map-pass.ts';

/** Earlier states of an import's rows, decided about, and written where anything was to be. */
export interface Past {
  readonly line: WrittenHistory | undefined;
  readonly checks: readonly Check[];
  /** Tables of earlier states, which are excluded otherwise. */
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly declassified: Readonly<Record<string, number>>;
}

export type PastInput = Omit<HistoryInput, 'dir'> & {
  readonly work: string;
  readonly branch: string;
  readonly publicStore: PublicStore;
};

/** One import's way through the past of its rows. */
export class PastImport {
  readonly #input: PastInput;
  readonly #history: History;
  #accounted: Omit<Past, 'line'> | undefined;

  private constructor(input: PastInput, history: History) {
    this.#input = input;
    this.#history = history;
  }

  static async open(input: PastInput): Promise<PastImport> {
    return new PastImport(input, await History.open({ ...input, dir: join(input.work, 'history') }));
  }

  tee(next: FateSink): FateSink {
    return this.#history.tee(next);
  }

  /** Enters every earlier state into the ledger; gives the tables' lines that it replaces nothing of. */
  async account(
    excluded: readonly LedgerTableLine[],
    enter: (line: LedgerRevisionLine) => Promise<void>,
  ): Promise<LedgerTableLine[]> {
    const { tables, provenance, declassified } = await this.#history.account(enter);
    this.#accounted = {
      tables,
      declassified,
      checks: [revisionsCheck(tables), ...(provenance === undefined ? [] : [provenance])],
    };
    return excluded.filter(({ table }) => tables[table] === undefined);
  }

  /** Writes the commits once the import's tree is there; without one says what would become of them. */
  async finish(tree: string | undefined): Promise<Past> {
    const { profile, instance, lookup, branch, publicStore, moment } = this.#input;
    const accounted = this.#accounted!;
    try {
      // What must not be shown is not written either: whoever copies the repository copies all its objects.
      const isFit = accounted.checks.every(({ outcome }) => outcome !== 'fails');
      if (tree === undefined || !isFit) return { ...accounted, line: undefined };
      const line = await writeHistory(this.#history, {
        ...{ publicStore, instance, lookup, branch, tree, moment },
        profileName: profile.name,
        configs: profile.target.sheets.length,
      });
      return { ...accounted, line, checks: [...accounted.checks, line.check] };
    } finally {
      this.#history.remove();
    }
  }
}

/** Refuses what cannot be, before anything is read. Throws CutoverError `history-unknown` or `history-with-limit`. */
export function assertPastWanted(options: {
  readonly profile: HistoryInput['profile'];
  readonly limit?: number;
}): void {
  historyPartOf(options.profile);
  if (options.limit === undefined) return;
  throw new CutoverError(
    'history-with-limit',
    '--limit leaves rows away, and so would leave away their past',
    {
      next: 'give --history without --limit, with --dry-run where nothing shall be written',
      exitCode: exitCodes.usage,
    },
  );
}

/** Every earlier state is a commit, part of one, or left away by a named rule. */
function revisionsCheck(tables: Readonly<Record<string, TableAccount>>): Check {
  const findings = new FindingList();
  const excluded: Record<string, number> = {};
  const sums = { rows: 0, shown: 0, same: 0 };
  for (const [table, account] of Object.entries(tables)) {
    sums.rows += account.rows;
    sums.shown += account.imported;
    sums.same += account.folded;
    for (const [rule, rows] of Object.entries(account.excluded))
      excluded[rule] = (excluded[rule] ?? 0) + rows;
    if (accountedRows(account) !== account.rows)
      findings.add({
        code: 'revisions-lost',
        message: `${table}: not every state has an outcome`,
        subject: table,
      });
  }
  return concludeCheck({
    id: 'history-revisions',
    title: 'Every earlier state is in a commit or left away by a named rule',
    looked: sums.rows,
    expected: sums.rows,
    actual: Object.values(tables).reduce((sum, account) => sum + accountedRows(account), 0),
    findings,
    evidence: { inCommits: sums.shown, sameAsBefore: sums.same, ...excluded },
  });
}
