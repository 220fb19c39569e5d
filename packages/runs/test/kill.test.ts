import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('killed-run.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

interface Said {
  readonly moments: number;
  readonly outcomes?: string[];
  readonly steps?: string[];
  readonly undone?: string[];
}

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

/** Runs the plan of killed-run.ts in a process of its own; undefined where it was killed. */
function go(name: string, what: 'run' | 'undo', killAt = -1): Promise<Said | undefined> {
  const world = join(scratch.dir, name, 'world');
  mkdirSync(world, { recursive: true });
  const args = ['--import', tsx, script, join(scratch.dir, name, 'state'), world, what, String(killAt)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Said);
      else if (error.signal === 'SIGKILL') resolve(undefined);
      else reject(new Error(stderr));
    });
  });
}

const made = (name: string) => readdirSync(join(scratch.dir, name, 'world')).sort();
const log = (name: string) =>
  readFileSync(join(scratch.dir, name, 'world', 'log'), 'utf8')
    .trim()
    .split('\n');
const all = ['made a', 'made b', 'made c'];

/** Every moment of a run, two at a time; what `look` says of each. */
async function atEveryMoment(moments: number, look: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < moments) await look(next++);
  };
  await Promise.all([one(), one()]);
}

describe('a run that is killed before or after any line of its journal', () => {
  it('goes on where it was, with every effect there once', async () => {
    const whole = (await go('whole', 'run'))!;
    expect([whole.outcomes, log('whole')]).toEqual([['holds', 'holds', 'holds'], all]);
    expect(whole.moments).toBeGreaterThan(20);
    await atEveryMoment(whole.moments, async (at) => {
      const name = `run-${at}`;
      expect(await go(name, 'run', at)).toBeUndefined();
      expect(await go(name, 'run'), name).toMatchObject({
        outcomes: whole.outcomes,
        steps: ['01-count', '02-make', '03-hand-on'],
      });
      expect([made(name), log(name)], name).toEqual([made('whole'), all]);
      rmSync(join(scratch.dir, name), { recursive: true });
    });
  }, 120_000);

  it('goes back likewise, and forward again', async () => {
    await go('back', 'run');
    const back = (await go('back', 'undo'))!;
    expect([back.undone, made('back')]).toEqual([
      ['02-make', '01-count'],
      ['c', 'log'],
    ]);
    const everyThird = Array.from({ length: Math.ceil(back.moments / 3) }, (_, n) => n * 3);
    await atEveryMoment(everyThird.length, async (n) => {
      const name = `undo-${n}`;
      await go(name, 'run');
      expect(await go(name, 'undo', everyThird[n])).toBeUndefined();
      await go(name, 'undo');
      expect(made(name), name).toEqual(['c', 'log']);
      expect(log(name), name).toEqual([...all, 'removed b', 'removed a']);
    });
  }, 120_000);
});
