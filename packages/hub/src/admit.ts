import { type HubNode, isActive, type Move } from './move.ts';

/** A node that was not seen for so long is not chosen. */
const seenWithinMs = 60_000;

/** What becomes of a move that waits: it may begin, to a node, or waits on, for a reason. */
export type Admission = { readonly destination: HubNode } | { readonly waits: string };

/** The queue and its nodes at one moment. */
export interface Standing {
  readonly now: Date;
  readonly nodes: readonly HubNode[];
  /** Queued and active ones, in the order in which they are to go. */
  readonly unended: readonly Move[];
}

/** Whether a queued move may begin now. Decides and does nothing. */
export function admit(move: Move, standing: Standing): Admission {
  const { nodes, unended, now } = standing;
  if (move.notBefore !== null && new Date(move.notBefore) > now)
    return { waits: move.waits ?? `until ${move.notBefore}` };
  const [before] = unended.filter(
    (other) => other.site === move.site && other.id !== move.id && goesBefore(other, move, unended),
  );
  if (before !== undefined) return { waits: `another move of the site, ${before.id}, goes first` };
  const source = nodes.find(({ id }) => id === move.source);
  if (source === undefined) return { waits: `the hub has no node ${move.source} any more` };
  if (source.unseen !== null) return { waits: unfit(source) };
  const busy = busyWith(source, standing);
  if (busy !== undefined) return { waits: busy };
  if (move.wanted === null) return choose(move, standing);
  const destination = nodes.find(({ id }) => id === move.wanted);
  if (destination === undefined) return { waits: `the hub has no node ${move.wanted} any more` };
  if (destination.unseen !== null) return { waits: unfit(destination) };
  const taken = busyWith(destination, standing);
  return taken === undefined ? { destination } : { waits: taken };
}

const unfit = ({ id, unseen }: HubNode): string => `${id} cannot be used now: ${unseen ?? ''}`;

const goesBefore = (other: Move, move: Move, unended: readonly Move[]): boolean =>
  isActive(other) || unended.indexOf(other) < unended.findIndex(({ id }) => id === move.id);

function busyWith(node: HubNode, { unended }: Standing): string | undefined {
  const count = unended.filter(
    (move) => isActive(move) && (move.source === node.id || move.destination === node.id),
  ).length;
  if (count < node.limit) return undefined;
  return `${node.id} has ${count} move${count === 1 ? '' : 's'} on, and takes ${node.limit}`;
}

/** The node with the most room, less what is on its way there; one that has not failed before goes first. */
function choose(move: Move, standing: Standing): Admission {
  const bytes = move.bytesTotal;
  if (bytes === null) return { waits: move.waits ?? 'its size is not known yet' };
  const others = standing.nodes.filter(({ id, drained }) => id !== move.source && !drained);
  if (others.length === 0) return { waits: 'the hub has no other node that takes sites' };
  const seen = others.filter(
    ({ unseen, seenAt }) =>
      unseen === null && seenAt !== null && +standing.now - +new Date(seenAt) < seenWithinMs,
  );
  if (seen.length === 0) return { waits: 'no other node answers' };
  const withRoom = seen
    .map((node) => ({ node, free: (node.freeBytes ?? 0) - reserved(node, standing) }))
    .sort((one, other) => other.free - one.free);
  const fit = withRoom.filter(({ free }) => free >= bytes);
  if (fit.length === 0)
    return {
      waits: `no node has room for ${bytes} bytes; most has ${withRoom[0]!.node.id} with ${Math.max(0, withRoom[0]!.free)}`,
    };
  const idle = fit.filter(({ node }) => busyWith(node, standing) === undefined);
  const chosen = idle.find(({ node }) => !move.tried.includes(node.id)) ?? idle[0];
  return chosen === undefined
    ? { waits: `every node with room is busy: ${busyWith(fit[0]!.node, standing) ?? ''}` }
    : { destination: chosen.node };
}

/** Bytes that are on their way to a node and not on its disk yet. */
const reserved = (node: HubNode, { unended }: Standing): number =>
  unended
    .filter((move) => isActive(move) && move.destination === node.id)
    .reduce((sum, move) => sum + Math.max(0, (move.bytesTotal ?? 0) - move.bytesDone), 0);
