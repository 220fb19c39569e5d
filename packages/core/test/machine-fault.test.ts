import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { machineFaultOf } from '../src/index.ts';

it('knows a full disk by the system’s code and by its words', () => {
  let thrown: unknown;
  try {
    writeFileSync('/dev/full', 'x');
  } catch (error) {
    thrown = error;
  }
  expect(machineFaultOf(thrown)).toEqual({ code: 'disk-full', next: 'make space' });
  expect(machineFaultOf(new Error('write: No space left on device (os error 28)'))?.code).toBe('disk-full');
});

it.each([new Error('other'), Object.assign(new Error('none'), { code: 'ENOENT' }), 'text', null, undefined])(
  'takes nothing else for a fault of the machine: %s',
  (thrown) => {
    expect(machineFaultOf(thrown)).toBeUndefined();
  },
);
