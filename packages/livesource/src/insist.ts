import { setTimeout as sleep } from 'node:timers/promises';
import { isInterrupted } from './errors.ts';

/** Times that a statement may be stopped on the server before it is given up. */
export const interruptions = 5;

/** Asks again where somebody stopped the statement; everything else is thrown as it is. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let stopped = 1; ; stopped++) {
    try {
      return await ask();
    } catch (error) {
      if (!isInterrupted(error) || stopped > interruptions) throw error;
      await sleep(100 * stopped);
    }
  }
}
