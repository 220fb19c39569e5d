import type { RunSeen, RunState } from '@cutover/runs';
import { describe, expect, it } from 'vitest';
import { details, forMembers, oneLine } from '../src/say-status.ts';

const seen = (state: RunState, status: Partial<RunSeen['status']> = {}): RunSeen =>
  ({
    state,
    dir: '/runs/r',
    status: {
      runId: 'r',
      plan: 'cutover',
      mode: 'real',
      status: 'running',
      step: '10-import',
      stepIndex: 9,
      stepsTotal: 26,
      bytesDone: 0,
      bytesTotal: 0,
      rowsDone: 120_000,
      rowsTotal: 0,
      percent: 41,
      etaSeconds: 2400,
      startedAt: '2026-01-01T20:00:00Z',
      updatedAt: '2026-01-01T20:10:00Z',
      errors: [],
      ...status,
    },
  }) as RunSeen;

const waitingFor = {
  step: '18-go-no-go',
  kind: 'answer',
  asks: 'go or no go?',
  who: 'lead',
  answers: ['go', 'no-go'],
  since: '2026-01-01T20:30:00Z',
} as const;

describe('how a run stands', () => {
  it('is one line with the step, its share, rows and what is left', () => {
    expect(oneLine(seen('running'))).toMatch(
      /^running · 10-import \(10 of 26\) · 41 % · 120,000 rows · about 40/,
    );
  });

  it('says what it waits for, of whom, and which answers there are', () => {
    expect(details(seen('waiting', { waitingFor }))).toEqual([
      '18-go-no-go waits since 2026-01-01T20:30:00Z: go or no go? (lead)',
      'answers: go, no-go',
    ]);
    expect(details(seen('stalled', { waitingFor })).at(-1)).toMatch(/nobody has advanced it/);
  });

  it('says until when to abort, what the new side has, and faults', () => {
    const lines = details(
      seen('running', {
        abortBy: '2026-01-01T22:00:00Z',
        overBudget: true,
        errors: ['counts: 3 rows are missing'],
        pointOfNoReturn: { at: '2026-01-01T21:00:00Z', what: 'a project was made' },
      }),
    );
    expect(lines.join('\n')).toMatch(
      /longer than it may[\s\S]*abort by 2026-01-01T22[\s\S]*a project was made[\s\S]*3 rows/,
    );
    expect(details(seen('done', { abortBy: '2026-01-01T22:00:00Z' }))).toEqual([]);
  });

  it('a process that is gone: a rehearsal is begun again, a run for real is resumed', () => {
    expect(details(seen('died', { mode: 'rehearsal' })).join()).toMatch(/start again/);
    expect(details(seen('died')).join()).toMatch(/cutover resume/);
    expect(details(seen('stalled')).join()).toMatch(/run\.log/);
  });
});

describe('the sentence for members', () => {
  it.each([
    ['running', 2400, /under way.*About 40 minutes are left/],
    ['running', 20, /About one minute is left/],
    ['running', null, /cannot say yet/],
    ['waiting', 2400, /pauses/],
    ['done', null, /is done/],
    ['rolled-back', null, /gone back/],
    ['failed', null, /has stopped/],
    ['stalled', 100, /longer than we thought/],
  ] as const)('%s, %s seconds left', (state, etaSeconds, sentence) => {
    const said = forMembers(seen(state, { etaSeconds, errors: ['secret detail'] }));
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/10-import|secret|undefined|null/);
  });

  it('before anything is frozen and once the new side is open, it tells of no pause and no fault', () => {
    for (const state of ['running', 'waiting', 'stalled', 'died', 'failed', 'aborted'] as const) {
      expect(forMembers(seen(state, { step: '06-stage-sso' }))).toMatch(/has not begun/);
      expect(forMembers(seen(state, { step: '07-go-no-go' }))).toMatch(/has not begun/);
      expect(forMembers(seen(state, { step: '24-raise-ttl' }))).toMatch(/is open/);
      for (const step of ['08-freeze', '22-open', null])
        expect(forMembers(seen(state, { step }))).not.toMatch(/has not begun|is open/);
    }
    expect(forMembers(seen('rolled-back', { step: '06-stage-sso' }))).toMatch(/gone back/);
    expect(forMembers(seen('failed', { step: '24-move', plan: 'transfer' }))).toMatch(/has stopped/);
  });
});
