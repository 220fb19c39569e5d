import { type Check, concludeCheck, type Finding, FindingList, maxFindings } from '@cutover/core';
import type { StoredRecord } from '@cutover/records';

/** A record that a finding is about, once it was found again. */
export interface Located {
  readonly path: string;
  readonly record: StoredRecord;
}

/** Findings of one check, and how many things it looked at. */
export class CheckFindings {
  readonly list = new FindingList();
  looked = 0;
  readonly #id: string;
  readonly #title: string;

  constructor(id: string, title: string) {
    this.#id = id;
    this.#title = title;
  }

  add(finding: Finding): void {
    this.list.add(finding);
  }

  conclude(evidence: Readonly<Record<string, unknown>> = {}): Check {
    return concludeCheck({
      id: `reconcile-${this.#id}`,
      title: this.#title,
      looked: this.looked,
      expected: 0,
      actual: this.list.total,
      findings: this.list,
      evidence,
    });
  }
}

interface Late {
  readonly to: CheckFindings;
  readonly ordinals: readonly number[];
  /** Undefined where, seen in full, it is no finding. */
  build(located: readonly (Located | undefined)[]): Finding | undefined;
}

/**
 * Findings that are known by the place of their records in the tree alone. Those that will be printed are
 * completed in one more pass; the rest is counted.
 */
export class LateFindings {
  readonly #late: Late[] = [];
  readonly #printed = new Map<CheckFindings, number>();

  add(to: CheckFindings, ordinals: readonly number[], build: Late['build'], always = false): void {
    const printed = this.#printed.get(to) ?? 0;
    if (!always && printed >= maxFindings) {
      to.list.total++;
      return;
    }
    this.#printed.set(to, printed + 1);
    this.#late.push({ to, ordinals, build });
  }

  get wanted(): Set<number> {
    return new Set(this.#late.flatMap(({ ordinals }) => ordinals));
  }

  complete(located: ReadonlyMap<number, Located>): void {
    for (const { to, ordinals, build } of this.#late) {
      const finding = build(ordinals.map((ordinal) => located.get(ordinal)));
      if (finding !== undefined) to.add(finding);
    }
  }
}
