import type { Cell, ImpliedUrl, KeptRow, MapContext } from '@cutover/records';
import { siteOf } from '../tables.ts';
import { decodeName, nameInSite, text } from '../values.ts';
import { pagePath } from './page-path.ts';
import { pathOf } from './pages.ts';
import { type Placed, termPath } from './term-path.ts';

/**
 * Legacy URLs that a source row implies, from the settings of its site and the row alone. Shares nothing with
 * `resolve`, which the new site answers by. URLs of the main site are relative, because it answers under any
 * host that is no other site's; those of the others are absolute.
 */
interface Site {
  readonly base: string;
  readonly structure: string;
  readonly setting: (name: string) => string | undefined;
}

function siteOfRow(context: MapContext, scope = context.scope): Site | undefined {
  const setting = (name: string) => text(context.row('options', [name], scope)?.['option_value']);
  const home = setting('home') ?? setting('siteurl') ?? '';
  if (!URL.canParse(home)) return undefined;
  const { host, pathname, protocol } = new URL(home);
  const path = pathname.replace(/\/+$/, '');
  const base = scope === '' ? path : `${protocol}//${host}${path}`;
  return { base, structure: setting('permalink_structure') ?? '', setting };
}

/** The main site's home is the new site's. */
export function* impliedBySite(context: MapContext): Generator<ImpliedUrl> {
  const site = siteOfRow(context);
  if (site !== undefined && context.scope !== '') yield movedTo(context, [])('site', `${site.base}/`);
}

interface PostRow {
  readonly ID: Cell;
  readonly post_type: Cell;
  readonly post_name: Cell;
  readonly post_parent: Cell;
  readonly post_date: Cell;
  readonly post_author: Cell;
}

export function* impliedByPost(row: PostRow, context: MapContext): Generator<ImpliedUrl> {
  const site = siteOfRow(context);
  if (site === undefined) return;
  const moved = movedTo(context, ['posts', nameInSite(context.slug(), context.scope)]);
  yield moved('post-number', `${site.base}/?p=${row.ID}`);
  if (row.post_type === 'page') yield moved('page-number', `${site.base}/?page_id=${row.ID}`);
  if (site.structure === '' || text(row.post_name) === undefined) return;
  const path =
    row.post_type === 'page'
      ? `${rootOf(site.structure)}${encodePath(pagePath(row, context))}/`
      : permalink(row, site.structure, context);
  if (path === undefined || /^\/(?:sites|authors)\//.test(path)) return;
  yield moved(`${row.post_type}-permalink`, `${site.base}${path}`);
}

/** Sites whose server cannot rewrite put `index.php` before every path. */
const rootOf = (structure: string): string => (structure.startsWith('/index.php/') ? '/index.php/' : '/');

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The post's address by the site's pattern; undefined where the pattern holds what this profile does not know. */
function permalink(row: PostRow, structure: string, context: MapContext): string | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)/.exec(row.post_date ?? '') ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    year,
    monthnum: month,
    day,
    hour,
    minute,
    second,
    post_id: row.ID ?? '',
    postname: encodeURIComponent(decodeName(row.post_name)),
    author: text(context.row('users', [row.post_author ?? ''], '')?.['user_nicename']),
    category: structure.includes('%category%') ? firstCategory(row.ID, context) : undefined,
  };
  let complete = true;
  const path = structure.replaceAll(/%(\w+)%/g, (_tag, name: string) => {
    complete &&= values[name] !== undefined;
    return values[name] ?? '';
  });
  return complete ? path : undefined;
}

/** The category with the lowest number, below its ancestors. */
function firstCategory(post: Cell, context: MapContext): string | undefined {
  let first: KeptRow | undefined;
  for (const { $key } of context.rows('term-relationships', 'byObject', [post ?? ''])) {
    const term = context.row('term-taxonomy', [$key[1]!]);
    if (term?.['taxonomy'] !== 'category') continue;
    if (first === undefined || Number(term['term_id']) < Number(first['term_id'])) first = term;
  }
  return first === undefined ? undefined : encodePath(termPath(first as KeptRow & Placed, context));
}

export function* impliedByAttachment(
  id: Cell,
  file: string | undefined,
  context: MapContext,
): Generator<ImpliedUrl> {
  const site = siteOfRow(context);
  if (site === undefined) return;
  const moved = movedTo(context, ['attachments', nameInSite(context.slug(), context.scope)]);
  yield moved('attachment-number', `${site.base}/?attachment_id=${id}`);
  yield moved('post-number', `${site.base}/?p=${id}`);
  const folder = context.scope === '' ? '' : `sites/${context.scope}/`;
  if (file !== undefined) {
    yield moved('upload', `${site.base}/wp-content/uploads/${folder}${encodePath(file)}`);
  }
}

interface TermRow {
  readonly term_id: Cell;
  readonly taxonomy: Cell;
  readonly parent: Cell;
}

export function* impliedByTerm(row: TermRow, context: MapContext): Generator<ImpliedUrl> {
  const site = siteOfRow(context);
  const term = context.row('terms', [row.term_id ?? '']);
  if (site === undefined || term === undefined) return;
  const isCategory = row.taxonomy === 'category';
  const kind = isCategory ? 'category' : 'tag';
  const slug = context.slug('terms', [row.term_id ?? '']);
  const moved = movedTo(context, ['terms', kind, nameInSite(slug, context.scope)]);
  yield isCategory
    ? moved('category-number', `${site.base}/?cat=${row.term_id}`)
    : moved('tag-query', `${site.base}/?tag=${encodeURIComponent(decodeName(term['slug']))}`);
  if (site.structure === '') return;
  const own = site.setting(`${kind}_base`);
  const front = site.structure.slice(0, site.structure.indexOf('%'));
  const base = own === undefined ? `${front}${kind}` : `${rootOf(site.structure)}${own.replace(/^\/+/, '')}`;
  yield moved(`${kind}-archive`, `${site.base}${base}/${encodePath(termPath(row, context))}/`);
}

interface AuthorRow {
  readonly ID: Cell;
  readonly user_nicename: Cell;
}

/** Every site of a network had a page for each of its authors; who wrote where is not looked up: the main site had all. */
export function* impliedByAuthor(row: AuthorRow, context: MapContext): Generator<ImpliedUrl> {
  const site = siteOfRow(context, '');
  if (site === undefined) return;
  const location = pathOf(['authors', context.slug()]);
  const to = { status: 301, location, marker: context.id() } as const;
  yield { url: `${site.base}/?author=${row.ID}`, rule: 'author-number', ...to };
  if (site.structure === '' || text(row.user_nicename) === undefined) return;
  const front = site.structure.slice(0, site.structure.indexOf('%'));
  const name = encodeURIComponent(decodeName(row.user_nicename));
  yield { url: `${site.base}${front}author/${name}/`, rule: 'author-archive', ...to };
}

function movedTo(context: MapContext, page: readonly string[]) {
  const location = pathOf(['sites', siteOf(context.scope), ...page]);
  const marker = context.id();
  return (rule: string, url: string): ImpliedUrl => ({ url, rule, status: 301, location, marker });
}
