import { describe, expect, it } from 'vitest';
import {
  buildReport,
  concludeCheck,
  duration,
  emptyAccount,
  reportAsHtml,
  reportAsMarkdown,
} from '../src/index.ts';

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

  it('places steps one behind the other, and says how long it waited beside them', () => {
    expect(page).toContain('left:0.00%;width:100.00%');
    expect(page).toContain('<td class="n">2.5 s</td>');
    expect(page).toContain('2.5 s in steps, 10.0 s from begin to end');
  });
});

describe('the page of a run that waits', () => {
  const check = (id: string, more = {}) =>
    concludeCheck({ id, title: `${id}?`, looked: 1, expected: 1, actual: 1, ...more });
  const report = buildReport({
    toolVersion: '1',
    command: 'run',
    mode: 'real',
    startedAt: '2026-01-01T00:00:00.000Z',
    checks: [
      ...[check('frozen'), check('frozen'), check('other')],
      check('hand-sso', { evidence: { by: 'Ann', at: '2026-01-01T01:00:00Z', shown: 'ticket 7' } }),
      check('go-no-go', { actual: { Ben: 'go (2026-01-01T02:00:00Z)' } }),
    ],
    tables: {},
    stepsNotExercised: [
      { step: '20-x', reason: '19-flip waits' },
      { step: '21-y', reason: '19-flip waits' },
    ],
    waitingFor: { step: '19-flip', asks: 'go on?', who: 'Cem' },
    details: { UNREHEARSED: 'it has held in 0 rehearsals' },
  });
  const page = reportAsHtml(report);

  it('does not say that it holds', () => {
    expect(report.outcome).toBe('unknown');
    expect(page).toContain('<title>run: waits</title>');
    expect(page).toContain('<b>Waits</b> at 19-flip (Cem): go on?');
  });

  it('says loudly that it was not rehearsed, here and in Markdown', () => {
    expect(page.indexOf('UNREHEARSED')).toBeLessThan(page.indexOf('checks hold'));
    const markdown = reportAsMarkdown(report);
    for (const loud of ['**UNREHEARSED:** it has held in 0', '**Waits:**']) expect(markdown).toContain(loud);
  });

  it('has what persons said, a question that was asked again once, and one line a reason', () => {
    expect(page).toContain('Ann, 2026-01-01T01:00:00Z: ticket 7');
    expect(page).toContain('Ben: go (2026-01-01T02:00:00Z)');
    expect(page.match(/frozen\?/g)).toHaveLength(1);
    expect(page).toContain('asked 2 times');
    expect(page).toContain('<li>20-x, 21-y: 19-flip waits</li>');
  });
});

describe('a duration', () => {
  it.each([
    [80, '80 ms'],
    [12_340, '12.3 s'],
    [220_000, '3 min 40 s'],
    [7_500_000, '2 h 5 min'],
    [180 * 86_400_000 + 3_600_000, '180 d 1 h'],
  ])('of %i ms is %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});
