import { exitCodes } from '@cutover/core';
import type { RunControl } from '@cutover/runs';
import type { Output } from './output.ts';

/** The first signal stops a run at its next safe point, the second at once. */
export function stopOnSignals(control: RunControl, out: Output): void {
  let asked = false;
  // A run outlives whoever reads what it says: what is said to nobody is lost, and stands in the run's folder.
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => undefined);
  }
  // A terminal that is closed, or a connection that drops, hangs up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitCodes.aborted);
      asked = true;
      control.request(signal);
      out.note(`${signal}: stopping at the next safe point; once more stops at once`);
    });
  }
}
