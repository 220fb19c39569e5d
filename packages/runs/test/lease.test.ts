import { CutoverError } from '@cutover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepLease, type Lease } from '../src/lease.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const lost = new CutoverError('lease-lost', 'lost', { next: 'x', exitCode: 5 });
const down = new CutoverError('private-store-unreachable', '503', { next: 'x', exitCode: 7 });

/** Keeps a lease of 3 s whose renewals, once a second, end as given, the last for all others. */
function kept(...answers: (Error | undefined)[]) {
  const told: unknown[] = [];
  const renew = (): Promise<void> => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer === undefined ? Promise.resolve() : Promise.reject(answer);
  };
  const keeping = keepLease({ ttlMs: 3000, renew } as Lease, (error) => told.push(error));
  return { told, keeping };
}

describe('a lease that is kept', () => {
  it('outlives a place that does not answer for a moment', async () => {
    const { told, keeping } = kept(undefined, down, down, undefined);
    await vi.advanceTimersByTimeAsync(10_500);
    expect(told).toEqual([]);
    await keeping.stop();
  });

  it('is given up once it has run out without a renewal', async () => {
    const { told, keeping } = kept(undefined, down);
    await vi.advanceTimersByTimeAsync(3500);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([down]);
    await keeping.stop();
  });

  it('is given up at once where somebody else has it', async () => {
    const { told, keeping } = kept(lost);
    await vi.advanceTimersByTimeAsync(1100);
    expect(told).toEqual([lost]);
    await keeping.stop();
  });
});
