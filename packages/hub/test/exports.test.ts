import { expect, it } from 'vitest';
import * as hub from '../src/index.ts';

it('the package exports what is named here and nothing else', () => {
  expect(Object.keys(hub).sort()).toEqual([
    ...[
      'addNode',
      'cancel',
      'checkQueue',
      'drainNode',
      'enqueue',
      'forgetMoves',
      'isEnded',
      'listMoves',
      'openStore',
    ],
    ...['readHubConfig', 'removeNode', 'serveHub', 'work'],
  ]);
});
