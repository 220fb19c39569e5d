import type { Cell, ImpliedUrl, MapContext } from '@cutover/records';
import { wantedSlug } from '../values.ts';
import { redirectTarget } from './redirect-target.ts';

/**
 * Legacy URLs that a source row implies, from LEGACY's own table of them and the row alone. Shares nothing with
 * `resolve`, which the site answers by: each is held against the other.
 *
 * Two kinds of URL are left out, because the new site owes them to another record: a number where some row has
 * that number as its handle (legacy looked for a handle first), and a handle that is, letter for letter, the
 * slug that another row got (the address of a record on the new site goes before old ones).
 */
const encode = (parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part)}`).join('');

interface Place {
  /** What the row's record is called on the new site. */
  readonly page: readonly string[];
  readonly marker: string;
  readonly rule: string;
}

/** A legacy address that is the page itself answers 200, any other leads to the page. */
function imply(from: readonly string[], { page, marker, rule }: Place): ImpliedUrl {
  const url = encode(from);
  const location = encode(page);
  return url === location ? { url, rule, status: 200, marker } : { url, rule, status: 301, location, marker };
}

/** A handle as it stands in a URL; undefined where there is none, or one that browsers take for a folder. */
function inUrl(handle: Cell): string | undefined {
  return handle === null || handle === '' || handle === '.' || handle === '..' ? undefined : handle;
}

/** Whether the handle is an address of the new site that another record got. */
function isShadowed(handle: string, kind: string, id: Cell, context: MapContext): boolean {
  return wantedSlug(handle, kind, id) === handle && context.slug() !== handle;
}

/** Whether a number in a handle's place is some row's handle. */
function isHandle(number: Cell, context: MapContext, source: string): boolean {
  return !context
    .rows(source, 'handle', [number ?? ''])
    [Symbol.iterator]()
    .next().done;
}

export function* impliedByPerson(id: Cell, username: Cell, context: MapContext): Generator<ImpliedUrl> {
  const page = ['members', context.slug()!];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  yield imply(page, place('member'));
  const handle = inUrl(username);
  if (handle !== undefined) {
    yield imply(['people', handle], place('people-handle'));
    yield imply(['users', handle], place('users-handle'));
    if (handle !== context.slug() && !isShadowed(handle, 'person', id, context)) {
      yield imply(['members', handle], place('members-handle'));
    }
  }
  if (isHandle(id, context, 'people')) return;
  for (const folder of ['people', 'users', 'members']) {
    yield imply([folder, id!], place(`${folder}-number`));
  }
}

export function* impliedByProject(id: Cell, handleCell: Cell, context: MapContext): Generator<ImpliedUrl> {
  const page = ['projects', context.slug()!];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  yield imply(page, place('project'));
  const handle = inUrl(handleCell);
  if (handle !== undefined && handle !== context.slug() && !isShadowed(handle, 'project', id, context)) {
    yield imply(['projects', handle], place('project-handle'));
  }
  if (!isHandle(id, context, 'projects')) yield imply(['projects', id!], place('project-number'));
  const location = encode(page);
  const marker = context.id();
  yield { url: `/projects?ID=${id}`, rule: 'project-query', status: 301, location, marker };
  yield { url: `/project-updates?ProjectID=${id}`, rule: 'updates-query', status: 301, location, marker };
}

interface UpdateRow {
  readonly ID: Cell;
  readonly ProjectID: Cell;
  readonly Number: Cell;
}

export function* impliedByUpdate(row: UpdateRow, context: MapContext): Generator<ImpliedUrl> {
  const projectKey = [row.ProjectID!];
  const projectSlug = context.slug('projects', projectKey)!;
  const numberSlug = context.slug()!.slice(`${row.ProjectID}.`.length);
  const place = (rule: string): Place => ({
    page: ['projects', projectSlug, 'updates', numberSlug],
    marker: context.id(),
    rule,
  });
  yield imply(place('update').page, place('update'));
  yield imply(['project-updates', row.ID!], place('update-number'));
  // Where a number was given twice, legacy showed the first.
  if (numberSlug !== row.Number) return;
  if (!isHandle(row.ProjectID, context, 'projects')) {
    yield imply(['projects', row.ProjectID!, 'updates', row.Number!], place('update-of-numbered-project'));
  }
  const handle = inUrl(context.row('projects', projectKey)?.['Handle'] ?? null);
  if (handle === undefined || handle === projectSlug) return;
  if (wantedSlug(handle, 'project', row.ProjectID) === handle) return;
  yield imply(['projects', handle, 'updates', row.Number!], place('update-of-named-project'));
}

interface HandledRow {
  readonly ID: Cell;
  readonly Handle: Cell;
}

export function* impliedByBuzz(
  row: HandledRow & { readonly ProjectID: Cell },
  context: MapContext,
): Generator<ImpliedUrl> {
  const projectSlug = context.slug('projects', [row.ProjectID!])!;
  const page = ['projects', projectSlug, 'buzz', context.slug()!];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  yield imply(page, place('buzz'));
  const handle = inUrl(row.Handle);
  if (handle !== undefined) yield imply(['project-buzz', handle], place('buzz-handle'));
  if (!isHandle(row.ID, context, 'project-buzz'))
    yield imply(['project-buzz', row.ID!], place('buzz-number'));
}

export function* impliedByTag(row: HandledRow, context: MapContext): Generator<ImpliedUrl> {
  const settled = context.slug()!;
  const dot = settled.indexOf('.');
  const page = dot === -1 ? ['tags', settled] : ['tags', settled.slice(0, dot), settled.slice(dot + 1)];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  yield imply(page, place('tag'));
  const handle = inUrl(row.Handle);
  const isPage = handle === settled && dot === -1;
  const isTaken = handle !== undefined && !handle.includes('.') && isShadowed(handle, 'tag', row.ID, context);
  if (handle !== undefined && !isPage && !isTaken) yield imply(['tags', handle], place('tag-handle'));
  if (!isHandle(row.ID, context, 'tags')) yield imply(['tags', row.ID!], place('tag-number'));
}

/** Posts answered below /blog, pages below /pages. */
export function* impliedByPost(
  row: HandledRow,
  kind: 'post' | 'page',
  context: MapContext,
): Generator<ImpliedUrl> {
  const page = ['blog', context.slug()!];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  const folder = kind === 'post' ? 'blog' : 'pages';
  yield imply(page, place('post'));
  const handle = inUrl(row.Handle);
  const isOwn = folder === 'blog' && handle === context.slug();
  const isTaken = folder === 'blog' && handle !== undefined && isShadowed(handle, 'post', row.ID, context);
  if (handle !== undefined && !isOwn && !isTaken) yield imply([folder, handle], place(`${kind}-handle`));
  if (!isHandle(row.ID, context, 'content')) yield imply([folder, row.ID!], place(`${kind}-number`));
}

export function* impliedByMedia(id: Cell, context: MapContext): Generator<ImpliedUrl> {
  const page = ['attachments', `media-${id}`];
  const place = (rule: string): Place => ({ page, marker: context.id(), rule });
  yield imply(page, place('attachment'));
  yield imply(['media', id!], place('media'));
  yield imply(['media', 'open', id!], place('media-open'));
  yield imply(['media', 'download', id!], place('media-download'));
  yield imply(['thumbnail', id!, '200x200'], place('thumbnail'));
}

/** First segments below which something else than a hand-made redirect may answer. */
const answered = new Set(
  'projects people users members tags blog pages project-updates project-buzz media thumbnail chat connectors'.split(
    ' ',
  ),
);

/**
 * A redirect implies its own address where it leads to a record that the row's target names. One that leads to
 * some other page is followed by the site all the same, but what stands there is not known here.
 */
export function* impliedByRedirect(from: string, to: string, context: MapContext): Generator<ImpliedUrl> {
  const target = redirectTarget(to, context);
  const segments = from.split('/').filter((segment) => segment !== '');
  const isPlain = segments.length > 0 && segments.join('/') === from && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(from);
  if (target === undefined || !isPlain || answered.has(segments[0]!)) return;
  yield {
    url: encode(segments),
    rule: 'redirect',
    status: 301,
    location: encode(target.page),
    marker: target.marker,
  };
}
