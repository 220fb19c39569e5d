import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerRecord } from '@cutover/transfer/node';
import type { HubConfig } from '../config.ts';
import type { HubNode, Move } from '../move.ts';
import { type MoveRef, NodeRefusal, type Nodes, NodeUnreachable } from '../nodes/node-api.ts';
import type { MoveStore } from '../store/store.ts';
import { Fenced, type Hold } from './hold.ts';
import { failed, type StepOutcome } from './outcome.ts';

export interface HubContext {
  readonly store: MoveStore;
  readonly nodes: Nodes;
  readonly config: HubConfig;
}

/** What the steps of one attempt work with. */
export interface AttemptContext extends HubContext {
  readonly hold: Hold;
  /** The worker ends: nothing more is begun. */
  readonly signal: AbortSignal;
}

export const pollMs = 300;

export const refOf = ({ id, attempt }: Move): MoveRef => ({ id, attempt });

/** Waits a little; throws Fenced where the worker ends meanwhile. */
export async function pause({ signal, hold }: AttemptContext): Promise<void> {
  await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw new Fenced(hold.move);
}

/** A node by its id. Throws NodeRefusal `node-unknown` where the hub has it no more. */
export async function nodeOf({ store }: HubContext, id: string): Promise<HubNode> {
  const node = (await store.read((rows) => rows.nodes())).find((one) => one.id === id);
  if (node !== undefined) return node;
  throw new NodeRefusal('node-unknown', `the hub has no node ${id} any more`, 'add it again', 404);
}

/** A node's record of the site; undefined where the node does not answer. */
export async function recordIfSeen(
  { nodes }: HubContext,
  node: HubNode,
  site: string,
): Promise<ServerRecord | undefined> {
  try {
    return await nodes.record(node, site);
  } catch (error) {
    if (error instanceof NodeUnreachable) return undefined;
    throw error;
  }
}

/** Whether a destination's record says that it has the site, by this very move. */
export const hasIt = (record: ServerRecord | undefined, move: Move): boolean =>
  record?.role === 'destination' && record.state === 'ready' && record.move?.id === move.id;

/** A source whose whole archive went out, and that was told nothing. */
export const isOpen = ({ role, state, sentWhole }: ServerRecord): boolean =>
  role === 'source' && state === 'timed_out' && sentWhole === true;

/** The first of the nodes that the move was sent to which says that it has the site. */
export async function whereItIs(context: HubContext, move: Move): Promise<HubNode | undefined> {
  const ids = new Set([...(move.destination === null ? [] : [move.destination]), ...move.tried]);
  for (const node of (await context.store.read((rows) => rows.nodes())).filter(({ id }) => ids.has(id)))
    if (hasIt(await recordIfSeen(context, node, move.site), move)) return node;
  return undefined;
}

/** Has a source that was told nothing ask its destination; by the destination's word it is there, or has failed, or neither. */
export async function settleOpen(
  context: HubContext,
  move: Move,
  source: HubNode,
  record: ServerRecord,
): Promise<StepOutcome> {
  const known = await context.store.read((rows) => rows.nodes());
  const to = known.find(({ url }) => url === record.to);
  if (to === undefined)
    return failed(
      'outcome-unknown',
      `the site may be at ${record.to ?? 'a node'}, which the hub does not have`,
      'look there; if it has it not, DELETE the move at the source',
      true,
    );
  const after = await context.nodes.ask(source, to, move.site, refOf(move));
  if (after.state === 'transfer_completed') return { kind: 'there', node: to.id };
  if (!isOpen(after)) return { kind: 'go' };
  return failed(
    'outcome-unknown',
    `the whole site went to ${to.id}, which does not say what became of it`,
    `see whether the node of ${to.id} runs; the move goes on when it answers`,
  );
}
