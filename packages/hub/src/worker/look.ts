import { messageOf } from '@cutover/core';
import type { HubContext } from '../attempt/context.ts';
import { NodeRefusal } from '../nodes/node-api.ts';
import { over } from '../queue.ts';

const measuredAtOnce = 4;

/** Asks every node how much room it has. */
export async function lookAtNodes({ store, nodes }: HubContext): Promise<void> {
  const known = await store.read((rows) => rows.nodes());
  const seen = await Promise.all(
    known.map(async (node) => {
      try {
        const { freeBytes } = await nodes.facts(node);
        return { id: node.id, freeBytes, unseen: null };
      } catch (error) {
        return { id: node.id, freeBytes: null, unseen: messageOf(error) };
      }
    }),
  );
  await store.change(async (rows) => {
    for (const node of await rows.nodes()) {
      const look = seen.find(({ id }) => id === node.id);
      if (look === undefined) continue;
      await rows.putNode({
        ...node,
        unseen: look.unseen,
        ...(look.freeBytes === null ? {} : { freeBytes: look.freeBytes, seenAt: rows.now.toISOString() }),
      });
    }
  });
}

/** Asks sources for the size of what has no destination yet: by it one is chosen. */
export async function measureSites({ store, nodes }: HubContext): Promise<void> {
  const { moves, known } = await store.read(async (rows) => ({
    moves: await rows.unended(),
    known: await rows.nodes(),
  }));
  const unmeasured = moves.filter(
    ({ state, bytesTotal, wanted }) => state === 'queued' && bytesTotal === null && wanted === null,
  );
  await Promise.all(
    unmeasured.slice(0, measuredAtOnce).map(async ({ id, site, source }) => {
      const node = known.find((one) => one.id === source);
      if (node === undefined) return;
      let bytes: number | undefined;
      let error: unknown;
      try {
        bytes = await nodes.size(node, site);
      } catch (thrown) {
        error = thrown;
      }
      await store.change(async (rows) => {
        const move = await rows.move(id);
        if (move?.state !== 'queued' || move.bytesTotal !== null) return;
        const { now } = rows;
        if (bytes !== undefined) await rows.putMove({ ...move, bytesTotal: bytes, waits: null });
        else if (error instanceof NodeRefusal && ['server-unknown', 'special-file'].includes(error.code))
          await rows.putMove(
            over(move, 'failed', now, { code: error.code, message: error.message, next: error.next }),
          );
        else await rows.putMove({ ...move, waits: `its size is not known: ${messageOf(error)}` });
      });
    }),
  );
}
