import type { HubNode, Move } from '../move.ts';
import { nameIn } from '../nodes/node-api.ts';
import { type AttemptContext, isOpen, nodeOf, pause, recordIfSeen, refOf, settleOpen } from './context.ts';
import { failed, failedBy, type StepOutcome } from './outcome.ts';

/** The destination has it: the source puts its folder aside, so that it lies in one place alone. */
export async function finalize(context: AttemptContext, at: string): Promise<StepOutcome> {
  try {
    const move = await context.hold.update((row, now) => ({
      ...{ state: 'finalizing', destination: at, bytesDone: row.bytesTotal ?? row.bytesDone, waits: null },
      changedAt: now.toISOString(),
    }));
    const source = await nodeOf(context, move.source);
    const until = performance.now() + context.config.patienceSeconds * 1000;
    for (;;) {
      const outcome = await putAside(context, move, source);
      if (outcome !== undefined) return outcome;
      if (performance.now() > until) return away(source);
      await pause(context);
      await context.hold.read();
    }
  } catch (error) {
    return failedBy(error);
  }
}

async function putAside(
  context: AttemptContext,
  move: Move,
  source: HubNode,
): Promise<StepOutcome | undefined> {
  const record = await recordIfSeen(context, source, move.site);
  if (record === undefined) return undefined;
  if (isOpen(record)) {
    await settleOpen(context, move, source, record);
    return undefined;
  }
  if (record.role === 'source' && record.state === 'transfer_completed' && record.move?.id === refOf(move).id)
    return { kind: 'archived', name: await context.nodes.archive(source, move.site) };
  // Done before, and the answer was lost. Of an earlier move it cannot be: a site that comes or goes clears it.
  if (record.role === null && record.archived !== undefined)
    return { kind: 'archived', name: nameIn(record.archived) };
  return failed(
    'source-disagrees',
    `${move.destination ?? 'the destination'} has the site, and ${source.id} says ${record.state}`,
    `look at both; where ${move.destination ?? 'the destination'} has it whole, put the folder at ${source.id} aside by hand`,
    true,
  );
}

const away = (source: HubNode) =>
  failed(
    'source-unreachable',
    `the site is at its destination; ${source.id} has not put its folder aside: it does not answer`,
    `see whether the node of ${source.id} runs, and start nothing there`,
  );
