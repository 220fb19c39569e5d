import { isMoving, type ServerRecord } from '@cutover/transfer/node';
import type { HubNode, Move } from '../move.ts';
import { NodeRefusal, NodeUnreachable } from '../nodes/node-api.ts';
import {
  type AttemptContext,
  hasIt,
  type HubContext,
  isOpen,
  nodeOf,
  pause,
  recordIfSeen,
  settleOpen,
  whereItIs,
} from './context.ts';
import { failed, failedBy, type StepOutcome } from './outcome.ts';

/**
 * Looks at what earlier attempts have left, at the source and at every node that was sent to, before anything is
 * begun: the site may be there already, it may not be known whether it is, or partial data may lie in the way.
 */
export async function prepare(context: AttemptContext): Promise<StepOutcome> {
  const move = await context.hold.read();
  try {
    const source = await nodeOf(context, move.source);
    const there = await whereItIs(context, move);
    if (there !== undefined) return { kind: 'there', node: there.id };
    const settled = await settleSource(context, move, source);
    if (settled.kind !== 'go') return settled;
    if (move.cancelledBy !== null) return { kind: 'cancelled' };
    await tidy(context, move, move.destination ?? undefined);
    return { kind: 'go' };
  } catch (error) {
    return failedBy(error);
  }
}

async function settleSource(context: AttemptContext, move: Move, source: HubNode): Promise<StepOutcome> {
  const until = performance.now() + context.config.patienceSeconds * 1000;
  for (;;) {
    const record = await context.nodes.record(source, move.site);
    const ours = record.move?.id === move.id;
    if (isOpen(record)) return settleOpen(context, move, source, record);
    if (record.role === 'source' && record.state === 'transfer_completed') {
      const to = (await context.store.read((rows) => rows.nodes())).find(({ url }) => url === record.to);
      if (ours && to !== undefined) return { kind: 'there', node: to.id };
      return failed(
        'moved-already',
        `${source.id} says that the site has been moved to ${record.to ?? 'elsewhere'}`,
        'archive it there, or enqueue a move from the node that it lies on',
        true,
      );
    }
    if (!isMoving(record)) return { kind: 'go' };
    if (await isWanted(context, move, record)) return { kind: 'go' };
    if (!ours) return failed('already-moving', `${source.id} is at another move of the site`, 'wait for it');
    // An attempt of this move that was taken for over, to another node.
    await context.nodes.cancelSending(source, move.site).catch(ignoreRefusal);
    if (performance.now() > until)
      return failed('already-moving', `${source.id} does not end an earlier attempt`, 'look at its log');
    await pause(context);
  }
}

async function isWanted(context: HubContext, move: Move, record: ServerRecord): Promise<boolean> {
  if (record.role !== 'source' || record.move?.id !== move.id || move.destination === null) return false;
  return record.to === (await nodeOf(context, move.destination)).url;
}

/**
 * Removes what came of attempts that failed, wherever it can be reached; at `keep` another attempt goes on with it.
 * The source sends nothing any more.
 */
export async function tidy(context: HubContext, move: Move, keep: string | undefined): Promise<void> {
  const known = await context.store.read((rows) => rows.nodes());
  for (const node of known.filter(({ id }) => move.tried.includes(id) || id === move.destination)) {
    try {
      const record = await recordIfSeen(context, node, move.site);
      const isOurs = record?.role === 'destination' && record.move?.id === move.id;
      if (!isOurs || hasIt(record, move)) continue;
      if (node.id === keep && (record.resumable === true || isMoving(record))) continue;
      // What it has verified goes on to its place by itself.
      if (isMoving(record) && record.verified === undefined)
        await context.nodes.cancelReceiving(node, move.site).catch(ignoreRefusal);
      const after = await recordIfSeen(context, node, move.site);
      if (after?.unsafe === true && !isMoving(after)) await context.nodes.cleanUp(node, move.site);
    } catch (error) {
      ignoreRefusal(error);
    }
  }
}

/** It was over already, or the node has just gone: the next look tells. */
export function ignoreRefusal(error: unknown): void {
  if (!(error instanceof NodeRefusal) && !(error instanceof NodeUnreachable)) throw error;
}
