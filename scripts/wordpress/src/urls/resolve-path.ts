import type { LegacyAnswer, RecordFinder, StoredRecord } from '@cutover/records';
import { gone, movedTo, numberedPost, type SiteRequest } from './answers.ts';
import { frontOf, matchPermalink, trim } from './structure.ts';

/** Doors of the legacy software, whatever the pattern of permalinks. */
const doors: Readonly<Record<string, string>> = {
  'wp-admin': 'the old administration is closed',
  'wp-login.php': 'the old sign-in is closed',
  'wp-json': 'the old interface is closed',
  'xmlrpc.php': 'the old interface is closed',
  'wp-comments-post.php': 'comments are no longer taken here',
  'wp-cron.php': 'the old software is gone',
  'wp-includes': 'the old software is gone',
};

export function resolvePath(request: SiteRequest, records: RecordFinder): LegacyAnswer {
  const [first = '', second] = request.segments;
  if (Object.hasOwn(doors, first)) return gone(doors[first]!);
  if (first === 'wp-content') {
    return second === 'uploads' ? upload(request, records) : gone('the old software is gone');
  }
  const structure = request.site['permalinkStructure'];
  return typeof structure === 'string' ? pretty(request, structure, records) : undefined;
}

/** Files of the other sites of a network lie below `sites/<number>`, whichever site is asked. */
function upload({ blog, segments }: SiteRequest, records: RecordFinder): LegacyAnswer {
  const path = segments.slice(2).join('/');
  const [, of = blog, file = path] = /^sites\/(\d+)\/(.+)$/.exec(path) ?? [];
  return movedTo('attachments', records.find('attachments', 'legacyFile', `${of}/${file}`));
}

function pretty(request: SiteRequest, structure: string, records: RecordFinder): LegacyAnswer {
  const path = request.segments.join('/');
  if (/(?:^|\/)feed(?:\/(?:rss2?|rdf|atom))?$/.test(path)) return gone('feeds are not carried over');
  const plain = path.replace(/(?:^|\/)(?:page\/\d+|comment-page-\d+|trackback|embed)$/, '');
  if (plain === '') return undefined;
  return archive(request, structure, plain, records) ?? entry(request, structure, plain, records);
}

/** Pages of authors, categories and tags stand below the fixed beginning of the pattern, or below a base of their own. */
function archive(
  { site }: SiteRequest,
  structure: string,
  path: string,
  records: RecordFinder,
): LegacyAnswer {
  const blog = String(site['blog']);
  const front = frontOf(structure);
  const below = (base: string): string | undefined =>
    path.startsWith(`${base}/`) ? path.slice(base.length + 1) : undefined;
  const inFront = (base: string): string => (front === '' ? base : `${front}/${base}`);
  const author = below(inFront('author'));
  if (author !== undefined) return movedTo('authors', records.find('authors', 'nicename', author));
  for (const taxonomy of ['category', 'tag'] as const) {
    const own = site[`${taxonomy}Base`];
    const term = below(typeof own === 'string' ? trim(own) : inFront(taxonomy));
    if (term === undefined) continue;
    return movedTo('terms', records.find('terms', 'legacyPath', `${blog}/${taxonomy}/${term}`));
  }
  if (/^\d{4}(?:\/\d\d){0,2}$/.test(below(front) ?? path))
    return gone('archives by date are not carried over');
  return undefined;
}

/** A page goes before a post of the same address, as it did in legacy; then an attachment by its own name. */
function entry({ blog }: SiteRequest, structure: string, path: string, records: RecordFinder): LegacyAnswer {
  const find = (sheet: string, kind: string, name: string): StoredRecord | undefined =>
    records.find(sheet, 'legacyPath', `${blog}/${kind}/${name}`);
  const page = find('posts', 'page', path);
  if (page !== undefined) return movedTo('posts', page);
  const match = matchPermalink(structure, path);
  if (match?.id !== undefined) return numberedPost(blog, match.id, records);
  const post = match?.name === undefined ? undefined : find('posts', 'post', match.name);
  if (post !== undefined) return movedTo('posts', post);
  const attachment = find('attachments', 'attachment', path.slice(path.lastIndexOf('/') + 1));
  return attachment === undefined ? undefined : movedTo('attachments', attachment);
}
