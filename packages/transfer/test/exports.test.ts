import { expect, it } from 'vitest';
import * as transfer from '../src/index.ts';
import * as node from '../src/node/index.ts';

it('the package exports what is named here and nothing else', () => {
  expect(Object.keys(transfer).sort()).toEqual([
    'cancelMove',
    'checkAfterMove',
    'checkMove',
    'defaultWatchSeconds',
    'isStream',
    'newestMove',
    'parseTarget',
    'readHooks',
    'readMoveFacts',
    'readProbes',
    'receive',
    'sendMove',
    'sshWire',
  ]);
  // Apart, so that a move over SSH does not load a web server.
  expect(Object.keys(node).sort()).toEqual([
    'ConfigFile',
    'callNode',
    'isMoving',
    'issueToken',
    'readNodeConfig',
    'skewSeconds',
    'startNode',
  ]);
});
