import type { HubContext } from '../attempt/context.ts';
import { lies } from '../check-moves.ts';
import { NodeRefusal, NodeUnreachable } from '../nodes/node-api.ts';
import type { WorkerEvent } from './worker.ts';

/** Looked through at once; the rest comes with the next look. */
const most = 20;

/**
 * Removes what sources have put aside, once it was kept for as long as it is to be, and only while a node says that it
 * has the site.
 */
export async function keepHouse(
  { store, nodes, config }: HubContext,
  onEvent: (event: WorkerEvent) => void,
): Promise<void> {
  const { due, known } = await store.read(async (rows) => ({
    due: await rows.keptAside(new Date(+rows.now - config.keepSourceSeconds * 1000), most),
    known: await rows.nodes(),
  }));
  for (const { id, site, source, archived } of due) {
    const from = known.find((node) => node.id === source);
    if (from === undefined || archived === null) continue;
    try {
      let found = false;
      for (const node of known) found ||= await lies(nodes, node, site).catch(() => false);
      if (!found) {
        onEvent({
          level: 'warn',
          message: `no node says that it has the site ${site}: what ${source} put aside of it stays`,
        });
        continue;
      }
      await nodes.removeArchived(from, site, archived);
      await store.change(async (rows) => {
        const move = await rows.move(id);
        if (move !== undefined) await rows.putMove({ ...move, sourceRemovedAt: rows.now.toISOString() });
      });
    } catch (error) {
      if (!(error instanceof NodeRefusal) && !(error instanceof NodeUnreachable)) throw error;
      onEvent({ level: 'warn', message: `what ${source} put aside of ${site} stays: ${error.message}` });
    }
  }
}
