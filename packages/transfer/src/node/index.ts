export { type NodeConfig, readNodeConfig } from './config.ts';
export { issueToken } from './node-token.ts';
export { type NodeOptions, type RunningNode, startNode } from './server.ts';
