import type { LegacyAnswer, LegacyRequest, RecordFinder } from '@cutover/records';
import { gone, movedTo, numberedPost, type SiteRequest } from './answers.ts';
import { resolvePath } from './resolve-path.ts';

/** What the new site answers to a legacy URL; undefined where its own pages answer. */
export function resolve(request: LegacyRequest, records: RecordFinder): LegacyAnswer {
  const ours = siteRequest(request, records);
  if (ours === undefined || ['sites', 'authors'].includes(request.segments[0] ?? '')) return undefined;
  if (ours.query.has('feed')) return gone('feeds are not carried over');
  if (ours.segments.length > 0) return resolvePath(ours, records);
  const isHome = ours.blog === '1' && request.segments.length === 0;
  return resolveQuery(ours, records) ?? (isHome ? undefined : movedTo('sites', ours.site));
}

/** The site of a host, below the longest path that one has; a host that no site has stands for the main site's. */
function siteRequest(
  { host, segments, query }: LegacyRequest,
  records: RecordFinder,
): SiteRequest | undefined {
  const known = host !== undefined && records.find('sites', 'host', host) !== undefined;
  const name = known ? host : records.find('sites', 'blog', '1')?.['host'];
  if (typeof name !== 'string') return undefined;
  for (let depth = Math.min(segments.length, 4); depth >= 0; depth--) {
    const site = records.find('sites', 'address', [name, ...segments.slice(0, depth)].join('/'));
    if (site === undefined) continue;
    const rest = segments.slice(segments[depth] === 'index.php' ? depth + 1 : depth);
    return { site, blog: String(site['blog']), segments: rest, query };
  }
  return undefined;
}

/** Addresses that work whatever the pattern of permalinks: `/?p=7` and its like. */
function resolveQuery({ blog, query }: SiteRequest, records: RecordFinder): LegacyAnswer {
  for (const name of ['p', 'page_id', 'attachment_id']) {
    const id = number(query.get(name));
    if (id !== undefined) return numberedPost(blog, id, records);
  }
  const category = number(query.get('cat'));
  if (category !== undefined) {
    return movedTo('terms', records.find('terms', 'legacyKey', `${blog}/category/${category}`));
  }
  const author = number(query.get('author'));
  if (author !== undefined) return movedTo('authors', records.find('authors', 'legacyKey', author));
  return resolveNamedQuery(blog, query, records);
}

function resolveNamedQuery(blog: string, query: URLSearchParams, records: RecordFinder): LegacyAnswer {
  const tag = query.get('tag');
  if (tag !== null) return movedTo('terms', records.find('terms', 'legacyPath', `${blog}/tag/${tag}`));
  const author = query.get('author_name');
  if (author !== null) return movedTo('authors', records.find('authors', 'nicename', author));
  const page = query.get('pagename');
  if (page !== null) return movedTo('posts', records.find('posts', 'legacyPath', `${blog}/page/${page}`));
  const post = query.get('name');
  if (post !== null) return movedTo('posts', records.find('posts', 'legacyPath', `${blog}/post/${post}`));
  return undefined;
}

function number(value: string | null): string | undefined {
  return value !== null && /^\d+$/.test(value) ? value.replace(/^0+(?=\d)/, '') : undefined;
}
