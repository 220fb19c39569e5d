import type { Check, Finding } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import { isPending, type PendingWrite, pendingSheet, stateOf } from '@cutover/stores';
import { CheckFindings } from './findings.ts';
import type { ReconcileInput, Reconciling } from './reconcile.ts';

const defaultGraceMs = 600_000;

/** Whether what was begun at this time may still be under way. */
export function mayBeUnderWay(
  { now, graceMs }: Pick<ReconcileInput, 'now' | 'graceMs'>,
  at: string,
): boolean {
  return (now ?? new Date()).getTime() - Date.parse(at) < (graceMs ?? defaultGraceMs);
}

/** Writes to both stores that were begun, and neither ended nor can still be under way. */
export async function checkPending(input: Reconciling): Promise<Check> {
  const findings = new CheckFindings('pending-writes', 'Every write to both stores was ended');
  // The list being empty is an answer: it was looked at.
  findings.looked = 1;
  for await (const record of input.privateStore.read(pendingSheet)) {
    findings.looked++;
    if (!isPending(record)) {
      findings.add(unreadable(input, record));
      continue;
    }
    if (mayBeUnderWay(input, record.at)) continue;
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
          ? `see whether both sides agree, then drop the note: ${input.commands.private('remove', pendingSheet, record.id)}`
          : input.commands.fix('finish-write'),
    });
  }
  return findings.conclude();
}

/** Nobody can tell what it was about: a human looks whether both sides agree, and removes it. */
function unreadable({ commands }: Reconciling, { id }: PrivateRecord): Finding {
  return {
    code: 'pending-unreadable',
    message: `the note ${id} of a write to both stores cannot be read`,
    subject: `${pendingSheet}/${id}`,
    next: `what it was about cannot be told; once somebody has seen that both sides agree: ${commands.private('remove', pendingSheet, id)}`,
  };
}

/** Those that `finishWrite` may end. */
export async function endablePending(input: ReconcileInput): Promise<PendingWrite[]> {
  const found: PendingWrite[] = [];
  for await (const record of input.privateStore.read(pendingSheet)) {
    if (isPending(record) && !mayBeUnderWay(input, record.at)) found.push(record);
  }
  return found;
}
