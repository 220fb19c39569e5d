import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { readJournal, replay, type RunDirectory } from '@cutover/runs';
import { z } from 'zod';
import { type Clock, machineClock } from './clock.ts';

const run = promisify(execFile);
const command = z.array(z.string()).min(1);

/** One thing that keeps the source from changing: how it is stopped, started again, and seen to be stopped. */
export const hook = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,60}$/),
  lock: command,
  unlock: command,
  /** Exit 0: it is locked. Anything else: it is not, or nobody can tell. */
  check: command,
});
export type Hook = z.infer<typeof hook>;

const hooksFile = z.strictObject({ hooks: z.array(hook).min(1) });

/** Reads hooks from a JSON file. Throws CutoverError `hooks-file`. */
export async function readHooks(path: string): Promise<Hook[]> {
  try {
    const { hooks } = hooksFile.parse(JSON.parse(await readFile(path, 'utf8')));
    if (new Set(hooks.map(({ name }) => name)).size < hooks.length)
      throw new Error('two hooks have one name');
    return hooks;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : messageOf(cause);
    throw new CutoverError('hooks-file', `${path} cannot be taken for lockdown hooks: ${why}`, {
      next: 'write {"hooks":[{"name":…,"lock":[program, arguments…],"unlock":[…],"check":[…]}]}; check ends with 0 while it is locked',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

export const lockdownStep = 'lockdown';
const checkEveryMs = 5000;
/** A watchdog may take 150 s to bring a service back; two looks more. */
export const defaultWatchSeconds = 160;
const commandTimeoutMs = 120_000;

/**
 * The source's lockdown: hooks in order, each remembered in the journal before and after, undone in the opposite
 * order. Locking what is locked must do no harm: after a crash it is done again.
 */
export class Lockdown {
  readonly #hooks: readonly Hook[];
  readonly #run: RunDirectory;
  readonly #clock: Clock;
  /** Hooks that were begun and not undone. */
  readonly #held = new Set<string>();

  constructor(hooks: readonly Hook[], run: RunDirectory, clock: Clock = machineClock) {
    this.#hooks = hooks;
    this.#run = run;
    this.#clock = clock;
    const { effects } = replay(run.before);
    for (const { name } of hooks) if (effects.has(`${lockdownStep}/${name}`)) this.#held.add(name);
  }

  get held(): boolean {
    return this.#held.size > 0;
  }

  /** @throws CutoverError `lockdown-failed` */
  async lock(): Promise<void> {
    for (const { name, lock } of this.#hooks) {
      this.#held.add(name);
      await this.#run.journal({ type: 'effect-intended', step: lockdownStep, key: name });
      await execute(lock).catch((cause: unknown) => {
        throw new CutoverError(
          'lockdown-failed',
          `the source could not be locked by ${name}: ${said(cause)}`,
          {
            next: 'mend the hook, then start the same command again; what was locked before it has been unlocked',
            exitCode: exitCodes.fails,
            cause,
          },
        );
      });
      await this.#run.journal({ type: 'effect-done', step: lockdownStep, key: name, how: 'done' });
    }
  }

  /** @throws CutoverError `lockdown-broken` where any hook's check does not say that it holds */
  async assertHolds(): Promise<void> {
    for (const { name, check } of this.#hooks) {
      await execute(check).catch((cause: unknown) => {
        throw new CutoverError(
          'lockdown-broken',
          `the source is not locked any more: ${name} (${said(cause)})`,
          {
            next: 'find out what starts it again (a watchdog, cron, systemd), stop that too, then start the same command again',
            exitCode: exitCodes.fails,
            cause,
          },
        );
      });
    }
  }

  /** Looks for longer than a watchdog takes to bring a service back. */
  async watch(forMs: number, signal: AbortSignal, onLook: (leftMs: number) => void): Promise<void> {
    const until = this.#clock.now() + forMs;
    while (!signal.aborted) {
      await this.assertHolds();
      const left = until - this.#clock.now();
      onLook(Math.max(0, left));
      if (left <= 0) return;
      await this.#clock.sleep(Math.min(checkEveryMs, left), signal);
    }
  }

  /** Undoes what was begun, last first. All are tried; answers what could not be undone. */
  async unlock(): Promise<string[]> {
    const failed: string[] = [];
    for (const { name, unlock } of [...this.#hooks].reverse()) {
      if (!this.#held.has(name)) continue;
      try {
        await execute(unlock);
        this.#held.delete(name);
        await this.#run.journal({ type: 'effect-undone', step: lockdownStep, key: name });
      } catch (error) {
        failed.push(`${name} could not be unlocked: ${said(error)}`);
      }
    }
    return failed;
  }

  /** Which hooks say that the source is locked already. */
  async lockedAlready(): Promise<string[]> {
    const locked: string[] = [];
    for (const { name, check } of this.#hooks)
      await execute(check).then(
        () => locked.push(name),
        () => undefined,
      );
    return locked;
  }
}

/** Hooks whose check does not say that the source is locked, and what it said. */
export async function failedChecks(hooks: readonly Hook[]): Promise<{ name: string; said: string }[]> {
  const failed: { name: string; said: string }[] = [];
  for (const { name, check } of hooks)
    await execute(check).catch((error: unknown) => failed.push({ name, said: said(error) }));
  return failed;
}

/** Whether a run of this folder left its source locked. */
export async function isLeftLocked(runDir: string): Promise<boolean> {
  return [...replay(await readJournal(runDir)).effects.keys()].some((key) =>
    key.startsWith(`${lockdownStep}/`),
  );
}

export async function execute([program, ...args]: readonly string[]): Promise<void> {
  await run(program!, args, { timeout: commandTimeoutMs, maxBuffer: 1024 * 1024 });
}

export function said(error: unknown): string {
  const { stderr, code } = error as { stderr?: string; code?: unknown };
  const text = (stderr ?? '').trim().slice(-300);
  return text === '' ? (typeof code === 'number' ? `exit ${code}` : messageOf(error)) : text;
}
