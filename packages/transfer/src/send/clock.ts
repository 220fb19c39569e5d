import { setTimeout as sleep } from 'node:timers/promises';

/** Time as a move waits by it. A test that is to see minutes hands in another. */
export interface Clock {
  /** Milliseconds since whenever. */
  now(): number;
  /** Ends with the time or the signal, whichever is first; throws for neither. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const machineClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};
