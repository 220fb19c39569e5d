import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HubContext } from '../src/attempt/context.ts';
import type { HubConfig } from '../src/config.ts';
import type { Move } from '../src/move.ts';
import { NodeRefusal, type Nodes, NodeUnreachable } from '../src/nodes/node-api.ts';
import { FileStore } from '../src/store/files.ts';
import { keepHouse } from '../src/worker/keep-house.ts';
import { aMove, aNode } from './support/rows.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: FileStore;
/** Sites by node, as the nodes say; a node that is not in it does not answer. */
let sites: Record<string, string[]>;
let removed: string[];
let said: string[];

beforeEach(async () => {
  scratch = await scratchDir();
  store = new FileStore(join(scratch.dir, 'hub'));
  [removed, said] = [[], []];
  sites = { a: [], b: [], c: [] };
  await store.change(async (rows) => {
    for (const id of ['a', 'b', 'c']) await rows.putNode(aNode(id));
  });
});
afterEach(async () => {
  await store.close();
  await scratch.remove();
});

const answering = (id: string): string[] => {
  const there = sites[id];
  if (there === undefined) throw new NodeUnreachable('node-unreachable', `${id} is silent`, { next: 'look' });
  return there;
};

/** Only what is asked for here: what a node says of a site's size, and that something is removed. */
const nodes = {
  size: (node, site) => {
    if (!answering(node.id).includes(site))
      return Promise.reject(new NodeRefusal('server-unknown', 'not here', 'look elsewhere', 404));
    return Promise.resolve(1);
  },
  removeArchived: (node, site, name) => {
    answering(node.id);
    removed.push(`${node.id}: ${site}, ${name}`);
    return Promise.resolve();
  },
} as Partial<Nodes> as Nodes;

async function keep(keepSourceSeconds: number): Promise<void> {
  const context = { store, nodes, config: { keepSourceSeconds } as HubConfig } satisfies HubContext;
  await keepHouse(context, ({ message }) => said.push(message));
}

/** A move from a to b that ended an hour ago. */
async function ended(change: Partial<Move> = {}): Promise<Move> {
  const endedAt = new Date(Date.now() - 3600_000).toISOString();
  const move = aMove({ state: 'done', destination: 'b', archived: 'site.1', endedAt, ...change });
  await store.change((rows) => rows.putMove(move));
  return move;
}

const removedAt = async ({ id }: Move): Promise<string | null | undefined> =>
  (await store.read((rows) => rows.move(id)))?.sourceRemovedAt;

it('removes what the source put aside once it was kept long enough, and only once', async () => {
  const move = await ended();
  sites['b'] = [move.site];
  await keep(3700);
  expect([removed, await removedAt(move)]).toEqual([[], null]);
  await keep(3500);
  await keep(3500);
  expect([removed, said]).toEqual([[`a: ${move.site}, site.1`], []]);
  expect(await removedAt(move)).toMatch(/^20/);
});

it('leaves it where no node says that it has the site, also where one is silent', async () => {
  const move = await ended();
  delete sites['b'];
  await keep(0);
  expect([removed, await removedAt(move)]).toEqual([[], null]);
  expect(said).toEqual([`no node says that it has the site ${move.site}: what a put aside of it stays`]);
});

it('removes it where the site has moved on since', async () => {
  const move = await ended();
  sites['c'] = [move.site];
  await keep(0);
  expect(removed).toHaveLength(1);
});

it('tries again later where the source is silent', async () => {
  const move = await ended();
  sites = { b: [move.site], c: [] };
  await keep(0);
  expect([await removedAt(move), said]).toEqual([
    null,
    [`what a put aside of ${move.site} stays: a is silent`],
  ]);
  sites['a'] = [];
  await keep(0);
  expect(removed).toHaveLength(1);
});

it('touches no move that failed, was called off, or put nothing aside', async () => {
  const moves = [
    await ended({ state: 'failed' }),
    await ended({ state: 'cancelled' }),
    await ended({ archived: null }),
    await ended({ endedAt: null, state: 'sending' }),
  ];
  sites['b'] = moves.map(({ site }) => site);
  await keep(0);
  expect([removed, said]).toEqual([[], []]);
});
