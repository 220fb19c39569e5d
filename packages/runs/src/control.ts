import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';

/** A file of this name in a run's folder asks it to stop at its next safe point. */
export const abortFile = 'abort';
const pollMs = 250;

/**
 * Whether a run was asked to stop: by a signal, or by the file that `cutover abort` writes. Safe points are
 * the moments between two steps and every event of a long step: whoever gets `aborted` thrown there leaves
 * what it had begun as a crash would, which every step survives.
 */
export class RunControl {
  readonly #file: string;
  #requestedBy: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(runDir: string) {
    this.#file = join(runDir, abortFile);
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#timer.unref();
  }

  request(by: string): void {
    this.#requestedBy ??= by;
  }

  /** Throws CutoverError `aborted` once somebody has asked for it. */
  assertGoingOn(): void {
    if (this.#requestedBy === undefined) return;
    throw new CutoverError('aborted', `the run was stopped by ${this.#requestedBy}`, {
      next: 'nothing is half-done; start again when you are ready',
      exitCode: exitCodes.aborted,
    });
  }

  /** The same, with a look at the file first: between two steps. */
  assertGoingOnNow(): void {
    this.#look();
    this.assertGoingOn();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (existsSync(this.#file)) this.request('`cutover abort`');
  }
}
