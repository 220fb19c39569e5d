import { type Check, concludeCheck } from './check.ts';
import type { Finding } from './finding.ts';

/** Findings of one check that somebody has looked at: exactly this many of this code, for this reason. */
export interface FindingWaiver {
  /** Id of the check, e.g. `reconcile-credentials`. */
  readonly check: string;
  /** Code of the findings. */
  readonly rule: string;
  readonly count: number;
  readonly reason: string;
}

/**
 * A check without the findings that are waived. A waiver that does not match the findings in number is a
 * finding of its own; findings beyond those that a check keeps cannot be waived.
 */
export function waiveFindings(check: Check, waivers: readonly FindingWaiver[]): Check {
  const own = waivers.filter((waiver) => waiver.check === check.id);
  if (own.length === 0) return check;
  const left: Finding[] = [...check.findings];
  const waived: Record<string, number> = {};
  for (const { rule, count, reason } of own) {
    const matching = left.filter((finding) => finding.code === rule);
    if (matching.length === count && check.findings.length === check.findingsTotal) {
      for (const finding of matching) left.splice(left.indexOf(finding), 1);
      waived[`${rule}: ${reason}`] = count;
    } else {
      left.push({
        code: 'waiver-count-differs',
        message: `${count} findings ${rule} of ${check.id} are waived, ${matching.length} are there`,
        subject: rule,
        expected: count,
        actual: matching.length,
        next: 'look at them, and waive exactly those that are meant',
      });
    }
  }
  const { id, title, looked, expected, couldNotTell } = check;
  return concludeCheck({
    id,
    title,
    looked,
    expected,
    actual: check.actual,
    findings: left,
    evidence: { ...check.evidence, waived },
    couldNotTell,
  });
}
