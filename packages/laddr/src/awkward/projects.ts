import { type AwkwardCase, type CaseRow, casesOf, imported, quarantined } from './case.ts';
import { texts } from './texts.ts';

const project = casesOf('projects');
const plain = (
  name: string,
  id: number,
  columns: CaseRow,
  fields: Parameters<typeof imported>[0],
): AwkwardCase => project(name, { ID: String(id), Handle: `project_${id}`, ...columns }, imported(fields));

const longHandle = 'a_very_long_handle_'.repeat(13);
const longText = 'A paragraph of the manual. '.repeat(600);

const projectCases: readonly AwkwardCase[] = [
  plain(
    'project without a maintainer',
    101,
    { MaintainerID: null },
    { maintainerId: undefined, slug: 'project-101' },
  ),
  plain('maintainer who is not there', 102, { MaintainerID: '2000000000' }, { maintainerId: undefined }),
  plain('stage that is no member of the ENUM', 103, { Stage: '' }, { stage: undefined }),
  plain(
    'links over http and without a scheme',
    104,
    { UsersUrl: 'http://maps.example.org', DevelopersUrl: 'code.example.org/maps' },
    {
      usersUrl: 'http://maps.example.org',
      developersUrl: undefined,
      developersLinkText: 'code.example.org/maps',
    },
  ),
  plain(
    'links that run or write mail',
    105,
    { UsersUrl: 'javascript:alert(1)', DevelopersUrl: 'mailto:dev@example.org' },
    {
      usersUrl: undefined,
      usersLinkText: 'javascript:alert(1)',
      developersLinkText: 'mailto:dev@example.org',
    },
  ),
  plain(
    'commit hash that looks like a password hash',
    106,
    { README: texts.commit },
    { readme: texts.commit },
  ),
  plain(
    'handle of 247 characters',
    107,
    { Handle: longHandle },
    { legacyHandle: longHandle, slug: longHandle.replaceAll('_', '-').slice(0, 80).replace(/-$/, '') },
  ),
  plain('handle of digits only', 108, { Handle: '311' }, { slug: 'project-311' }),
  plain('handle that another is made into', 109, { Handle: 'food-map' }, { slug: 'food-map' }),
  plain('handle that is made into another', 110, { Handle: 'Food Map' }, { slug: 'food-map-110' }),
  plain('handle of punctuation only', 111, { Handle: '!!!' }, { slug: 'project-111' }),
  plain(
    'handle that is the slug of a project without one',
    112,
    { Handle: 'project-111' },
    { slug: 'project-111-112' },
  ),
  plain('empty title', 113, { Title: '' }, { title: '' }),
  plain('channel with a hash sign', 114, { ChatChannel: '#food map' }, { chatChannel: '#food map' }),
  plain('text of 16 kB', 115, { README: longText }, { readme: longText }),
  plain('quotes and line ends in a README', 116, { README: texts.sql }, { readme: texts.sql }),
  plain('tags', 117, { Title: 'Tagged' }, { tags: ['tech.node-js', 'topic.transit', 'transit'] }),
];

const membership = casesOf('project_members');

const membershipCases: readonly AwkwardCase[] = [
  membership(
    'membership',
    { ID: '101', ProjectID: '110', MemberID: '103', Role: 'Email lead: x@example.org' },
    imported({
      slug: 'food-map-110.tamsin-okvar-103-103',
      projectId: '@projects/110',
      projectSlug: 'food-map-110',
      memberId: '@people/103',
      memberSlug: 'tamsin-okvar-103-103',
      role: 'Email lead: x@example.org',
    }),
  ),
  membership(
    'membership of somebody who is not there',
    { ID: '102', MemberID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  membership(
    'membership in a project that is not there',
    { ID: '103', ProjectID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  membership('membership in no project', { ID: '104', ProjectID: '0' }, quarantined('dangling-reference')),
  membership(
    'membership twice, from before the index was unique',
    { ID: '105', ProjectID: '110', MemberID: '103' },
    imported({ slug: 'food-map-110.tamsin-okvar-103-103-105' }),
    { loadable: false },
  ),
];

const update = casesOf('project_updates');

const updateCases: readonly AwkwardCase[] = [
  update(
    'update',
    { ID: '101', ProjectID: '110', Number: '7' },
    imported({ slug: 'food-map-110.7', number: 7, numberSlug: '7', projectSlug: 'food-map-110' }),
  ),
  update(
    'number that was given twice',
    { ID: '102', ProjectID: '110', Number: '7' },
    imported({ slug: 'food-map-110.7-102', number: 7, numberSlug: '7-102' }),
  ),
  update(
    'update of a project that is not there',
    { ID: '103', ProjectID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  update(
    'empty update',
    { ID: '104', ProjectID: '110', Number: '8', Body: '' },
    imported({ body: undefined }),
  ),
  update(
    'number 0',
    { ID: '105', ProjectID: '110', Number: '0' },
    imported({ number: 0, slug: 'food-map-110.0' }),
  ),
];

const buzz = casesOf('project_buzz');

const buzzCases: readonly AwkwardCase[] = [
  buzz(
    'link over http',
    { ID: '101', Handle: 'over_http', URL: 'http://paper.example.com/1' },
    imported({ url: 'http://paper.example.com/1', slug: 'over-http' }),
  ),
  buzz(
    'link that is a sentence',
    { ID: '102', Handle: 'sentence', URL: 'see page 4 of the paper' },
    quarantined('not-a-url'),
  ),
  buzz(
    'link over ftp',
    { ID: '103', Handle: 'over_ftp', URL: 'ftp://files.example.com/1' },
    quarantined('not-a-url'),
  ),
  buzz(
    'buzz of a project that is not there',
    { ID: '104', Handle: 'nobodys', ProjectID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  buzz(
    'zero publication date',
    { ID: '105', Handle: 'undated', Published: '0000-00-00 00:00:00' },
    imported({ publishedAt: undefined }),
  ),
  buzz('buzz handle of digits only', { ID: '106', Handle: '20151012' }, imported({ slug: 'buzz-20151012' })),
  buzz(
    'link with a space',
    { ID: '107', Handle: 'spacious', URL: 'http://paper.example.com/a b' },
    imported({ url: 'http://paper.example.com/a b' }),
  ),
  buzz(
    'image that is not there',
    { ID: '108', Handle: 'blind', ImageID: '2000000000' },
    imported({ imageId: undefined }),
  ),
  buzz('image', { ID: '109', Handle: 'seen', ImageID: '101' }, imported({ imageId: '@media/101' })),
];

export const projectTableCases: readonly AwkwardCase[] = [
  ...projectCases,
  ...membershipCases,
  ...updateCases,
  ...buzzCases,
];
