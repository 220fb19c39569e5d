import { subjectOf } from '../purge/plan-purge.ts';
import type { EraseResult } from './erase.ts';

export interface Certificate {
  readonly what: 'erasure';
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  /** SHA-256 of each record id, hex. */
  readonly subjects: readonly string[];
  readonly removed: Readonly<Record<string, number>>;
  readonly checks: Readonly<Record<string, boolean>>;
  /** Where they were looked for. */
  readonly lookedAt: readonly string[];
  /** What is not removed, and why. */
  readonly remains: readonly string[];
}

export interface CertificateInput {
  readonly ids: ReadonlySet<string>;
  readonly run: string;
  readonly by: string;
  readonly at: Date;
  readonly result: EraseResult;
  /** Files elsewhere that hold an id or address of theirs. */
  readonly filesFound: number;
}

/** Says what was done about people without saying who they were. */
export function certificateOf({ ids, run, by, at, result, filesFound }: CertificateInput): Certificate {
  const { pruned, history, unreadable, quarantine, looked } = result;
  const files = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
  return {
    what: 'erasure',
    run,
    at: at.toISOString(),
    by,
    subjects: [...ids].map(subjectOf).sort(),
    removed: {
      ...pruned.removed,
      ...pruned.privates,
      'records of earlier commits': pruned.past,
      'records that lost their name': pruned.unlinked,
      'addresses and GitHub ids given back': result.claims,
      'requests and suppressed addresses': result.otherRecords,
      'ledger lines': result.ledger.lines,
      'quarantined rows': quarantine.lines - quarantine.unlinked,
      'quarantined rows that lost their name': quarantine.unlinked,
      'earlier versions of the private store': result.generations,
    },
    checks: {
      'nothing of them is found in the stores': result.stillThere.length === 0,
      'no earlier version of the private store is left': result.left === 0,
    },
    lookedAt: [
      'both stores, all commits of the branches, earlier versions of the private store, ledgers and quarantine',
      'quarantined rows by their own key, and by the columns of which the profile says that they refer to other rows:',
      ...looked.columns.map((columns) => `  ${columns}`),
    ],
    remains: [
      'the prune list names the record id, so that no import brings the person back',
      'a digest of the identifier is kept, so that nobody else is ever given it',
      ...files(
        history.paths.length,
        'paths in the history of the public repository, until it is rewritten; clones and forks of it',
      ),
      ...history.otherBranches.map(
        (branch) =>
          `records of theirs at the head of the branch ${branch}, which they were not removed from: make it anew, or remove it`,
      ),
      ...files(
        unreadable,
        'files of earlier commits that name them and are no record: whose they are is not known',
      ),
      'what the texts of quarantined rows say of them was not looked at',
      ...looked.unknown.map(
        (source) =>
          `quarantined rows of ${source} by their own key only: the profile does not say what they refer to`,
      ),
      ...files(history.mentions.length, 'public files in which others name them'),
      ...files(filesFound, 'files elsewhere that were looked into hold an id or address of theirs'),
      'published snapshots hold a pseudonym, and are made anew each week',
      'the legacy system, its dumps and backups, and what other systems were told are not ours to change',
    ],
  };
}
