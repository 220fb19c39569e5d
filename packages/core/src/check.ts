import type { Finding } from './finding.ts';
import type { Outcome } from './outcome.ts';

/** One question with three answers, as it stands in the report. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly expected: unknown;
  readonly actual: unknown;
  /** At most `maxFindings` of them; `findingsTotal` counts all. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
  /** How many things were looked at. Zero makes the outcome `unknown`. */
  readonly looked: number;
  /** What the answer rests on: figures, places, commands. No private value. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Why the question could not be answered, where it could not. */
  readonly couldNotTell?: string;
}

export interface CheckInput {
  readonly id: string;
  readonly title: string;
  readonly looked: number;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly findings?: Iterable<Finding> | FindingList;
  readonly evidence?: Readonly<Record<string, unknown>>;
  readonly couldNotTell?: string | undefined;
}

/** Findings kept in a check; the rest is counted. */
export const maxFindings = 100;

/** Collects findings in constant memory: keeps the first `maxFindings`, counts all. */
export class FindingList {
  readonly kept: Finding[] = [];
  total = 0;

  add(finding: Finding): void {
    this.total++;
    if (this.kept.length < maxFindings) this.kept.push(finding);
  }
}

/** What one thread found, as it is told to another. */
export interface FindingsSeen {
  readonly kept: readonly Finding[];
  readonly total: number;
}

/**
 * The same in whatever order findings come: keeps the `maxFindings` that are the first by subject and message, numbers
 * in them by their value.
 */
export class LowestFindings extends FindingList {
  override add(finding: Finding): void {
    this.total++;
    this.#keep(finding);
  }

  /** What was found so far, for another thread to add to its own. */
  get seen(): FindingsSeen {
    return { kept: this.kept, total: this.total };
  }

  addSeen({ kept, total }: FindingsSeen): void {
    this.total += total;
    for (const finding of kept) this.#keep(finding);
  }

  #keep(finding: Finding): void {
    let at = this.kept.length;
    while (at > 0 && compareFindings(finding, this.kept[at - 1]!) < 0) at--;
    this.kept.splice(at, 0, finding);
    this.kept.length = Math.min(this.kept.length, maxFindings);
  }
}

const byValue = new Intl.Collator('en', { numeric: true });

const compareFindings = (a: Finding, b: Finding): number =>
  byValue.compare(a.subject ?? '', b.subject ?? '') || byValue.compare(a.message, b.message);

/**
 * Concludes a check. The outcome is derived, never given: any finding makes it `fails`; a reason why
 * it could not be answered, or nothing looked at, makes it `unknown`; otherwise it `holds`.
 */
export function concludeCheck(input: CheckInput): Check {
  const list = input.findings instanceof FindingList ? input.findings : listOf(input.findings ?? []);
  const couldNotTell =
    input.couldNotTell ??
    (input.looked === 0 && list.total === 0 ? 'there was nothing to look at' : undefined);
  const outcome: Outcome = list.total > 0 ? 'fails' : couldNotTell !== undefined ? 'unknown' : 'holds';
  return {
    id: input.id,
    title: input.title,
    outcome,
    expected: input.expected,
    actual: input.actual,
    findings: list.kept,
    findingsTotal: list.total,
    looked: input.looked,
    evidence: input.evidence ?? {},
    ...(couldNotTell === undefined ? {} : { couldNotTell }),
  };
}

function listOf(findings: Iterable<Finding>): FindingList {
  const list = new FindingList();
  for (const finding of findings) list.add(finding);
  return list;
}
