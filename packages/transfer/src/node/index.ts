export { ConfigFile, type ConfigKind } from './config-file.ts';
export { type NodeConfig, readNodeConfig } from './config.ts';
export { callNode } from './node-client.ts';
export { type NodeFacts } from './node.ts';
export { issueToken, skewSeconds, type TokenNode } from './node-token.ts';
export { type NodeOptions, type RunningNode, startNode } from './server.ts';
export {
  isMoving,
  type MoveRef,
  type ServerRecord,
  type ShownRecord,
  type TransferState,
} from './server-record.ts';
