import { mkdirSync } from 'node:fs';
import { CutoverError } from '@cutover/core';
import { type Hook, Lockdown } from '../send/lockdown.ts';
import { type OpenedMove, openMove } from '../send/move-files.ts';
import { LiveMove, type MovePhase } from '../send/move-status.ts';

/** Hooks of a configuration, for one server: `{server}` and `{folder}` stand for it in their arguments. */
export function hooksFor(hooks: readonly Hook[], server: string, folder: string): Hook[] {
  const filled = (command: readonly string[]): string[] =>
    command.map((word) => word.replaceAll('{server}', server).replaceAll('{folder}', folder));
  return hooks.map(({ name, lock, unlock, check }) => ({
    name,
    lock: filled(lock),
    unlock: filled(unlock),
    check: filled(check),
  }));
}

/**
 * A move as a run of the source's state directory: journal, `status.json`, and the lockdown of the source, which is
 * remembered there so that another process can undo it.
 */
export class SourceRun {
  readonly #opened: OpenedMove;
  readonly #live: LiveMove;
  readonly #lockdown: Lockdown;
  readonly #hooks: readonly Hook[];

  private constructor(opened: OpenedMove, from: string, to: string, hooks: readonly Hook[]) {
    this.#opened = opened;
    this.#hooks = hooks;
    this.#live = new LiveMove(opened.run, from, to, () => undefined);
    this.#lockdown = new Lockdown(hooks, opened.run);
  }

  /** The one of this folder and destination that is not over, or a new one. Throws CutoverError `move-held`. */
  static async open(stateDir: string, from: string, to: string, hooks: readonly Hook[]): Promise<SourceRun> {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    return new SourceRun(await openMove(stateDir, { from, to, hooks }), from, to, hooks);
  }

  get id(): string {
    return this.#opened.run.id;
  }

  get isHeld(): boolean {
    return this.#lockdown.held;
  }

  async phase(phase: MovePhase, doing: string): Promise<void> {
    await this.#opened.run.log(`${phase}: ${doing}`);
    await this.#live.phase(phase, doing);
  }

  bytes(count: number): void {
    this.#live.progress.bytes(count);
    this.#live.progress.entries(count);
  }

  async begin(bytesTotal: number): Promise<void> {
    await this.#live.begin({ pass: 1, passesTotal: 1, bytesTotal }, bytesTotal);
  }

  /**
   * Locks the source, and looks for `watchMs` whether anything brings it back.
   *
   * @throws CutoverError `lockdown-failed`, `lockdown-broken`
   */
  async lock(watchMs: number, signal: AbortSignal, onDoing: (doing: string) => void): Promise<void> {
    if (this.#hooks.length === 0) return;
    onDoing('locking the source');
    await this.#lockdown.lock();
    await this.#lockdown
      .watch(watchMs, signal, (leftMs) =>
        onDoing(`watching that the source stays locked, ${Math.ceil(leftMs / 1000)} s more`),
      )
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
  }

  assertLocked(): Promise<void> {
    return this.#lockdown.assertHolds();
  }

  /** Undoes the lockdown, last hook first. Answers what could not be undone. */
  unlock(): Promise<string[]> {
    return this.#lockdown.unlock();
  }

  async end(outcome: 'done' | 'failed' | 'aborted', errors: readonly string[]): Promise<void> {
    try {
      if (outcome === 'done') await this.#opened.run.journal({ type: 'run-ended', outcome: 'holds' });
      await this.#live.phase(outcome === 'done' ? 'done' : 'failing', errors[0] ?? 'at the destination');
      await this.#live.end(outcome, errors);
    } finally {
      await this.#opened.run.close();
      this.#opened.close();
    }
  }
}

/** Undoes what a move left locked that no process is at any more. Throws CutoverError `unlock-failed`. */
export async function unlockLeft(
  stateDir: string,
  from: string,
  to: string,
  hooks: readonly Hook[],
): Promise<void> {
  if (hooks.length === 0) return;
  const run = await SourceRun.open(stateDir, from, to, hooks);
  // Of a move that is done another run begins, which knows of no lock: locking what is locked does no harm.
  if (!run.isHeld) await run.lock(0, new AbortController().signal, () => undefined).catch(() => undefined);
  const failed = await run.unlock();
  await run.end('failed', ['unlocked', ...failed]);
  if (failed.length > 0)
    throw new CutoverError('unlock-failed', failed.join('; '), {
      next: 'unlock by hand what is named here',
    });
}
