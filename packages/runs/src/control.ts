import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';

/** Files of these names in a run's folder: stop at the next safe point; do not flip yet; stop and go back. */
export const flags = { abort: 'abort', postpone: 'postpone', panic: 'panic' } as const;
export type Flag = keyof typeof flags;
const pollMs = 250;

/**
 * Whether a run was asked to stop: by a signal, or by the file that `cutover abort` or `cutover panic` writes.
 * Safe points are the moments between two steps and every event of a long step: whoever gets `aborted` thrown
 * there leaves what it had begun as a crash would, which every step survives.
 */
export class RunControl {
  readonly #dir: string;
  readonly #stop = new AbortController();
  #requestedBy: string | undefined;
  #error: CutoverError | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(runDir: string) {
    this.#dir = runDir;
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#timer.unref();
  }

  /** Aborts what a step waits for: a hook's process, a pause. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  request(by: string): void {
    this.#requestedBy ??= by;
    this.#stop.abort();
  }

  /** Stops the run for an error of the engine's own, such as a lost lease. */
  fail(error: CutoverError): void {
    this.#error ??= error;
    this.request(error.message);
  }

  /** Throws CutoverError `aborted` once somebody has asked for it. */
  assertGoingOn(): void {
    if (this.#requestedBy === undefined) return;
    throw (
      this.#error ??
      new CutoverError('aborted', `the run was stopped by ${this.#requestedBy}`, {
        next:
          this.#requestedBy === '`cutover panic`'
            ? 'nothing is half-done; `cutover rollback` goes back, `cutover resume` goes on'
            : 'nothing is half-done; start or resume it when you are ready',
        exitCode: exitCodes.aborted,
      })
    );
  }

  /** The same, with a look at the files first: between two steps. */
  assertGoingOnNow(): void {
    this.#look();
    this.assertGoingOn();
  }

  isFlagged(flag: Flag): boolean {
    return existsSync(join(this.#dir, flags[flag]));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.isFlagged('abort')) this.request('`cutover abort`');
    else if (this.isFlagged('panic')) this.request('`cutover panic`');
  }
}
