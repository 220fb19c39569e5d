import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assertEnded, RunDirectory, seeRun, type Status } from '../src/index.ts';
import { LiveStatus } from '../src/live-status.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let run: RunDirectory;
beforeEach(async () => {
  scratch = await scratchDir('cutover-watchdog-');
  run = await RunDirectory.create(scratch.dir);
});
afterEach(async () => {
  vi.useRealTimers();
  await run.close();
  await scratch.remove();
});

const live = (more: Partial<ConstructorParameters<typeof LiveStatus>[0]> = {}): LiveStatus =>
  new LiveStatus({ run, plan: 'p', mode: 'real', steps: ['01-a'], timings: new Map(), ...more });
const wait = { step: '01-a', kind: 'answer', key: '01-a/x', asks: 'who?' } as const;
const later = (ms: number) => seeRun(scratch.dir, run.id, Date.now() + ms);

describe('who works on a run', () => {
  const pidFile = () => join(run.dir, 'run.pid');

  it('is this process, until it is told from one that has its number', async () => {
    const status = live();
    await status.step('01-a', 0);
    expect(await later(0)).toMatchObject({ state: 'running', atWork: true });
    const [pid, mine] = readFileSync(pidFile(), 'utf8').split('\n') as [string, string];
    const [host, start] = mine.split(' ') as [string, string];
    const [boot, ticks] = start.split('/') as [string, string];
    expect([Number(pid), Number(ticks)]).toEqual([process.pid, expect.any(Number)]);
    // The number was given to another process, since and after a restart of the machine.
    for (const other of [`${boot}/${Number(ticks) - 1}`, `another-boot/${ticks}`]) {
      writeFileSync(pidFile(), `${pid}\n${host} ${other}\n`);
      const seen = await later(0);
      expect(seen).toMatchObject({ state: 'died', atWork: false });
      expect(() => assertEnded(seen)).not.toThrow();
    }
    await status.end('aborted');
  });

  it('on another machine is believed to be there for as long as it is heard of', async () => {
    const status = live();
    await status.step('01-a', 0);
    writeFileSync(pidFile(), `${process.pid}\nelsewhere boot/1\n`);
    const seen = await later(0);
    expect(seen).toMatchObject({ state: 'running', atWork: true });
    expect(() => assertEnded(seen)).toThrow(expect.objectContaining({ code: 'run-goes-on' }));
    expect(await later(61_000)).toMatchObject({ state: 'died', atWork: false });
    await status.end('aborted');
  });
});

describe('the watchdog', () => {
  it('reports a step that takes longer than it may, once, and takes it back with the next', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    const over: unknown[] = [];
    const status = live({ onOverBudget: (step, ms) => over.push([step, ms]) });
    await status.step('01-a', 0, 8000);
    await vi.advanceTimersByTimeAsync(6000);
    expect(over).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(over).toEqual([['01-a', 8000]]);
    vi.useRealTimers();
    await vi.waitFor(async () => {
      expect(await seeRun(scratch.dir, run.id)).toMatchObject({ state: 'stalled', atWork: true });
    });
    await status.step('02-b', 1);
    expect((await later(0)).state).toBe('running');
    await status.end('aborted');
  });

  it('reports a wait that nobody has ended, and never again for the same', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    const forgotten: unknown[] = [];
    const status = live({ forgottenMs: 20_000, onForgotten: ({ asks }) => forgotten.push(asks) });
    await status.step('01-a', 0, 1);
    await status.waiting(wait);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(forgotten).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(forgotten).toEqual(['who?']);
    // It may be stopped, and not gone on with: its process stays.
    const seen = await later(0);
    expect(seen).toMatchObject({ state: 'stalled', atWork: true });
    expect(() => assertEnded(seen)).toThrow();
    await status.waiting(undefined);
    expect((await seeRun(scratch.dir, run.id)).state).toBe('running');
    await status.end('aborted');
  });

  it('takes the time that is waited for into account', async () => {
    const until = new Date(Date.now() + 50_000).toISOString();
    const status = live({ forgottenMs: 10_000 });
    await status.end('waiting', { ...wait, kind: 'time', until });
    expect((await later(55_000)).state).toBe('waiting');
    const forgotten = await later(61_000);
    expect(forgotten).toMatchObject({ state: 'stalled', atWork: false });
    // Nobody is at work on it: whoever comes late may go on.
    expect(() => assertEnded(forgotten)).not.toThrow();
  });

  it('tells a run that waits from one whose waiting process has died', async () => {
    const status = live();
    await status.waiting(wait);
    expect(await later(0)).toMatchObject({ state: 'waiting', atWork: true });
    writeFileSync(join(run.dir, 'run.pid'), '4194303\n');
    expect(await later(0)).toMatchObject({ state: 'died', atWork: false });
    await status.end('waiting', wait);
    const said = JSON.parse(readFileSync(join(run.dir, 'status.json'), 'utf8')) as Status;
    expect(said.waitingFor).not.toHaveProperty('staying');
    expect(await later(0)).toMatchObject({ state: 'waiting', atWork: false });
  });
});
