import type { Check } from '@cutover/core';
import { isPending, pendingSheet, stateOf } from '@cutover/stores';
import { CheckFindings } from './findings.ts';
import type { ReconcileInput } from './reconcile.ts';

/** Writes to both stores that were begun, and neither ended nor can still be under way. */
export async function checkPending(input: ReconcileInput): Promise<Check> {
  const findings = new CheckFindings('pending-writes', 'Every write to both stores was ended');
  // The list being empty is an answer: it was looked at.
  findings.looked = 1;
  const now = (input.now ?? new Date()).getTime();
  for await (const record of input.privateStore.read(pendingSheet)) {
    findings.looked++;
    if (!isPending(record)) continue;
    if (now - Date.parse(record.at) < (input.graceMs ?? 600_000)) continue;
    const state = await stateOf(input, record);
    findings.add({
      code: `half-done-${state}`,
      message: `the write ${record.id} of ${record.path} was not ended: ${
        {
          'public-done': 'public is done, private is not',
          'private-done': 'private is done, public is not',
          both: 'both are done',
          neither: 'nothing is done',
          torn: 'somebody has changed the record since',
        }[state]
      }`,
      subject: record.path,
      next:
        state === 'torn'
          ? `look at it: cutover private show pending-writes ${record.id}`
          : 'cutover reconcile --fix --only finish-write',
    });
  }
  return findings.conclude();
}
