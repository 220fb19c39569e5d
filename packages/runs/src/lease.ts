import { CutoverError } from '@cutover/core';

/**
 * The right to act, held by one run at a time wherever it runs. Each time it is acquired its token grows, so
 * that who lost it can be told from who has it.
 */
export interface Lease {
  /** How long a holder that is silent keeps it, in milliseconds. */
  readonly ttlMs: number;
  /** The token. Throws CutoverError `lease-held` (exit 5) where somebody else has it. */
  acquire(holder: string): Promise<number>;
  /** Throws CutoverError `lease-lost` (exit 5). */
  renew(): Promise<void>;
  /** Asks the place itself whether it is still ours. Throws CutoverError `lease-lost` (exit 5). */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Renews a lease until it is stopped; tells where it was lost. A place that does not answer for a moment takes
 * nothing from its holder: only once the lease has run out without a renewal is it given up.
 */
export function keepLease(lease: Lease, onLost: (error: unknown) => void): { stop(): Promise<void> } {
  let renewing: Promise<void> = Promise.resolve();
  let renewedMs = performance.now();
  const renew = async (): Promise<void> => {
    const askedMs = performance.now();
    try {
      await lease.renew();
      renewedMs = askedMs;
    } catch (error) {
      const taken = error instanceof CutoverError && error.code === 'lease-lost';
      if (taken || performance.now() - renewedMs >= lease.ttlMs) onLost(error);
    }
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, lease.ttlMs / 3);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await renewing;
    },
  };
}
