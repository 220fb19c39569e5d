import { expect, it } from 'vitest';
import * as transfer from '../src/index.ts';

it('the package exports what is named here and nothing else', () => {
  expect(Object.keys(transfer).sort()).toEqual([
    'cancelMove',
    'newestMove',
    'parseTarget',
    'readHooks',
    'readMoveFacts',
    'receive',
    'sendMove',
    'sshWire',
  ]);
});
