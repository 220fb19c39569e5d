import { CutoverError, exitCodes } from '@cutover/core';
import type { HubConfig } from '../config.ts';
import { isActive } from '../move.ts';
import { newKey, seal } from '../secrets.ts';
import type { MoveStore } from '../store/store.ts';

export interface NodeInput {
  readonly id: string;
  readonly url: string;
  readonly limit: number;
}

/**
 * Makes a node known to the hub and its key, which is handed out once by the answer; a node that is known gets a new
 * key. Throws CutoverError `node-busy` (exit 3) while it is at a move.
 */
export function addNode(
  store: MoveStore,
  { id, url, limit }: NodeInput,
  config: HubConfig,
): Promise<{ tokenId: string; key: string; isNew: boolean }> {
  const key = newKey();
  const tokenId = `${id.replaceAll('.', '-')}-key`;
  return store.change(async (rows) => {
    const known = (await rows.nodes()).some((node) => node.id === id);
    const busy = (await rows.unended()).filter(
      (move) => isActive(move) && (move.source === id || move.destination === id),
    );
    if (busy.length > 0)
      throw new CutoverError('node-busy', `${id} is at ${busy.length} moves: a new key would cut them off`, {
        next: 'wait for them, or cancel them',
        exitCode: exitCodes.preflightFailed,
      });
    await rows.putNode({
      ...{ id, url, tokenId, sealedKey: seal(key, id, config.secret), limit, drained: false },
      ...{ freeBytes: null, seenAt: null, unseen: null },
    });
    return { tokenId, key, isNew: !known };
  });
}
