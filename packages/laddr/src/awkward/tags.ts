import {
  type AwkwardCase,
  type CaseRow,
  casesOf,
  excluded,
  type Expected,
  imported,
  quarantined,
} from './case.ts';

const tag = casesOf('tags');
const handled = (
  name: string,
  id: number,
  handle: string,
  fields: Parameters<typeof imported>[0],
): AwkwardCase =>
  tag(name, { ID: String(id), Handle: handle, Title: handle }, imported({ legacyHandle: handle, ...fields }));

const tagCases: readonly AwkwardCase[] = [
  handled('tag without a namespace', 101, 'transit', {
    handle: 'transit',
    namespace: undefined,
    slug: 'transit',
  }),
  handled('tag with a namespace', 102, 'topic.transit', {
    handle: 'topic.transit',
    namespace: 'topic',
    slug: 'transit',
  }),
  handled('tag that differs in punctuation only', 103, 'topic.transit!', {
    handle: 'topic.transit-103',
    slug: 'transit-103',
  }),
  handled('tag with two dots', 104, 'tech.node.js', {
    handle: 'tech.node-js',
    namespace: 'tech',
    slug: 'node-js',
  }),
  handled('tag with an empty namespace', 105, '.hidden', { handle: 'hidden', namespace: undefined }),
  handled('tag with a namespace only', 106, 'topic.', { handle: 'topic.tag-106' }),
  handled('tag of a year', 107, 'event.2019', { handle: 'event.2019', slug: '2019' }),
  handled('tag of digits only', 108, '42', { handle: 'tag-42' }),
  handled('tag of a letter and signs', 109, 'C++', { handle: 'c', slug: 'c' }),
  handled('tag of a letter and another sign', 110, 'tech.C#', { handle: 'tech.c' }),
  handled('tag that another was made into', 111, 'tech.c', { handle: 'tech.c-111' }),
];

const item = casesOf('tag_items');
const on = (name: string, columns: CaseRow, expected: Expected): AwkwardCase =>
  item(name, { TagID: '102', ...columns }, expected);

const itemCases: readonly AwkwardCase[] = [
  on(
    'tag on a project',
    { ContextID: '117' },
    imported({
      slug: 'topic.transit.projects.project-117',
      projectId: '@projects/117',
      tagId: '@tags/102',
      tagHandle: 'topic.transit',
    }),
  ),
  on('second tag on a project', { TagID: '104', ContextID: '117' }, imported({ tagHandle: 'tech.node-js' })),
  on('third tag on a project', { TagID: '101', ContextID: '117' }, imported({ tagHandle: 'transit' })),
  on('tag that is not there', { TagID: '2000000000' }, quarantined('dangling-reference')),
  on('tag on a project that is not there', { ContextID: '2000000000' }, quarantined('dangling-reference')),
  on(
    'tag on a thing of another application',
    { ContextClass: 'Vendor\\Widget' },
    quarantined('unknown-context'),
  ),
  on('tag on nothing', { ContextClass: null, ContextID: null }, quarantined('unknown-context')),
  on(
    'tag on an event',
    { ContextClass: 'Emergence\\Events\\Event', ContextID: '5' },
    excluded('context-not-imported'),
  ),
  on(
    'tag on a draft',
    { ContextClass: 'Emergence\\CMS\\AbstractContent', ContextID: '102' },
    excluded('unpublished'),
  ),
  on(
    'tag on a person',
    { ContextClass: 'Emergence\\People\\Person', ContextID: '101' },
    imported({ slug: 'topic.transit.people.tamsinokvar', personId: '@people/101' }),
  ),
  on(
    'tag on the same person under an older class name',
    { ContextClass: 'Person', ContextID: '101' },
    imported({ slug: 'topic.transit.people.tamsinokvar-102-person-101', personId: '@people/101' }),
  ),
  on(
    'tag on buzz that is quarantined',
    { ContextClass: 'Laddr\\ProjectBuzz', ContextID: '102' },
    quarantined('dangling-reference'),
  ),
];

export const tagTableCases: readonly AwkwardCase[] = [...tagCases, ...itemCases];
