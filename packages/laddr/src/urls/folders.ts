import type { LegacyAnswer, LegacyRequest, RecordFinder, StoredRecord } from '@cutover/records';
import { hasForm } from './forms.ts';
import { findLegacy, findNumbered } from './find-record.ts';
import { pageOf, pathOf } from './pages.ts';

/** The new site's own route answers: nothing else may. */
export const isPage = 'page';
/** `undefined`: the legacy site knew no such URL. */
export type Resolved = LegacyAnswer | typeof isPage;
type Folder = (request: LegacyRequest, records: RecordFinder) => Resolved;

const notFound = { status: 404 } as const;
const movedTo = (location: string): LegacyAnswer => ({ status: 301, location });

/** The record's page, or that the URL is the record's page already. */
function toPage(sheet: string, record: StoredRecord | undefined, request?: LegacyRequest): Resolved {
  if (record === undefined) return notFound;
  const segments = pageOf[sheet]!(record);
  if (request !== undefined && samePath(request.segments, segments)) return isPage;
  return movedTo(pathOf(segments));
}

function samePath(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((segment, i) => segment === b[i]);
}

/** A list keeps its filters wherever it moves to. The page itself was `format=html`. */
function toList(name: string, { segments, query }: LegacyRequest): Resolved {
  const kept = keptQuery(name, query);
  if (segments[0] === name && query.has('format') === kept.has('format')) return isPage;
  return movedTo(pathOf([name], kept));
}

/** Without the form of the page, unless the list has it here, too. */
function keptQuery(list: string, query: URLSearchParams): URLSearchParams {
  const isKept = hasForm([list], query.get('format') ?? '');
  return new URLSearchParams([...query].filter(([parameter]) => isKept || parameter !== 'format'));
}

/** The project that a path's second segment names: by its slug here, or as legacy named it. */
function projectAt(request: LegacyRequest, records: RecordFinder): StoredRecord | undefined {
  const named = request.segments[1]!;
  return records.find('projects', 'slug', named) ?? findLegacy(records, 'projects', named);
}

const projects: Folder = (request, records) => {
  const { segments, query } = request;
  const id = query.get('ID');
  if (segments.length === 1) {
    if (id !== null && /^\d+$/.test(id)) return toPage('projects', findNumbered(records, 'projects', id));
    return tagFilter(request, records) ?? toList('projects', request);
  }
  const project = projectAt(request, records);
  if (segments.length === 2) return toPage('projects', project, request);
  return projectPart(request, project, records);
};

/** `?tag=` held a legacy handle in any case; the new list filters by the tag's own handle. */
function tagFilter({ query }: LegacyRequest, records: RecordFinder): LegacyAnswer {
  const tag = query.get('tag');
  const handle = tag === null ? undefined : findLegacy(records, 'tags', tag)?.['handle'];
  if (tag === null || typeof handle !== 'string' || handle === tag) return undefined;
  const kept = keptQuery('projects', query);
  kept.set('tag', handle);
  return movedTo(pathOf(['projects'], kept));
}

const projectParts = new Set(['updates', 'buzz', 'members']);

function projectPart(
  request: LegacyRequest,
  project: StoredRecord | undefined,
  records: RecordFinder,
): Resolved {
  const [, , part = '', named, ...rest] = request.segments;
  if (!projectParts.has(part) || rest.length > 0) return undefined;
  if (project === undefined) return notFound;
  const slug = String(project['slug']);
  if (named === undefined) {
    return request.segments[1] === slug ? isPage : movedTo(pathOf(['projects', slug, part], request.query));
  }
  if (part === 'updates') {
    const number = /^\d+$/.test(named) ? named.replace(/^0+(?=\d)/, '') : named;
    return toPage('project-updates', records.find('project-updates', 'slug', `${slug}.${number}`), request);
  }
  if (part === 'buzz') return toPage('project-buzz', records.find('project-buzz', 'slug', named), request);
  return undefined;
}

/** A folder whose pages moved elsewhere: what stands in it is named as legacy named it, or by its slug now. */
const moved =
  (list: string, sheet: string): Folder =>
  (request, records) => {
    const { segments } = request;
    if (segments.length === 1) return toList(list, request);
    if (segments.length > 2) return undefined;
    const named = segments[1]!;
    return toPage(sheet, findLegacy(records, sheet, named) ?? records.find(sheet, 'slug', named));
  };

/** A folder that the new site has too: its own pages go before legacy names. */
const kept =
  (list: string, sheet: string): Folder =>
  (request, records) => {
    const { segments } = request;
    if (segments.length === 1) return toList(list, request);
    if (segments.length > 2) return undefined;
    const named = segments[1]!;
    return toPage(sheet, records.find(sheet, 'slug', named) ?? findLegacy(records, sheet, named), request);
  };

const tags: Folder = (request, records) => {
  const { segments } = request;
  if (segments.length === 1) return toList('tags', request);
  if (segments.length > 3) return undefined;
  const handle = segments.slice(1).join('.');
  // `/tags/topic.transit` is no address of the new site; `/tags/topic/transit` and `/tags/transit` are.
  const isLegacy = segments.length === 2 && handle.includes('.');
  const own = records.find('tags', 'handle', handle);
  const legacy = findLegacy(records, 'tags', handle);
  return toPage('tags', isLegacy ? (legacy ?? own) : (own ?? legacy), request);
};

const projectUpdates: Folder = (request, records) => {
  const { segments, query } = request;
  const project = query.get('ProjectID');
  if (segments.length === 1) {
    if (project !== null && /^\d+$/.test(project)) {
      const found = findNumbered(records, 'projects', project);
      if (found === undefined || !hasForm(['project-updates'], query.get('format') ?? ''))
        return toPage('projects', found);
      return movedTo(pathOf(['projects', found['slug'], 'updates'], new URLSearchParams({ format: 'rss' })));
    }
    return toList('project-updates', request);
  }
  if (segments.length > 2) return undefined;
  return toPage('project-updates', findNumbered(records, 'project-updates', segments[1]!));
};

const media: Folder = ({ segments }, records) => {
  const named = segments[1] === 'open' || segments[1] === 'download' ? segments[2] : segments[1];
  return named === undefined ? notFound : toPage('attachments', findNumbered(records, 'attachments', named));
};

const thumbnail: Folder = ({ segments }, records) =>
  segments[1] === undefined
    ? notFound
    : toPage('attachments', findNumbered(records, 'attachments', segments[1]));

/** Where the new site starts a sign-in to Slack. */
const slackLaunch = ['api', 'saml', 'slack', 'launch'];

const launch = (channel: string | null | undefined): LegacyAnswer => ({
  status: 302,
  location: pathOf(slackLaunch, channel ? new URLSearchParams({ channel }) : undefined),
});

const chat: Folder = ({ segments, query }) =>
  segments.length > 1 ? undefined : launch(query.get('channel'));

/** Slack itself sends people to `login`, with a SAML request that has to arrive whole. */
const connectors: Folder = ({ segments, query }) => {
  const [, connector, action, channel, ...rest] = segments;
  if (connector !== 'slack' || rest.length > 0) return undefined;
  if (action === 'launch') return launch(channel ?? query.get('channel'));
  if (action !== 'login' || channel !== undefined) return undefined;
  return { status: 302, location: pathOf(slackLaunch, query) };
};

/** What answered below each first segment of the legacy site. */
export const folders: Readonly<Record<string, Folder>> = {
  projects,
  people: moved('members', 'people'),
  users: moved('members', 'people'),
  members: kept('members', 'people'),
  tags,
  blog: kept('blog', 'blog-posts'),
  pages: moved('blog', 'blog-posts'),
  'project-updates': projectUpdates,
  'project-buzz': (request, records) =>
    request.segments.length === 1
      ? toList('project-buzz', request)
      : moved('project-buzz', 'project-buzz')(request, records),
  media,
  thumbnail,
  chat,
  connectors,
};
