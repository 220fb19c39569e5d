import { expect, it } from 'vitest';
import * as index from '../src/index.ts';

it('exports these names and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'DumpError',
    'cutDump',
    'filesOf',
    'isDumperFolder',
    'isSeekable',
    'plainBytes',
    'rangesAgree',
    'readDump',
    'rowsAsNdjson',
    'toBigInt',
    'toDate',
    'toNumber',
    'toText',
  ]);
});
