import type { Sheet } from '@cutover/records';
import { expect, it } from 'vitest';
import { followNames } from '../src/settle-slugs.ts';

const slugOf = (reference: string, field = 'slug') => ({ reference, field });
const base = { schema: undefined as never, path: [{ field: 'id', first: 2 }, { field: 'slug' }] };
const memberships: Sheet = {
  ...base,
  name: 'memberships',
  references: { projectId: 'projects', memberId: 'people' },
  copies: { projectSlug: slugOf('projectId'), memberSlug: slugOf('memberId') },
  joins: { begins: slugOf('projectId'), ends: [slugOf('memberId')] },
  indexes: {},
  freeText: [],
};
const buzz: Sheet = {
  ...base,
  name: 'buzz',
  references: { projectId: 'projects' },
  copies: { projectSlug: slugOf('projectId') },
  indexes: {},
  freeText: [],
};
const assignments: Sheet = {
  ...base,
  name: 'assignments',
  references: { tagId: 'tags', personId: 'people', projectId: 'projects' },
  copies: { tagHandle: slugOf('tagId', 'handle') },
  joins: { begins: slugOf('tagId', 'handle'), ends: [slugOf('personId'), slugOf('projectId')] },
  indexes: {},
  freeText: [],
};

type Names = Readonly<Record<string, readonly [legacy: string, merged: string]>>;
const follow = (sheet: Sheet, record: Record<string, string> & { id: string }, names: Names) =>
  followNames(sheet, record, (of) => {
    const found = names[of];
    return found === undefined ? undefined : { legacy: found[0], merged: found[1] };
  });

/** Slug before, names before and after by sheet, slug after. */
it.each<[string, Names, string]>([
  ['a.b', {}, 'a.b'],
  ['a.b', { projects: ['a', 'a-2'] }, 'a-2.b'],
  ['a.b', { people: ['b', 'b-2'] }, 'a.b-2'],
  ['a.b', { projects: ['a', 'x'], people: ['b', 'y'] }, 'x.y'],
  // One name for both: each is its own part.
  ['a.a', { people: ['a', 'a-2'] }, 'a.a-2'],
  ['a.a', { projects: ['a', 'a-2'] }, 'a-2.a'],
  // What tells two memberships of one person apart stays.
  ['a.b-17', { people: ['b', 'b-2'] }, 'a.b-2-17'],
  // A slug that somebody has made otherwise is left alone.
  ['other', { people: ['b', 'b-2'] }, 'other'],
])('makes of %s with %j the slug %s', (slug, names, expected) => {
  const [projectSlug = '', memberSlug = ''] =
    slug === 'other' ? ['a', 'b'] : slug.replace('-17', '').split('.');
  const record = { id: 'm', slug, projectId: 'p', projectSlug, memberId: 'q', memberSlug };
  expect(follow(memberships, record, names)).toEqual({
    ...record,
    slug: expected,
    projectSlug: names['projects']?.[1] ?? projectSlug,
    memberSlug: names['people']?.[1] ?? memberSlug,
  });
});

it.each(['newcomer', 'newcomer-buzz', 'newcomer.buzz'])(
  'leaves the slug %s alone, which is not made of names',
  (slug) => {
    const record = { id: 'b', slug, projectId: 'p', projectSlug: 'newcomer' };
    expect(follow(buzz, record, { projects: ['newcomer', 'newcomer-2'] })).toEqual({
      ...record,
      projectSlug: 'newcomer-2',
    });
  },
);

it.each<[string, Names, string]>([
  ['topic.open.projects.a', { projects: ['a', 'a-2'] }, 'topic.open.projects.a-2'],
  ['topic.open.projects.a', { tags: ['topic.open', 'topic.open-2'] }, 'topic.open-2.projects.a'],
  // A person is not what this is about, whatever they are called.
  ['topic.open.projects.a', { people: ['a', 'b'] }, 'topic.open.projects.a'],
  ['topic.open.projects.projects', { projects: ['projects', 'x'] }, 'topic.open.projects.x'],
  ['topic.open.projects.ab', { projects: ['a', 'a-2'] }, 'topic.open.projects.ab'],
])('makes of the assignment %s with %j %s', (slug, names, expected) => {
  const record = { id: 't', slug, tagId: 't', tagHandle: 'topic.open', projectId: 'p' };
  expect(follow(assignments, record, names)).toEqual({
    ...record,
    slug: expected,
    tagHandle: names['tags']?.[1] ?? 'topic.open',
  });
});
