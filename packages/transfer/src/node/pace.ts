import type { Throttle } from '../wire/throttle.ts';

/** Nothing is waited for longer in one go: whoever stops a move is heard within this. */
const longestWaitSeconds = 0.25;

/** Waits until `bytes` may go, or it is over before that. */
export async function pace(
  throttle: Throttle,
  bytesPerSecond: number,
  bytes: number,
  isOver: () => boolean,
): Promise<void> {
  const most = Math.max(1, Math.floor(bytesPerSecond * longestWaitSeconds));
  for (let left = bytes; left > 0 && !isOver(); left -= most) await throttle.take(Math.min(left, most));
}
