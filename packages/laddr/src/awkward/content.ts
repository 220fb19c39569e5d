import {
  type AwkwardCase,
  type CaseRow,
  casesOf,
  excluded,
  type Expected,
  folded,
  imported,
  quarantined,
} from './case.ts';
import { texts } from './texts.ts';

const content = casesOf('content');
const post = (name: string, id: number, columns: CaseRow, expected: Expected): AwkwardCase =>
  content(name, { ID: String(id), Handle: `post_${id}`, ...columns }, expected);

const body = [
  'Before all: an order of NULL',
  '# Harvest\n\nWritten with \\ and "quotes".',
  '## A heading',
  texts.html,
  '![A crowd](/attachments/media-107)',
  '<iframe src="https://video.example.com/1"></iframe>',
  'Bare text of an older version; "quoted" too',
].join('\n\n');

const contentCases: readonly AwkwardCase[] = [
  post(
    'post of several parts, out of order',
    101,
    { Handle: 'harvest_notes', Title: 'Harvest' },
    imported({
      slug: 'harvest-notes',
      kind: 'post',
      title: 'Harvest',
      authorId: '@people/2',
      publishedAt: '2019-03-04T05:06:07Z',
      body,
      attachmentIds: ['@media/107'],
    }),
  ),
  post('draft', 102, { Status: 'Draft' }, excluded('unpublished')),
  post('hidden post', 103, { Status: 'Hidden' }, excluded('unpublished')),
  post('deleted post', 104, { Status: 'Deleted' }, excluded('unpublished')),
  post('private post', 105, { Visibility: 'Private' }, excluded('private-content')),
  post('scheduled post', 106, { Published: '2031-01-01 00:00:00' }, excluded('scheduled')),
  post(
    'post without a publication date',
    107,
    { Published: null },
    imported({ publishedAt: undefined, body: undefined }),
  ),
  post(
    'post of the very moment',
    108,
    { Published: '2026-01-15 12:00:00' },
    imported({ publishedAt: '2026-01-15T12:00:00Z' }),
  ),
  post('post of one second later', 109, { Published: '2026-01-15 12:00:01' }, excluded('scheduled')),
  post(
    'page',
    110,
    { Class: 'Emergence\\CMS\\Page', Handle: 'About Us' },
    imported({ kind: 'page', slug: 'about-us' }),
  ),
  post('author who is not there', 111, { AuthorID: '2000000000' }, imported({ authorId: undefined })),
  post('status that is no member of the ENUM', 112, { Status: '' }, excluded('unpublished')),
  post('visibility that is no member of the ENUM', 113, { Visibility: '' }, excluded('private-content')),
  post('class that is no member of the ENUM', 114, { Class: '' }, quarantined('unknown-class')),
  post(
    'post about a project',
    115,
    { ContextClass: 'Laddr\\Project', ContextID: '110' },
    imported({ projectId: '@projects/110' }),
  ),
  post(
    'post about a project that is gone',
    116,
    { ContextClass: 'Laddr\\Project', ContextID: '2000000000' },
    imported({ projectId: undefined }),
  ),
  post(
    'draft that wants the slug of a post',
    100,
    { Status: 'Draft', Handle: 'Harvest Notes' },
    excluded('unpublished'),
  ),
];

const items = casesOf('content_items');
const part = (name: string, id: number, columns: CaseRow, expected: Expected): AwkwardCase =>
  items(name, { ID: String(id), ...columns }, expected);
const itemClass = (name: string): string => `Emergence\\CMS\\Item\\${name}`;

const itemCases: readonly AwkwardCase[] = [
  part(
    'bare text of an older version',
    101,
    { Order: '9', Data: 'Bare text of an older version; "quoted" too' },
    folded('content/101'),
  ),
  part(
    'Markdown as JSON',
    102,
    { Order: '1', Data: JSON.stringify('# Harvest\n\nWritten with \\ and "quotes".') },
    folded('content/101'),
  ),
  part(
    'HTML under a heading',
    103,
    { Order: '2', Title: 'A heading', Class: itemClass('RichText'), Data: JSON.stringify(texts.html) },
    folded('content/101'),
  ),
  part(
    'picture',
    104,
    { Order: '3', Class: itemClass('Media'), Data: '{"MediaID":107,"Caption":"A crowd"}' },
    folded('content/101'),
  ),
  part(
    'embedded video',
    105,
    {
      Order: '4',
      Class: itemClass('Embed'),
      Data: JSON.stringify('<iframe src="https://video.example.com/1"></iframe>'),
    },
    folded('content/101'),
  ),
  part(
    'part without an order',
    106,
    { Order: null, Class: itemClass('Text'), Data: '"Before all: an order of NULL"' },
    folded('content/101'),
  ),
  part(
    'part that is a draft',
    107,
    { Order: '5', Status: 'Draft', Data: '"not yet"' },
    excluded('unpublished'),
  ),
  part('part that was deleted', 108, { Order: '5', Status: 'Deleted' }, excluded('unpublished')),
  part('part of a draft', 109, { ContentID: '102' }, excluded('unpublished')),
  part('part of a private post', 110, { ContentID: '105', Data: '"confided"' }, excluded('private-content')),
  part('part of a scheduled post', 111, { ContentID: '106' }, excluded('scheduled')),
  part(
    'part of a post that is not there',
    112,
    { ContentID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  part(
    'picture that is not there',
    113,
    { Order: '6', Class: itemClass('Media'), Data: '{"MediaID":2000000000}' },
    quarantined('dangling-reference'),
  ),
  part(
    'picture of a private post',
    114,
    { Order: '6', Class: itemClass('Media'), Data: '{"MediaID":104}' },
    excluded('private-content'),
  ),
  part('part of an unknown class', 115, { Order: '7', Class: '' }, quarantined('unknown-class')),
  part('part of a post of an unknown class', 116, { ContentID: '114' }, quarantined('dangling-reference')),
];

export const contentTableCases: readonly AwkwardCase[] = [...contentCases, ...itemCases];
