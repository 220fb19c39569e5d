import type { Sheet } from '@cutover/records';
import { expect, it } from 'vitest';
import { followNames } from '../src/settle-slugs.ts';

const memberships: Sheet = {
  name: 'memberships',
  schema: undefined as never,
  path: [{ field: 'id', first: 2 }, { field: 'slug' }],
  references: { projectId: 'projects', memberId: 'people' },
  copies: {
    projectSlug: { reference: 'projectId', field: 'slug' },
    memberSlug: { reference: 'memberId', field: 'slug' },
  },
  indexes: {},
  freeText: [],
};

/** Slug before, names after by sheet, slug after. */
it.each([
  ['a.b', {}, 'a.b'],
  ['a.b', { projects: 'a-2' }, 'a-2.b'],
  ['a.b', { people: 'b-2' }, 'a.b-2'],
  ['a.b', { projects: 'x', people: 'y' }, 'x.y'],
  // One name for both: each is its own part.
  ['a.a', { people: 'a-2' }, 'a.a-2'],
  ['a.a', { projects: 'a-2' }, 'a-2.a'],
  // What tells two memberships of one person apart stays.
  ['a.b-17', { people: 'b-2' }, 'a.b-2-17'],
  // A slug that somebody has made otherwise is left alone.
  ['other', { people: 'b-2' }, 'other'],
] as const)('makes of %s with %j the slug %s', (slug, names, expected) => {
  const [projectSlug = '', memberSlug = ''] =
    slug === 'other' ? ['a', 'b'] : slug.replace('-17', '').split('.');
  const record = { id: 'm', slug, projectId: 'p', projectSlug, memberId: 'q', memberSlug };
  const asked: string[] = [];
  const followed = followNames(memberships, record, (sheet, id, field) => {
    asked.push(`${sheet}/${id}/${field}`);
    return (names as Record<string, string>)[sheet];
  });
  expect(followed).toEqual({
    ...record,
    slug: expected,
    projectSlug: (names as { projects?: string }).projects ?? projectSlug,
    memberSlug: (names as { people?: string }).people ?? memberSlug,
  });
  expect(asked).toEqual(['projects/p/slug', 'people/q/slug']);
});
