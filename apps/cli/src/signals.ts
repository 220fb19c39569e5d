import { exitCodes } from '@cutover/core';
import type { RunControl } from '@cutover/runs';
import type { Output } from './output.ts';

/** The first signal stops a run at its next safe point, the second at once. */
export function stopOnSignals(control: RunControl, out: Output): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitCodes.aborted);
      asked = true;
      control.request(signal);
      out.note(`${signal}: stopping at the next safe point; once more stops at once`);
    });
  }
}
