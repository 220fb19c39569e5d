import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { checkHealth } from '@cutover/verify';
import type { WatchInput } from './site.ts';

/** Asks again and again for a window whether the new system is alive and ready; the first answer that it is not fails. */
export async function watchHealth(input: WatchInput): Promise<readonly Check[]> {
  const { url, windowMs, intervalMs, onProgress, pause } = input;
  const findings = new FindingList();
  const beganMs = performance.now();
  let looked = 0;
  for (;;) {
    const health = await checkHealth(url);
    looked++;
    for (const finding of health.findings) findings.add(finding);
    if (health.outcome === 'unknown')
      findings.add({
        code: 'not-answering',
        message: `${url}: ${health.couldNotTell ?? 'no answer'}`,
        next: 'see why it does not answer; going back is `cutover rollback`',
      });
    const doneMs = performance.now() - beganMs;
    onProgress(Math.min(doneMs, windowMs), windowMs);
    if (doneMs >= windowMs || findings.total > 0) break;
    await pause(Math.min(intervalMs, windowMs - doneMs));
  }
  return [
    concludeCheck({
      id: 'watch-health',
      title: 'The new system was alive and ready all the time that it was watched',
      looked,
      expected: `${Math.round(windowMs / 1000)} s`,
      actual: `${Math.round((performance.now() - beganMs) / 1000)} s`,
      findings,
    }),
  ];
}
