import { type Check, concludeCheck, type Finding, FindingList, messageOf } from '@cutover/core';
import { isMoving, type ServerRecord } from '@cutover/transfer/node';
import type { HubContext } from './attempt/context.ts';
import { type HubNode, isActive, isEnded, type Move } from './move.ts';
import { NodeRefusal } from './nodes/node-api.ts';

interface Seen {
  readonly node: string;
  readonly lies: boolean;
  readonly record: ServerRecord;
}

/**
 * Asks every node about every site that was moved: whether it lies in one place, the one that its last move ended at,
 * has one record there, and nothing is left half-way. A node that does not answer leaves the questions open.
 */
export async function checkMoves(hub: HubContext): Promise<Check[]> {
  const { moves, nodes } = await hub.store.read(async (rows) => ({
    moves: await rows.moves({}),
    nodes: await rows.nodes(),
  }));
  const [places, records, halfway] = [new FindingList(), new FindingList(), new FindingList()];
  const silent = new Map<string, string>();
  const sites = new Map<string, Move[]>();
  // Where one lies that was called off or waits before its first attempt, the hub does not know.
  for (const move of moves.filter(({ attempt }) => attempt > 0))
    sites.set(move.site, [...(sites.get(move.site) ?? []), move]);
  let [looked, atRest] = [0, 0];
  for (const [site, [last, ...before]] of sites) {
    const seen = await lookAt(hub, nodes, site, silent);
    looked++;
    // What is on is half-way rightly.
    if ([last!, ...before].some(isActive)) continue;
    atRest++;
    const ended = [last!, ...before].find((move) => isEnded(move) && move.state === 'done');
    const expected = ended?.destination ?? last!.source;
    // What a silent node has is not known: then only what lies twice is certain.
    const all = seen.length === nodes.length;
    if (all || seen.filter((one) => one.lies).length > 1) addAll(places, placesOf(site, seen, expected));
    if (ended !== undefined && all) addAll(records, recordsOf(site, seen, expected));
    addAll(halfway, halfwayOf(site, seen));
  }
  const couldNotTell =
    silent.size === 0 ? undefined : [...silent].map(([id, why]) => `${id}: ${why}`).join('; ');
  const evidence = { nodes: nodes.map(({ id }) => id), movesOn: looked - atRest };
  const of = (id: string, title: string, expected: string, findings: FindingList): Check =>
    concludeCheck({
      ...{ id, title, looked: atRest, expected, findings, evidence, couldNotTell },
      actual: findings.total === 0 ? expected : `${findings.total} that are not`,
    });
  return [
    of('one-place', 'each site lies in one place', 'where its last move ended', places),
    of('one-record', 'one node calls itself its home', 'that one', records),
    of('nothing-halfway', 'nothing is half-way or unsafe', 'every node at rest', halfway),
  ];
}

async function lookAt(
  { nodes }: HubContext,
  known: readonly HubNode[],
  site: string,
  silent: Map<string, string>,
): Promise<Seen[]> {
  const looks = await Promise.all(
    known.map(async (node) => {
      try {
        const record = await nodes.record(node, site);
        return { node: node.id, record, lies: await lies(nodes, node, site) };
      } catch (error) {
        silent.set(node.id, messageOf(error));
        return undefined;
      }
    }),
  );
  return looks.filter((look) => look !== undefined);
}

/** Whether its folder is there. Throws where the node does not say. */
export async function lies(nodes: HubContext['nodes'], node: HubNode, site: string): Promise<boolean> {
  try {
    await nodes.size(node, site);
    return true;
  } catch (error) {
    if (error instanceof NodeRefusal && error.code === 'server-unknown') return false;
    throw error;
  }
}

const addAll = (list: FindingList, findings: readonly Finding[]): void => {
  for (const finding of findings) list.add(finding);
};

function placesOf(site: string, seen: readonly Seen[], expected: string): Finding[] {
  const at = seen.filter(({ lies }) => lies).map(({ node }) => node);
  if (at.length === 1 && at[0] === expected) return [];
  const code = at.length > 1 ? 'site-twice' : at.length === 0 ? 'site-lost' : 'site-elsewhere';
  const next = {
    'site-twice': 'start neither; see which is whole and newest, and archive the other at its node',
    'site-lost': `look below .cutover-node/archive of the nodes; ${expected} should have it`,
    'site-elsewhere': 'see who moved it without the hub',
  }[code];
  const message = `${site} lies at ${at.length === 0 ? 'no node' : at.join(' and ')}, expected at ${expected}`;
  return [{ code, message, subject: site, expected, actual: at, next }];
}

function recordsOf(site: string, seen: readonly Seen[], expected: string): Finding[] {
  const homes = seen
    .filter(({ record }) => record.role === 'destination' && record.state === 'ready')
    .map(({ node }) => node);
  if (homes.length === 1 && homes[0] === expected) return [];
  const message = `${homes.length === 0 ? 'no node' : homes.join(' and ')} has a record of ${site} as ready, expected ${expected}`;
  const next = 'look at GET /api/servers/:id of each';
  return [{ code: 'home-record', message, subject: site, expected, actual: homes, next }];
}

function halfwayOf(site: string, seen: readonly Seen[]): Finding[] {
  return seen
    .filter(({ record }) => isMoving(record) || record.unsafe || record.sentWhole === true)
    .filter(({ record }) => record.state !== 'transfer_completed')
    .map(({ node, record }) => ({
      code: record.unsafe ? 'unsafe-partial' : 'halfway',
      message: `${node} has ${site} as ${record.state}${record.unsafe ? ', with partial data' : ''}, and no move of it is on`,
      subject: site,
      next: record.unsafe
        ? `POST /api/transfers/${site}/clean-up at ${node}, once it is at its place`
        : `look at the log of ${node}`,
    }));
}
