import { describe, expect, it } from 'vitest';
import {
  buildReport,
  combineOutcomes,
  concludeCheck,
  exitCodeOf,
  FindingList,
  LowestFindings,
  maxFindings,
  waiveFindings,
} from '../src/index.ts';

const base = { id: 'x', title: 'x?', expected: 1, actual: 1 };

describe('a check', () => {
  it('holds when it looked at something and found nothing', () => {
    expect(concludeCheck({ ...base, looked: 1 }).outcome).toBe('holds');
  });

  it('is unknown when it looked at nothing, even where expected equals actual', () => {
    const check = concludeCheck({ ...base, looked: 0, expected: 0, actual: 0 });
    expect(check.outcome).toBe('unknown');
    expect(check.couldNotTell).toMatch(/nothing to look at/);
  });

  it('is unknown when it could not be made', () => {
    expect(concludeCheck({ ...base, looked: 5, couldNotTell: 'no answer' }).outcome).toBe('unknown');
  });

  it('fails on a finding, also when part of it could not be told', () => {
    const findings = [{ code: 'c', message: 'm' }];
    expect(concludeCheck({ ...base, looked: 5, findings, couldNotTell: 'no answer' }).outcome).toBe('fails');
  });

  it('keeps a bounded number of findings and counts all', () => {
    const list = new FindingList();
    for (let i = 0; i < maxFindings + 50; i++) list.add({ code: 'c', message: String(i) });
    const check = concludeCheck({ ...base, looked: 1, findings: list });
    expect([check.findings.length, check.findingsTotal]).toEqual([maxFindings, maxFindings + 50]);
  });

  it('keeps the same findings in whatever order they come, and whoever found them', () => {
    const findings = Array.from({ length: maxFindings + 50 }, (_, i) => ({
      ...{ code: 'c', message: `file ${i % 2}`, subject: `row/${(i * 37) % 120}` },
    }));
    const listed = (...parts: (typeof findings)[]): [subjects: unknown, total: number] => {
      const all = new LowestFindings();
      for (const part of parts) {
        const own = new LowestFindings();
        for (const finding of part) own.add(finding);
        all.addSeen(own.seen);
      }
      return [all.kept.map(({ subject, message }) => `${subject} ${message}`), all.total];
    };
    const [kept, total] = listed(findings);
    expect([total, (kept as string[]).length]).toEqual([findings.length, maxFindings]);
    expect((kept as string[])[0]).toBe('row/0 file 0');
    expect((kept as string[]).at(-1)).toMatch(/^row\/\d\d file/);
    expect(listed(findings.toReversed())).toEqual([kept, total]);
    expect(listed(findings.slice(80), findings.slice(0, 40), findings.slice(40, 80))).toEqual([kept, total]);
  });
});

describe('several outcomes', () => {
  it.each([
    [[], 'unknown', 4],
    [['holds'], 'holds', 0],
    [['holds', 'unknown'], 'unknown', 4],
    [['unknown', 'fails', 'holds'], 'fails', 1],
  ] as const)('%j give %s, exit %i', (outcomes, expected, exit) => {
    expect(combineOutcomes(outcomes)).toBe(expected);
    expect(exitCodeOf(combineOutcomes(outcomes))).toBe(exit);
  });

  it('a report without checks is unknown', () => {
    const report = buildReport({
      toolVersion: '0',
      command: 'c',
      mode: 'm',
      startedAt: '',
      checks: [],
      tables: {},
      stepsNotExercised: [],
      details: {},
    });
    expect(report.outcome).toBe('unknown');
  });
});

describe('findings that somebody has looked at', () => {
  const check = concludeCheck({
    ...base,
    looked: 3,
    findings: [1, 2].map(() => ({ code: 'old', message: 'm' })),
  });
  const waiver = { check: 'x', rule: 'old', count: 2, reason: 'seen' };

  it('are taken out by code, exact count and reason, and named', () => {
    const waived = waiveFindings(check, [waiver]);
    expect([waived.outcome, waived.evidence]).toEqual(['holds', { waived: { 'old: seen': 2 } }]);
  });

  it.each([
    ['another count', { ...waiver, count: 1 }],
    ['another code', { ...waiver, rule: 'new' }],
  ])('stay with %s, and the waiver is a finding too', (_name, other) => {
    const left = waiveFindings(check, [other]);
    expect([left.outcome, left.findings.at(-1)?.code]).toEqual(['fails', 'waiver-count-differs']);
  });

  it('stay where the waiver is of another check', () => {
    expect(waiveFindings(check, [{ ...waiver, check: 'y' }])).toBe(check);
  });

  it('do not turn nothing looked at into a pass', () => {
    const empty = concludeCheck({ ...base, looked: 0, findings: [{ code: 'old', message: 'm' }] });
    expect(waiveFindings(empty, [{ ...waiver, count: 1 }]).outcome).toBe('unknown');
  });
});
