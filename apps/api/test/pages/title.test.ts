import { expect, it } from 'vitest';
import { titleOf } from '../../src/pages/record-page.ts';

it.each([
  [{ slug: 's', title: 'T', name: 'N' }, 'T'],
  [{ slug: 's', title: ' ', name: 'N' }, 'N'],
  [{ slug: 's', firstName: 'Ada', lastName: 'L' }, 'Ada L'],
  [{ slug: 's', lastName: 'L' }, 'L'],
  [{ slug: 's', title: 7 }, 's'],
  [{}, 'i'],
])('%j is called %s', (fields, title) => {
  expect(titleOf({ id: 'i', ...fields })).toBe(title);
});
