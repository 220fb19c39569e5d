import { describe, expect, it } from 'vitest';
import { buildReport, concludeCheck, duration, emptyAccount, reportAsHtml } from '../src/index.ts';

const evil = `<img src=x onerror="alert('1')">&`;

describe('a report as a page', () => {
  const report = buildReport({
    toolVersion: evil,
    command: evil,
    mode: evil,
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:10.000Z',
    checks: [
      concludeCheck({
        id: 'a',
        title: evil,
        looked: 1234,
        expected: evil,
        actual: { evil },
        findings: [{ code: evil, message: evil, next: evil }],
      }),
      concludeCheck({ id: 'b', title: 'fine', looked: 1, expected: 1, actual: 1 }),
      concludeCheck({ id: 'c', title: 'open', looked: 0, expected: 1, actual: 1, couldNotTell: evil }),
    ],
    tables: {
      [evil]: { ...emptyAccount(), rows: 3, imported: 2, excluded: { [evil]: 1 } },
      short: { ...emptyAccount(), rows: 2, imported: 1 },
    },
    stepsNotExercised: [{ step: evil, reason: evil }],
    stoppedBy: { step: evil, message: evil, next: evil },
    details: {
      [evil]: evil,
      steps: [
        { step: evil, title: evil, outcome: evil, startedAt: '2026-01-01T00:00:05.000Z', durationMs: 2500 },
      ],
    },
  });
  const page = reportAsHtml(report);

  it('shows text as text, wherever it comes from, and loads nothing', () => {
    expect(page).not.toMatch(/<img|<script|https?:\/\/|url\(/);
    expect(page).not.toMatch(/alert\('/);
    expect(page.match(/&#60;img src=x/g)!.length).toBeGreaterThan(15);
  });

  it('says what does not hold first, and the sum of the rows beside them', () => {
    expect(page).toContain('1 checks hold, 1 fail, 1 unknown, 5 rows accounted for below');
    expect(page.indexOf('is-fails')).toBeLessThan(page.indexOf('<h2>Checks</h2>'));
    expect(page).toContain('1,234');
    expect(page).toMatch(/<td class="n">3<\/td><td>=<\/td>/);
    expect(page).toMatch(/<td class="n">2<\/td><td>≠<\/td>/);
  });

  it('places steps in time', () => {
    expect(page).toContain('left:50.00%;width:25.00%');
    expect(page).toContain('<td class="n">2.5 s</td>');
  });
});

describe('a duration', () => {
  it.each([
    [80, '80 ms'],
    [12_340, '12.3 s'],
    [220_000, '3 min 40 s'],
    [7_500_000, '2 h 5 min'],
  ])('of %i ms is %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});
