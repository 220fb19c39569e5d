import { expect, it } from 'vitest';
import * as snapshot from '../src/index.ts';

it('the package exports what is named here and nothing else', () => {
  expect(Object.keys(snapshot).sort()).toEqual([
    'assertSshAddress',
    'checkBoot',
    'parseScrubKey',
    'publishSnapshot',
    'requiredChecks',
    'scrub',
    'sealReport',
    'sealerOf',
    'snapshotBranch',
    'verifyCommandName',
    'verifySnapshot',
  ]);
});
