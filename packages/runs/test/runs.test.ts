import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { concludeCheck, CutoverError, type CutoverEvent } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Plan,
  planFaults,
  planHash,
  RunControl,
  RunDirectory,
  runPlan,
  type Step,
} from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

interface Context {
  readonly done: string[];
}

const check = (id: string, findings: { code: string; message: string }[] = [], looked = 1) =>
  concludeCheck({ id, title: id, looked, expected: 1, actual: 1, findings });

function step(id: string, more: Partial<Step<Context>> = {}): Step<Context> {
  return {
    id,
    title: id,
    needs: [],
    phase: 'T-0',
    budgetMs: 1000,
    repeatable: true,
    undo: { kind: 'none', because: 'it changes nothing' },
    run: (context) => {
      context.done.push(id);
      return Promise.resolve([check(id)]);
    },
    ...more,
  };
}

const fails = (id: string) => ({ run: () => Promise.resolve([check(id, [{ code: 'x', message: 'x' }])]) });

async function rehearse(...steps: Step<Context>[]) {
  const run = await RunDirectory.create(scratch.dir);
  const context: Context = { done: [] };
  const events: CutoverEvent[] = [];
  const control = new RunControl(run.dir);
  const result = await runPlan<Context>(
    { name: 'test', steps },
    {
      mode: 'rehearsal',
      context: (onEvent) => Object.assign(context, { onEvent }),
      run,
      control,
      onEvent: (event) => void events.push(event),
      stateDir: scratch.dir,
      inputBytes: 100,
    },
  );
  control.close();
  await run.close();
  const journal = readFileSync(join(run.dir, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const status = JSON.parse(readFileSync(join(run.dir, 'status.json'), 'utf8')) as Record<string, unknown>;
  return { result, done: context.done, journal, status, events, dir: run.dir };
}

describe('a rehearsed plan', () => {
  it('goes through its steps in order and journals each before and after', async () => {
    const { done, journal, status, dir } = await rehearse(step('01-a'), step('02-b'));
    expect(done).toEqual(['01-a', '02-b']);
    expect(journal.map(({ type, step: of }) => [type, of])).toEqual([
      ['run-started', undefined],
      ['step-started', '01-a'],
      ['step-ended', '01-a'],
      ['step-started', '02-b'],
      ['step-ended', '02-b'],
      ['run-ended', undefined],
    ]);
    expect(status).toMatchObject({
      plan: 'test',
      mode: 'rehearsal',
      status: 'done',
      step: null,
      stepsTotal: 2,
      percent: 100,
    });
    expect(statSync(dir).mode & 0o077).toBe(0);
  });

  it('goes on after a check that fails, and says so', async () => {
    const { done, status, result } = await rehearse(step('01-a', fails('01-a')), step('02-b'));
    expect(done).toEqual(['02-b']);
    expect(result.checks.map(({ outcome }) => outcome)).toEqual(['fails', 'holds']);
    expect(status['status']).toBe('failed');
  });

  it('leaves out what needs a step whose effect was withheld, and goes on with the rest', async () => {
    const checks = [check('01-a', [{ code: 'x', message: 'x' }], 1)];
    const { done, result } = await rehearse(
      step('01-a', { run: () => Promise.resolve({ checks, withheld: 'refused' }) }),
      step('02-b', { needs: ['01-a'] }),
      step('03-c', { needs: ['02-b'] }),
      step('04-d'),
    );
    expect(done).toEqual(['04-d']);
    expect(result.checks.map(({ outcome }) => outcome)).toEqual(['fails', 'holds']);
    expect(result.notExercised).toEqual([
      { step: '02-b', reason: '01-a: refused' },
      { step: '03-c', reason: '01-a: refused' },
    ]);
  });

  it('stops at a blocking step that does not hold, and lists what was not exercised', async () => {
    for (const run of [fails('01-a').run, () => Promise.resolve([check('01-a', [], 0)])]) {
      const { done, result } = await rehearse(step('01-a', { run, blocking: true }), step('02-b'));
      expect([done, result.blocked]).toEqual([[], true]);
      expect(result.notExercised).toEqual([{ step: '02-b', reason: 'the preflight failed' }]);
    }
  });

  it('stops at a step that throws, keeps its code, and never ends as done', async () => {
    const error = new CutoverError('disk-full', 'no room', { next: 'make room' });
    const { result, journal, status } = await rehearse(
      step('01-a', { run: () => Promise.reject(error) }),
      step('02-b'),
    );
    expect(result.stoppedBy).toEqual({ step: '01-a', error });
    expect(journal).toContainEqual(
      expect.objectContaining({ type: 'step-failed', step: '01-a', code: 'disk-full' }),
    );
    expect(status).toMatchObject({ status: 'failed', errors: ['no room'] });
    expect(result.notExercised).toEqual([{ step: '02-b', reason: '01-a stopped the run' }]);
  });

  it('takes an unknown error for a bug of ours', async () => {
    const { result } = await rehearse(
      step('01-a', { run: () => Promise.reject(new TypeError('x of undefined')) }),
    );
    expect(result.stoppedBy?.error).toMatchObject({ code: 'bug', exitCode: 70 });
  });

  it('lists steps that belong to the night, and steps that had nothing to do, with their reasons', async () => {
    const night: Step<Context> = {
      id: '01-a',
      title: 'a',
      needs: [],
      phase: 'T-0',
      budgetMs: 1000,
      repeatable: true,
      run: () => Promise.resolve([]),
      only: { mode: 'real', because: 'not tonight' },
      undo: { kind: 'none', because: 'x' },
    };
    const { result } = await rehearse(
      night,
      step('02-b', { run: () => Promise.resolve({ notExercised: 'no such part' }) }),
      step('03-c'),
    );
    expect(result.notExercised).toEqual([
      { step: '01-a', reason: 'not tonight' },
      { step: '02-b', reason: 'no such part' },
    ]);
  });

  it('waits for who listens, so that something can be done between two steps', async () => {
    const { events } = await rehearse(step('01-a'));
    expect(events.map(({ type }) => type)).toEqual(['step-started', 'check', 'step-ended']);
  });
});

describe('a plan', () => {
  const plan = (...steps: Step<Context>[]): Plan<Context> => ({ name: 'p', steps });

  it('has a hash that changes with its steps, order, needs and undo', () => {
    const base = planHash(plan(step('01-a'), step('02-b')));
    const others = [
      plan(step('01-a')),
      plan(step('02-b'), step('01-a')),
      plan(step('01-a'), step('02-b', { needs: ['01-a'] })),
      plan(step('01-a'), step('02-b', { undo: { kind: 'none', because: 'other' } })),
      plan(step('01-a', { blocking: true }), step('02-b')),
      plan(step('01-a', { budgetMs: 2 }), step('02-b')),
      plan(step('01-a', { retry: { attempts: 2, pauseMs: 1 } }), step('02-b')),
      plan(step('01-a', { repeatable: false }), step('02-b')),
      plan(step('01-a', { irreversible: 'x' }), step('02-b')),
      plan(step('01-a', { hand: { who: 'a', does: 'b', evidence: 'c' } }), step('02-b')),
    ].map(planHash);
    expect(planHash(plan(step('01-a'), step('02-b')))).toBe(base);
    expect(new Set([base, ...others]).size).toBe(11);
  });

  it.each([
    ['an unordered name', plan(step('first'))],
    ['steps out of order', plan(step('02-b'), step('01-a'))],
    ['a need that comes later', plan(step('01-a', { needs: ['02-b'] }), step('02-b'))],
    ['a day before that of the step before', plan(step('01-a'), step('02-b', { phase: 'T-7' }))],
    ['no time budget', plan(step('01-a', { budgetMs: 0 }))],
    ['no reason for having no undo', plan(step('01-a', { undo: { kind: 'none', because: ' ' } }))],
  ])('with %s is faulty', (_name, faulty) => {
    expect(planFaults(faulty)).not.toEqual([]);
  });
});
