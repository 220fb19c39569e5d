export { type CheckOptions, checkQueue } from './check-queue.ts';
export { type HubConfig, readHubConfig } from './config.ts';
export { forgetMoves, openStore, work } from './hub.ts';
export type { HubNode, Move, MoveState } from './move.ts';
export { isEnded } from './move.ts';
export { addNode, type NodeInput } from './nodes/add-node.ts';
export { drainNode, removeNode } from './nodes/keep-node.ts';
export { cancel, enqueue, listMoves, type ShownMove } from './queue.ts';
export { type ServeOptions, serveHub } from './serve/server.ts';
