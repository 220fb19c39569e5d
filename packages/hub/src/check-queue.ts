import type { Check } from '@cutover/core';
import { checkMoves } from './check-moves.ts';
import type { HubConfig } from './config.ts';
import { openStore } from './hub.ts';
import { HttpsNodes } from './nodes/node-api.ts';

export interface CheckOptions {
  readonly config: HubConfig;
  readonly stateDir: string;
  readonly version: string;
}

/** The checks after moves, over the nodes that the hub knows. */
export async function checkQueue(options: CheckOptions): Promise<Check[]> {
  const store = await openStore(options);
  const nodes = new HttpsNodes(options.config, options.version, () => Promise.resolve(new Date()));
  try {
    return await checkMoves({ store, nodes, config: options.config });
  } finally {
    nodes.close();
    await store.close();
  }
}
