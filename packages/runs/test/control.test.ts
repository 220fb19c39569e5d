import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concludeCheck, type CutoverEvent, type Listener } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Notice,
  type Notifier,
  raiseFlag,
  RunControl,
  RunDirectory,
  runPlan,
  seeRun,
  type Status,
  type Step,
} from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

interface Context {
  readonly onEvent: Listener;
  readonly run: RunDirectory;
}

const holds = concludeCheck({ id: 'c', title: 'c', looked: 1, expected: 1, actual: 1 });

const step = (id: string, run: (context: Context) => Promise<unknown>): Step<Context> => ({
  id,
  title: id,
  needs: [],
  phase: 'T-0',
  budgetMs: 1000,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    await run(context);
    return [holds];
  },
});

async function rehearse(
  steps: readonly Step<Context>[],
  inputBytes = 100,
  more: { readonly until?: string; readonly notifier?: Notifier } = {},
) {
  const run = await RunDirectory.create(scratch.dir);
  const control = new RunControl(run.dir);
  const events: CutoverEvent[] = [];
  const result = await runPlan<Context>(
    { name: 'test', steps },
    {
      mode: 'rehearsal',
      context: (onEvent) => ({ onEvent, run }),
      run,
      control,
      onEvent: (event) => void events.push(event),
      stateDir: scratch.dir,
      inputBytes,
      names: { source: 'a dump' },
      ...more,
    },
  );
  control.close();
  await run.close();
  return { result, run, events };
}

const statusOf = (run: RunDirectory) =>
  JSON.parse(readFileSync(join(run.dir, 'status.json'), 'utf8')) as Status;
const progress: CutoverEvent = { type: 'progress', phase: 'x', rowsDone: 7, rowsTotal: 9 };

describe('a run that is asked to stop', () => {
  it('stops between two steps, with what comes after listed', async () => {
    const done: string[] = [];
    const { result, run } = await rehearse([
      step('01-a', async () => raiseFlag(await seeRun(scratch.dir), 'abort')),
      step('02-b', () => Promise.resolve(done.push('02-b'))),
    ]);
    expect(done).toEqual([]);
    expect(result.stoppedBy).toMatchObject({ step: '02-b', error: { code: 'aborted', exitCode: 6 } });
    expect(result.steps.map(({ step: id }) => id)).toEqual(['01-a']);
    expect(statusOf(run)).toMatchObject({ status: 'aborted', step: null });
    expect((await seeRun(scratch.dir)).state).toBe('aborted');
  });

  it('stops inside a long step at what it tells next', async () => {
    let went = 0;
    const { result } = await rehearse([
      step('01-a', async ({ onEvent }) => {
        await onEvent(progress);
        await raiseFlag(await seeRun(scratch.dir), 'abort');
        for (; went < 100; went++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          await onEvent(progress);
        }
      }),
    ]);
    expect(result.stoppedBy?.error.code).toBe('aborted');
    expect(went).toBeLessThan(100);
  });

  it('stops even where nobody waits for a listener', async () => {
    const { result } = await rehearse([
      step('01-a', async ({ onEvent }) => {
        await raiseFlag(await seeRun(scratch.dir), 'abort');
        await new Promise((resolve) => setTimeout(resolve, 400));
        void onEvent(progress);
      }),
    ]);
    expect(result.stoppedBy).toMatchObject({ step: '01-a', error: { code: 'aborted' } });
  });

  it('names who asked first', async () => {
    const { result } = await rehearse([
      step('01-a', ({ onEvent, run }) => {
        const control = new RunControl(run.dir);
        control.request('SIGTERM');
        control.request('SIGINT');
        control.close();
        expect(() => control.assertGoingOn()).toThrow('the run was stopped by SIGTERM');
        return Promise.resolve(onEvent(progress));
      }),
    ]);
    expect(result.stoppedBy).toBeUndefined();
  });
});

describe('a run that is to go only so far', () => {
  it('leaves out what comes after, and says so', async () => {
    const { result } = await rehearse(
      ['01-a', '02-b', '03-c'].map((id) => step(id, () => Promise.resolve())),
      100,
      { until: '02-b' },
    );
    expect(result.steps.map(({ step: id }) => id)).toEqual(['01-a', '02-b']);
    expect(result.notExercised).toEqual([
      { step: '03-c', reason: 'only the steps until 02-b were asked for' },
    ]);
  });

  it('knows how far that is', async () => {
    await expect(rehearse([], 100, { until: '02-b' })).rejects.toMatchObject({
      code: 'step-unknown',
      exitCode: 64,
    });
  });
});

describe('whoever is told of a run', () => {
  const told = async (...steps: Step<Context>[]) => {
    const notices: Notice[] = [];
    const notifier: Notifier = {
      tell: (notice) => void notices.push(notice),
      close: () => Promise.resolve({ told: 0, lost: 0 }),
    };
    await rehearse(steps, 100, { notifier });
    for (const notice of notices)
      expect(notice).toMatchObject({ plan: 'test', mode: 'rehearsal', source: 'a dump', inputBytes: 100 });
    return notices.map(({ type, problem, sentence }) => [
      type,
      problem,
      sentence.replaceAll(/\d+ ms|\d+\.\d s/g, 'T'),
    ]);
  };

  it('hears of its start, its steps and its end', async () => {
    expect(await told(step('01-a', () => Promise.resolve()))).toEqual([
      ['started', false, 'test (rehearsal) has started'],
      ['step', false, '01-a holds after T'],
      ['ended', false, 'test (rehearsal) ended: holds after T, 1 of 1 checks hold'],
    ]);
  });

  it('hears of a problem as one', async () => {
    const failing = concludeCheck({
      id: 'f',
      title: 'All is well',
      looked: 1,
      expected: 1,
      actual: 0,
      findings: [{ code: 'x', message: 'x' }],
    });
    const bad = { ...step('01-a', () => Promise.resolve()), run: () => Promise.resolve([failing]) };
    const stop = step('02-b', () => Promise.reject(new Error('no room')));
    expect(await told(bad, stop)).toEqual([
      ['started', false, 'test (rehearsal) has started'],
      ['step', true, '01-a fails after T: All is well: fails'],
      ['stopped', true, '02-b stopped the run: no room'],
      ['ended', true, 'test (rehearsal) ended: unknown after T, 0 of 1 checks hold'],
    ]);
  });
});

describe('how a run stands', () => {
  it('is told while a step goes on, and reset with the next', async () => {
    const seen: Status[] = [];
    await rehearse([
      step('01-a', async ({ onEvent, run }) => {
        await new Promise((resolve) => setTimeout(resolve, 600));
        await onEvent(progress);
        await new Promise((resolve) => setTimeout(resolve, 100));
        seen.push(statusOf(run));
      }),
      step('02-b', ({ run }) => Promise.resolve(seen.push(statusOf(run)))),
    ]);
    expect(seen).toMatchObject([
      { status: 'running', step: '01-a', rowsDone: 7, rowsTotal: 9, percent: 0, etaSeconds: null },
      { status: 'running', step: '02-b', rowsDone: 0, percent: 50 },
    ]);
  });

  it('is forecast by earlier runs of the same plan with about the same input, and by no others', async () => {
    let slept = 2000;
    const steps = [
      step('01-a', () => new Promise((resolve) => setTimeout(resolve, slept))),
      step('02-b', ({ run }) => Promise.resolve(seen.push(statusOf(run)))),
      step('03-c', () => new Promise((resolve) => setTimeout(resolve, slept))),
    ];
    const seen: Status[] = [];
    const usual = (events: readonly CutoverEvent[]) =>
      events
        .map((event) => (event.type === 'step-started' ? event.usualMs : 'none'))
        .find((ms) => ms !== 'none');
    expect(usual((await rehearse(steps)).events)).toBeUndefined();
    slept = 0;
    const { events } = await rehearse(steps, 120);
    expect(usual(events)).toBeGreaterThanOrEqual(1990);
    expect(seen[0]).toMatchObject({ percent: 33, etaSeconds: null });
    expect(seen[1]?.percent).toBeGreaterThanOrEqual(45);
    expect(seen[1]?.percent).toBeLessThanOrEqual(55);
    expect(seen[1]?.etaSeconds).toBeGreaterThanOrEqual(2);
    expect(seen[1]?.etaSeconds).toBeLessThanOrEqual(3);
    expect(usual((await rehearse(steps, 900)).events)).toBeUndefined();
    expect(usual((await rehearse(steps.slice(0, 2))).events)).toBeUndefined();
  });

  it('is not forecast by runs that have come no further', async () => {
    const seen: Status[] = [];
    const steps = [
      step('01-a', () => new Promise((resolve) => setTimeout(resolve, 100))),
      step('02-b', ({ run }) => Promise.resolve(seen.push(statusOf(run)))),
      step('03-c', () => Promise.resolve()),
    ];
    await rehearse(steps, 100, { until: '01-a' });
    await rehearse(steps);
    expect(seen[0]).toMatchObject({ percent: 33, etaSeconds: null });
  });

  it('is read past a last line that a crash cut off', async () => {
    const steps = [step('01-a', () => Promise.resolve())];
    const { run } = await rehearse(steps);
    appendFileSync(join(run.dir, 'journal.jsonl'), '{"type":"step-en');
    const { events } = await rehearse(steps);
    expect(events[0]).toHaveProperty('usualMs');
  });

  it('is `died` where its process is gone and `stalled` where it is silent', async () => {
    const { run } = await rehearse([step('01-a', () => Promise.resolve())]);
    const status = { ...statusOf(run), status: 'running' };
    writeFileSync(join(run.dir, 'status.json'), JSON.stringify(status));
    const updated = Date.parse(status.updatedAt);
    expect((await seeRun(scratch.dir, run.id, updated + 59_000)).state).toBe('running');
    expect((await seeRun(scratch.dir, run.id, updated + 61_000)).state).toBe('stalled');
    for (const pid of ['4194303\n', '', 'x', '-1', '0']) {
      writeFileSync(join(run.dir, 'run.pid'), pid);
      expect((await seeRun(scratch.dir)).state, JSON.stringify(pid)).toBe('died');
    }
  });

  it('is not made up where there is no run', async () => {
    await expect(seeRun(scratch.dir)).rejects.toMatchObject({ code: 'run-unknown', exitCode: 64 });
    await rehearse([]);
    await expect(seeRun(scratch.dir, '../x')).rejects.toMatchObject({ code: 'run-unknown' });
  });
});
