import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concludeCheck } from '@cutover/core';
import { type Plan, RunControl, RunDirectory, runPlan, seeRun, type Step, undoPlan } from '../src/index.ts';

/** What the plan of this test shares: a folder that stands for the world, and what steps hand on. */
interface World {
  readonly dir: string;
  counted: number;
}

const holds = (id: string) => concludeCheck({ id, title: id, looked: 1, expected: 1, actual: 1 });
const file = (world: World, name: string) => join(world.dir, name);

/** Does something that is seen if it is done twice. */
function make(world: World, name: string): Promise<string> {
  appendFileSync(file(world, 'log'), `made ${name}\n`);
  writeFileSync(file(world, name), name, { flag: 'wx' });
  return Promise.resolve(name);
}

function unmake(world: World, name: string): Promise<void> {
  appendFileSync(file(world, 'log'), `removed ${name}\n`);
  rmSync(file(world, name));
  return Promise.resolve();
}

const effectStep = (id: string, names: readonly string[]): Step<World> => ({
  id,
  title: id,
  phase: 'T-0',
  needs: [],
  budgetMs: 60_000,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Remove them',
    run: async (world, tools) => {
      for (const name of [...names].reverse())
        await tools.effect(name, {
          probe: () => Promise.resolve(existsSync(file(world, name)) ? undefined : { result: undefined }),
          do: () => (existsSync(file(world, name)) ? unmake(world, name) : Promise.resolve()),
        });
    },
  },
  run: async (world, tools) => {
    for (const name of names)
      await tools.effect(name, {
        probe: () => Promise.resolve(existsSync(file(world, name)) ? { result: name } : undefined),
        do: () => make(world, name),
      });
    return [holds(id)];
  },
});

const plan: Plan<World> = {
  name: 'killed',
  steps: [
    {
      ...effectStep('01-count', []),
      run: () => Promise.resolve({ checks: [holds('01-count')], kept: { counted: 42 } }),
      restore: (world, kept) => {
        world.counted = (kept as { counted: number }).counted;
        return Promise.resolve();
      },
    },
    effectStep('02-make', ['a', 'b']),
    {
      ...effectStep('03-hand-on', []),
      run: async (world, tools) => {
        const counted = await tools.effect('c', {
          probe: () =>
            Promise.resolve(
              existsSync(file(world, 'c')) ? { result: readFileSync(file(world, 'c'), 'utf8') } : undefined,
            ),
          do: async () => {
            await make(world, 'c');
            return 'c';
          },
        });
        return [concludeCheck({ id: 'c', title: 'c', looked: 1, expected: 'c', actual: counted })];
      },
      undo: { kind: 'none', because: 'it stays' },
    },
  ],
};

/** `killed-run.ts STATE_DIR WORLD run|undo KILL_AT`: goes on with the run that is there; stops dead at the n-th moment. */
const [, , stateDir, dir, what, killAt] = process.argv;
let moments = 0;
const onJournal = (): void => {
  if (moments++ === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const seen = await seeRun(stateDir!).catch(() => undefined);
const before =
  seen === undefined ? undefined : await RunDirectory.reopen(seen.dir, onJournal).catch(() => undefined);
const run = before ?? (await RunDirectory.create(stateDir!, onJournal));
const control = new RunControl(run.dir);
const world: World = { dir: dir!, counted: 0 };
const means = {
  mode: 'real' as const,
  context: () => world,
  run,
  control,
  onEvent: () => undefined,
  stateDir: stateDir!,
  inputBytes: 0,
};
const outcome = what === 'undo' ? await undoPlan(plan, means) : await runPlan(plan, means);
control.close();
await run.close();
process.stdout.write(
  JSON.stringify({
    moments,
    counted: world.counted,
    stoppedBy: outcome.stoppedBy?.error.message,
    ...('checks' in outcome
      ? {
          outcomes: outcome.checks.map((check) => check.outcome),
          steps: outcome.steps.map(({ step }) => step),
        }
      : { undone: outcome.undone.map(({ step }) => step) }),
  }),
);
