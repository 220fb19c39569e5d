import { readFile } from 'node:fs/promises';
import { type Check, concludeCheck, CutoverError, exitCodes, type Finding, messageOf } from '@cutover/core';
import { parseToml } from '@cutover/records';

/** Quarantined rows that somebody has looked at: exactly this many by this rule, for this reason. */
export interface Waiver {
  readonly rule: string;
  readonly count: number;
  readonly reason: string;
  /** Id of the check whose findings are meant, by their code; absent: quarantined rows, by their rule. */
  readonly check?: string;
}

/** Reads `[[waiver]] rule, count, reason` and, for findings, `check`. Throws CutoverError `waivers-invalid`. */
export async function readWaivers(path: string): Promise<Waiver[]> {
  let parsed: unknown;
  try {
    parsed = parseToml(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw waiversMissing(path, cause);
    throw invalid(path, messageOf(cause).split('\n', 1)[0]!, cause);
  }
  const { waiver = [], ...rest } = parsed as { waiver?: unknown };
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw invalid(path, `unknown key ${unknown}`);
  if (!Array.isArray(waiver)) throw invalid(path, 'waiver is no list');
  return waiver.map((entry: Record<string, unknown>, i) => {
    const { rule, count, reason, check } = entry;
    if (check !== undefined && typeof check !== 'string')
      throw invalid(path, `waiver ${i + 1}: check is no text`);
    if (
      typeof rule !== 'string' ||
      typeof count !== 'number' ||
      typeof reason !== 'string' ||
      reason.trim() === ''
    ) {
      throw invalid(path, `waiver ${i + 1} needs rule, count and reason`);
    }
    return { rule, count: Number(count), reason, ...(check === undefined ? {} : { check }) };
  });
}

function waiversMissing(path: string, cause: unknown): CutoverError {
  return new CutoverError('waivers-missing', `there is no file of waivers at ${path}`, {
    next: 'give the file that is meant with --waivers, or leave it away',
    exitCode: exitCodes.usage,
    cause,
  });
}

function invalid(path: string, why: string, cause?: unknown): CutoverError {
  return new CutoverError('waivers-invalid', `${path}: ${why}`, {
    next: 'write each waiver as [[waiver]] with rule = "…", count = N and reason = "…"',
    exitCode: exitCodes.usage,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether every quarantined row is waived, by rule and exact count, and every waiver is used. */
export function checkQuarantine(
  counted: ReadonlyMap<string, number>,
  given: readonly Waiver[],
  rows: number,
): Check {
  // By name: which thread came upon a rule first is nobody's concern.
  const quarantined = new Map([...counted].sort(([a], [b]) => (a < b ? -1 : 1)));
  const waivers = given.filter((waiver) => waiver.check === undefined);
  const findings: Finding[] = [];
  for (const rule of new Set([...quarantined.keys(), ...waivers.map((waiver) => waiver.rule)])) {
    const actual = quarantined.get(rule) ?? 0;
    const expected = waivers
      .filter((waiver) => waiver.rule === rule)
      .reduce((sum, { count }) => sum + count, 0);
    if (actual === expected) continue;
    findings.push({
      code: expected === 0 ? 'quarantine-not-waived' : 'waiver-count-differs',
      message: `${actual} rows are quarantined by rule ${rule}, ${expected} are waived`,
      subject: rule,
      expected,
      actual,
      next: 'look at them in the private store under quarantine/; mend the rule or the rows, or waive them by rule, count and reason (--waivers FILE)',
    });
  }
  const total = [...quarantined.values()].reduce((sum, count) => sum + count, 0);
  return concludeCheck({
    id: 'quarantine',
    title: 'No row was set aside that nobody has looked at',
    looked: rows,
    expected: Object.fromEntries(waivers.map(({ rule, count }) => [rule, count])),
    actual: Object.fromEntries(quarantined),
    findings,
    evidence: { quarantined: total },
  });
}
