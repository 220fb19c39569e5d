import {
  type AwkwardCase,
  type CaseRow,
  casesOf,
  excluded,
  type Expected,
  imported,
  quarantined,
} from './case.ts';
import { texts } from './texts.ts';

const media = casesOf('media');
const file = (name: string, id: number, columns: CaseRow, expected: Expected): AwkwardCase =>
  media(name, { ID: String(id), ...columns }, expected);
const inContent = (id: string): CaseRow => ({
  ContextClass: 'Emergence\\CMS\\AbstractContent',
  ContextID: id,
});

const mediaCases: readonly AwkwardCase[] = [
  file(
    'picture of a project',
    101,
    { Caption: 'The "team"' },
    imported({ slug: 'media-101', projectId: '@projects/1', width: 800, caption: 'The "team"' }),
  ),
  file(
    'picture of a person',
    102,
    { ContextClass: 'Emergence\\People\\Person', ContextID: '101' },
    imported({ personId: '@people/101' }),
  ),
  file(
    'picture of somebody who is not there',
    103,
    { ContextClass: 'Person', ContextID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  file('picture in a private post', 104, inContent('105'), excluded('private-content')),
  file(
    'picture of a thing of another application',
    105,
    { ContextClass: 'Vendor\\Widget' },
    quarantined('unknown-context'),
  ),
  file(
    'picture of an event',
    106,
    { ContextClass: 'Emergence\\Events\\Event' },
    excluded('context-not-imported'),
  ),
  file('picture in a post', 107, inContent('101'), imported({ postId: '@content/101' })),
  file(
    'picture of nothing',
    108,
    { ContextClass: '', ContextID: '0' },
    imported({ projectId: undefined, mimeType: 'image/jpeg' }),
  ),
  file(
    'sound',
    109,
    { Class: 'AudioMedia', MIMEType: 'audio/mpeg', Width: null, Height: null, Duration: '61' },
    imported({ durationSeconds: 61, width: undefined }),
  ),
  file(
    'preview of a sound',
    110,
    { ContextClass: 'Media', ContextID: '109' },
    imported({ attachmentId: '@media/109' }),
  ),
  file(
    'preview of a picture in a private post',
    111,
    { ContextClass: 'Media', ContextID: '104' },
    excluded('private-content'),
  ),
];

const comments = casesOf('comments');
const comment = (name: string, id: number, columns: CaseRow, expected: Expected): AwkwardCase =>
  comments(name, { ID: String(id), Handle: `c0ffee${id}`, ...columns }, expected);

const commentCases: readonly AwkwardCase[] = [
  comment(
    'comment',
    101,
    { CreatorID: '101' },
    imported({ slug: 'c0ffee101', projectId: '@projects/1', creatorId: '@people/101' }),
  ),
  comment('reply', 102, { ReplyToID: '101' }, imported({ replyToId: '@comments/101' })),
  comment(
    'reply to a comment that was deleted',
    103,
    { ReplyToID: '2000000000' },
    imported({ replyToId: undefined }),
  ),
  comment('comment on a draft', 104, inContent('102'), excluded('unpublished')),
  comment('reply to a comment on a draft', 105, { ReplyToID: '104' }, imported({ replyToId: undefined })),
  comment(
    'comment on a project that is not there',
    106,
    { ContextID: '2000000000' },
    quarantined('dangling-reference'),
  ),
  comment(
    'comment on a post, with line ends and HTML',
    107,
    { ...inContent('101'), Message: `${texts.sql}${texts.html}` },
    imported({ postId: '@content/101', message: `${texts.sql}${texts.html}` }),
  ),
  comment(
    'comment handle of digits only',
    108,
    { Handle: '123456789012' },
    imported({ slug: 'comment-123456789012' }),
  ),
  comment(
    'comment on a comment on a draft',
    109,
    { ContextClass: 'Emergence\\Comments\\Comment', ContextID: '104' },
    excluded('unpublished'),
  ),
];

const redirects = casesOf('redirects');
const redirect = (name: string, id: number, from: string, to: string, expected: Expected): AwkwardCase =>
  redirects(name, { ID: String(id), From: from, To: to }, expected);

const redirectCases: readonly AwkwardCase[] = [
  redirect(
    'redirect to a project',
    101,
    'old-laddr',
    'projects/laddr',
    imported({ slug: 'old-laddr', from: 'old-laddr', to: 'projects/laddr' }),
  ),
  redirect(
    'redirect with slashes around it',
    102,
    '/hack/night/',
    '/projects?tag=topic.transit',
    imported({ slug: 'hack-night', from: 'hack/night', to: 'projects?tag=topic.transit' }),
  ),
  redirect('redirect off the site', 103, 'paper', 'https://paper.example.com/', quarantined('not-a-path')),
  redirect('redirect that runs', 104, 'run', 'javascript:alert(1)', quarantined('not-a-path')),
  redirect('redirect in a circle', 105, 'round', 'about', imported({ from: 'round', to: 'about' })),
  redirect('redirect in the same circle', 106, 'about', 'round', imported({ from: 'about', to: 'round' })),
  redirect('redirect from nowhere', 107, '', 'projects', quarantined('not-a-path')),
  redirect('redirect to a member', 108, 'boss', 'people/TamsinOkvar', imported({ to: 'people/TamsinOkvar' })),
  redirect('redirect to the home page', 109, 'start', '', imported({ to: '' })),
];

export const restCases: readonly AwkwardCase[] = [...mediaCases, ...commentCases, ...redirectCases];
