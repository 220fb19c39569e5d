import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concludeCheck, CutoverError } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  leaveAnswer,
  type Lease,
  type Notice,
  type Plan,
  raiseFlag,
  rehearsedSteps,
  planHash,
  RunControl,
  RunDirectory,
  type RunMeans,
  runPlan,
  seeRun,
  type Status,
  type Step,
  undoPlan,
} from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

type Context = Record<string, unknown>;
const check = (id: string, fails = false) =>
  concludeCheck({
    id,
    title: id,
    looked: 1,
    expected: 1,
    actual: 1,
    findings: fails ? [{ code: 'x', message: 'x' }] : [],
  });

function step(id: string, more: Partial<Step<Context>> = {}): Step<Context> {
  return {
    id,
    title: id,
    phase: 'T-0',
    needs: [],
    budgetMs: 60_000,
    repeatable: true,
    undo: { kind: 'none', because: 'it changes nothing' },
    run: () => Promise.resolve([check(id)]),
    ...more,
  };
}

const planOf = (...steps: Step<Context>[]): Plan<Context> => ({ name: 'test', steps });

/** Goes through a plan in a process of its own, so to speak: everything is read from the run's folder again. */
async function go<T>(
  dir: string | undefined,
  more: Partial<RunMeans<Context>>,
  work: (means: RunMeans<Context>) => Promise<T>,
): Promise<{ result: T; dir: string; status: Status; notices: Notice[] }> {
  const run = dir === undefined ? await RunDirectory.create(scratch.dir) : await RunDirectory.reopen(dir);
  const control = new RunControl(run.dir);
  const notices: Notice[] = [];
  try {
    const result = await work({
      mode: 'real',
      context: () => ({}),
      run,
      control,
      onEvent: () => undefined,
      stateDir: scratch.dir,
      inputBytes: 1,
      notifier: {
        tell: (notice) => void notices.push(notice),
        close: () => Promise.resolve({ told: 0, lost: 0 }),
      },
      ...more,
    });
    const status = JSON.parse(readFileSync(join(run.dir, 'status.json'), 'utf8')) as Status;
    return { result, dir: run.dir, status, notices };
  } finally {
    control.close();
    await run.close();
  }
}

const start = (plan: Plan<Context>, more: Partial<RunMeans<Context>> = {}) =>
  go(undefined, more, (means) => runPlan(plan, means));
const resume = (dir: string, plan: Plan<Context>, more: Partial<RunMeans<Context>> = {}) =>
  go(dir, more, (means) => runPlan(plan, means));

describe('a real run', () => {
  it('stops at the first step that does not hold, and does it again when it is resumed', async () => {
    let good = false;
    const later = vi.fn(() => Promise.resolve([check('02-b')]));
    const plan = planOf(
      step('01-a', { run: () => Promise.resolve([check('01-a', !good)]) }),
      step('02-b', { run: later }),
    );
    const first = await start(plan);
    expect(first.result.stoppedBy).toMatchObject({
      step: '01-a',
      error: { code: 'step-not-held', exitCode: 1 },
    });
    expect(later).not.toHaveBeenCalled();
    good = true;
    const second = await resume(first.dir, plan);
    expect(second.result.checks.map(({ outcome }) => outcome)).toEqual(['holds', 'holds']);
    expect(second.status).toMatchObject({ status: 'done', startedAt: first.status.startedAt });
  });

  it('stops before a step whose own check does not hold, with nothing of it done', async () => {
    const run = vi.fn(() => Promise.resolve([check('01-a')]));
    const plan = planOf(step('01-a', { check: () => Promise.resolve([check('before', true)]), run }));
    const { result } = await start(plan);
    expect(run).not.toHaveBeenCalled();
    expect(result.stoppedBy?.error.message).toContain('before');
  });

  it('tries again what may be tried again, and never what somebody has to look at', async () => {
    let tries = 0;
    const failing = (exitCode: 1 | 2) =>
      step('01-a', {
        retry: { attempts: 3, pauseMs: 1 },
        run: () => {
          tries++;
          return Promise.reject(new CutoverError('no', 'no', { next: 'x', exitCode }));
        },
      });
    await start(planOf(failing(1)));
    expect(tries).toBe(3);
    tries = 0;
    await start(planOf(failing(2)));
    expect(tries).toBe(1);
  });

  it('goes through one step alone where it may be repeated', async () => {
    let times = 0;
    const counted = (id: string, repeatable: boolean) =>
      step(id, { repeatable, run: () => Promise.resolve([check(id, ++times < 0)]) });
    const plan = planOf(counted('01-a', true), counted('02-b', false), counted('03-c', true));
    const { dir } = await start(plan, { until: '02-b' });
    const again = await resume(dir, plan, { only: '01-a' });
    expect([times, again.result.notExercised.map((left) => left.step)]).toEqual([3, ['03-c']]);
    const refused = await resume(dir, plan, { only: '02-b' });
    expect(refused.result.stoppedBy?.error.code).toBe('step-not-repeatable');
  });

  it('goes no further than the step that is named, also where that was done before, or is left out', async () => {
    const gone: string[] = [];
    const noted = (id: string, more: Parameters<typeof step>[1] = {}) =>
      step(id, { ...more, run: () => Promise.resolve((gone.push(id), [check(id)])) });
    const plan = planOf(
      ...[noted('01-a'), noted('02-b'), noted('03-c')],
      noted('04-d', { only: { mode: 'rehearsal', because: 'nobody waits for it' } }),
      noted('05-e'),
    );
    const { dir } = await start(plan, { until: '02-b' });
    for (const until of ['01-a', '02-b']) {
      const again = await resume(dir, plan, { until });
      expect([gone, again.result.stoppedBy]).toEqual([['01-a', '02-b'], undefined]);
      expect(again.result.notExercised.at(-1)).toMatchObject({
        step: '05-e',
        reason: `only the steps until ${until} were asked for`,
      });
    }
    await resume(dir, plan, { until: '04-d' });
    expect(gone).toEqual(['01-a', '02-b', '03-c']);
  });

  it('goes through no step alone before what it needs was done', async () => {
    let times = 0;
    const plan = planOf(
      step('01-a'),
      step('02-b', { needs: ['01-a'], run: () => Promise.resolve([check('02-b', ++times < 0)]) }),
    );
    const { dir, result } = await start(plan, { only: '02-b' });
    expect([times, result.stoppedBy?.error.code, result.stoppedBy?.error.exitCode]).toEqual([
      0,
      'step-needs',
      64,
    ]);
    await resume(dir, plan, { only: '01-a' });
    expect((await resume(dir, plan, { only: '02-b' })).result.stoppedBy).toBeUndefined();
    expect(times).toBe(1);
  });

  it('is refused by a version with another plan', async () => {
    const { dir } = await start(planOf(step('01-a')));
    await expect(resume(dir, planOf(step('01-a', { budgetMs: 2 })))).rejects.toMatchObject({
      code: 'plan-changed',
      exitCode: 64,
    });
    await expect(resume(dir, planOf(step('01-a')), { mode: 'rehearsal' })).rejects.toMatchObject({
      code: 'mode-changed',
    });
  });

  it('is read past a line that a crash cut off, and writes on after the last whole one', async () => {
    const plan = planOf(step('01-a'));
    const { dir } = await start(plan);
    appendFileSync(join(dir, 'journal.jsonl'), '{"type":"step-sta');
    await resume(dir, plan);
    const lines = readFileSync(join(dir, 'journal.jsonl'), 'utf8').trim().split('\n');
    expect(() => lines.map((line) => JSON.parse(line) as unknown)).not.toThrow();
    expect(lines.at(-1)).toContain('run-ended');
  });
});

describe('an effect', () => {
  const crash = new Error('the machine stopped');
  const once = (effect: {
    probe?: () => Promise<{ result: unknown } | undefined>;
    do: () => Promise<unknown>;
  }) =>
    planOf(
      step('01-a', {
        run: async (_context, tools) => [check(String(await tools.effect('it', effect)))],
      }),
    );

  it('without a probe stops for a person where it was begun and not seen to end', async () => {
    const act = vi.fn().mockRejectedValueOnce(crash).mockResolvedValue('x');
    const plan = once({ do: act });
    const { dir } = await start(plan);
    const second = await resume(dir, plan);
    expect(second.result.waiting).toMatchObject({ kind: 'settle', key: '01-a/it' });
    expect(second.status).toMatchObject({ status: 'waiting', waitingFor: { key: '01-a/it' } });
    expect(second.notices.map(({ type }) => type)).toContain('waiting');
    expect(act).toHaveBeenCalledTimes(1);
    const third = await resume(dir, plan, { settled: { '01-a/it': 'done' } });
    expect([third.result.waiting, act.mock.calls.length]).toEqual([undefined, 1]);
  });

  it('is done again where a person says that nothing of it is there', async () => {
    const act = vi.fn().mockRejectedValueOnce(crash).mockResolvedValue('x');
    const plan = once({ do: act });
    const { dir } = await start(plan);
    const { result } = await resume(dir, plan, { settled: { '01-a/it': 'undone' } });
    expect([result.checks[0]?.id, act.mock.calls.length]).toEqual(['x', 2]);
    await expect(resume(dir, plan, { settled: { '01-a/it': 'done' } })).rejects.toMatchObject({
      code: 'nothing-to-settle',
    });
  });

  it('is done again at once where whoever did it says that nothing was done', async () => {
    const nothing = new CutoverError('busy', 'busy', { next: 'x', data: { nothingDone: true } });
    const act = vi.fn().mockRejectedValueOnce(nothing).mockResolvedValue('x');
    const plan = once({ do: act });
    const { dir } = await start(plan);
    expect((await resume(dir, plan)).result.checks[0]?.id).toBe('x');
  });

  it('keeps its result for whoever resumes', async () => {
    const act = vi.fn().mockResolvedValue('result');
    let fail = true;
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          const result = await tools.effect('it', { do: act });
          if (fail) throw crash;
          return [check(String(result))];
        },
      }),
    );
    const { dir } = await start(plan);
    fail = false;
    expect((await resume(dir, plan)).result.checks[0]?.id).toBe('result');
    expect(act).toHaveBeenCalledTimes(1);
  });
});

describe('a question', () => {
  const plan = planOf(
    step('01-a', {
      run: async (_context, tools) => {
        const { answer, by } = await tools.answer({
          key: 'go',
          asks: 'Go?',
          who: 'lead',
          answers: ['go', 'no-go'],
        });
        return [check(`${answer} by ${by}`, answer !== 'go')];
      },
    }),
  );
  const answer = (dir: string, text: string) =>
    leaveAnswer(dir, { key: '01-a/go', by: 'Ada', answer: text, at: new Date().toISOString() });

  it('stops the run until it is answered, and is not asked again', async () => {
    const first = await start(plan);
    expect(first.status.waitingFor).toMatchObject({ kind: 'answer', key: '01-a/go', who: 'lead' });
    await answer(first.dir, 'maybe');
    expect((await resume(first.dir, plan)).result.waiting).toBeDefined();
    await answer(first.dir, 'go');
    expect((await resume(first.dir, plan)).result.checks[0]?.id).toBe('go by Ada');
    expect((await resume(first.dir, plan)).result.checks[0]?.id).toBe('go by Ada');
  });

  it('takes a later yes for an earlier no', async () => {
    const first = await start(plan);
    await answer(first.dir, 'no-go');
    expect((await resume(first.dir, plan)).result.stoppedBy?.error.exitCode).toBe(1);
    await answer(first.dir, 'go');
    expect((await resume(first.dir, plan)).result.stoppedBy).toBeUndefined();
  });

  it('is waited for by a process that is told to wait', async () => {
    const going = start(plan, { wait: true });
    for (;;) {
      const seen = await seeRun(scratch.dir).catch(() => undefined);
      if (seen?.state === 'waiting') {
        await answer(seen.dir, 'go');
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await going).result.checks[0]?.outcome).toBe('holds');
  });

  it('at an irreversible step is answered by its name on the command line, or by a person', async () => {
    const risky = planOf(step('01-a', { irreversible: 'cannot be taken back' }));
    const first = await start(risky);
    expect(first.result.waiting).toMatchObject({ key: '01-a/confirm' });
    expect((await start(risky, { yesTo: ['02-b'] })).result.waiting).toBeDefined();
    expect((await start(risky, { yesTo: ['01-a'] })).result.waiting).toBeUndefined();
    const no = await start(risky, { ask: () => Promise.resolve({ by: 'terminal', answer: 'no' }) });
    expect(no.result.stoppedBy?.error).toMatchObject({ code: 'not-confirmed', exitCode: 6 });
  });
});

describe('a wait', () => {
  it('for a time ends the process, and is over when it is resumed after it', async () => {
    const at = Date.now() + 300;
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          await tools.waitUntil(at, 'the TTL');
          return [check('01-a')];
        },
      }),
    );
    const first = await start(plan);
    expect(first.status.waitingFor).toMatchObject({ kind: 'time', until: new Date(at).toISOString() });
    await new Promise((resolve) => setTimeout(resolve, at - Date.now() + 5));
    expect((await resume(first.dir, plan)).result.waiting).toBeUndefined();
  });

  it('is not cut short by a clock that jumps', async () => {
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          const began = performance.now();
          const now = vi.spyOn(Date, 'now');
          const wall = Date.now();
          const waiting = tools.waitUntil(wall + 400, 'the TTL');
          now.mockReturnValue(wall + 3_600_000);
          await waiting;
          now.mockRestore();
          return [check('01-a', performance.now() - began < 390)];
        },
      }),
    );
    expect((await start(plan, { wait: true })).result.checks[0]?.outcome).toBe('holds');
  });

  it('goes on while somebody has raised a flag, and ends with it', async () => {
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          await tools.waitWhile('postpone', 'postponed');
          return [check('01-a')];
        },
      }),
    );
    const run = await RunDirectory.create(scratch.dir);
    await run.journal({
      type: 'run-started',
      runId: run.id,
      plan: 'test',
      planHash: planHash(plan),
      mode: 'real',
    });
    await run.close();
    const seen = { dir: run.dir } as Awaited<ReturnType<typeof seeRun>>;
    await raiseFlag(seen, 'postpone');
    expect((await resume(run.dir, plan)).result.waiting?.kind).toBe('postponed');
    await raiseFlag(seen, 'postpone', false);
    expect((await resume(run.dir, plan)).result.waiting).toBeUndefined();
  });

  it('that nobody advances is reported as stalled', async () => {
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          await tools.answer({ key: 'x', asks: 'x', answers: ['done'] });
          return [];
        },
      }),
    );
    const { dir } = await start(plan);
    const id = dir.split('/').at(-1)!;
    expect((await seeRun(scratch.dir, id)).state).toBe('waiting');
    expect((await seeRun(scratch.dir, id, Date.now() + 3_700_000)).state).toBe('stalled');
  });
});

describe('a lease', () => {
  function leaseOf(state: { holder?: string }): Lease {
    return {
      ttlMs: 60_000,
      acquire: (holder) => {
        if (state.holder !== undefined)
          return Promise.reject(new CutoverError('lease-held', 'held', { next: 'x', exitCode: 5 }));
        state.holder = holder;
        return Promise.resolve(7);
      },
      renew: () => Promise.resolve(),
      assertHeld: () =>
        state.holder === 'thief'
          ? Promise.reject(new CutoverError('lease-lost', 'lost', { next: 'x', exitCode: 5 }))
          : Promise.resolve(),
      release: () => {
        delete state.holder;
        return Promise.resolve();
      },
    };
  }

  it('keeps a second run from doing anything, and is given back', async () => {
    const state: { holder?: string } = { holder: 'other' };
    const run = vi.fn(() => Promise.resolve([check('01-a')]));
    await expect(start(planOf(step('01-a', { run })), { lease: leaseOf(state) })).rejects.toMatchObject({
      exitCode: 5,
    });
    expect(run).not.toHaveBeenCalled();
    delete state.holder;
    await start(planOf(step('01-a', { run })), { lease: leaseOf(state) });
    expect([run.mock.calls.length, state.holder]).toEqual([1, undefined]);
  });

  it('that was lost lets its holder do nothing more', async () => {
    const state: { holder?: string } = {};
    const act = vi.fn(() => Promise.resolve());
    const plan = planOf(
      step('01-a', {
        run: async (_context, tools) => {
          await tools.effect('first', { do: act });
          state.holder = 'thief';
          await tools.effect('second', { do: act });
          return [];
        },
      }),
    );
    const { result, dir } = await start(plan, { lease: leaseOf(state) });
    expect([act.mock.calls.length, result.stoppedBy?.error.code]).toEqual([1, 'lease-lost']);
    const journal = readFileSync(join(dir, 'journal.jsonl'), 'utf8');
    expect(journal).toMatch(/"effect-intended","step":"01-a","key":"first","fence":7/);
    expect(journal).not.toContain('"second"');
  });
});

describe('going back', () => {
  it('undoes in reverse down to a step, says what has no way back, and goes forward again', async () => {
    const order: string[] = [];
    const both = (id: string) =>
      step(id, {
        run: () => Promise.resolve([check(id, order.push(id) < 0)]),
        undo: {
          kind: 'undo',
          title: `undo ${id}`,
          run: () => Promise.resolve(void order.push(`-${id}`)),
        },
      });
    const plan = planOf(both('01-a'), both('02-b'), step('03-c'), both('04-d'));
    const { dir } = await start(plan);
    const before = vi.fn(() => Promise.resolve());
    const back = await go(dir, {}, (means) => undoPlan(plan, { ...means, to: '01-a', before }));
    expect(back.result.undone.map((one) => one.step)).toEqual(['04-d', '02-b']);
    expect(back.result.without).toEqual([{ step: '03-c', because: 'it changes nothing' }]);
    expect([back.status.status, before.mock.calls.length]).toEqual(['rolled-back', 1]);
    await resume(dir, plan);
    expect(order).toEqual(['01-a', '02-b', '04-d', '-04-d', '-02-b', '02-b', '04-d']);
  });

  it('stops where an undo fails, and goes on there', async () => {
    let broken = true;
    const undone: string[] = [];
    const both = (id: string) =>
      step(id, {
        undo: {
          kind: 'undo',
          title: 'x',
          run: () => {
            if (id === '01-a' && broken) return Promise.reject(new CutoverError('no', 'no', { next: 'x' }));
            undone.push(id);
            return Promise.resolve();
          },
        },
      });
    const plan = planOf(both('01-a'), both('02-b'));
    const { dir } = await start(plan);
    const first = await go(dir, {}, (means) => undoPlan(plan, means));
    expect(first.result.stoppedBy).toMatchObject({ step: '01-a', error: { code: 'no' } });
    broken = false;
    await go(dir, {}, (means) => undoPlan(plan, means));
    expect(undone).toEqual(['02-b', '01-a']);
  });
});

describe('what was rehearsed', () => {
  it('is counted by step in rehearsals of this plan that held', async () => {
    const plan = planOf(step('01-a'), step('02-b', { run: () => Promise.resolve({ notExercised: 'x' }) }));
    for (let n = 0; n < 2; n++) await start(plan, { mode: 'rehearsal' });
    await start(plan);
    await start(planOf(step('01-a', { run: () => Promise.resolve([check('01-a', true)]) })), {
      mode: 'rehearsal',
    });
    const steps = await rehearsedSteps(scratch.dir, planHash(plan));
    expect(Object.fromEntries(steps)).toEqual({ '01-a': 2 });
  });
});
