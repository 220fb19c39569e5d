import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type MapContext,
  publicColumn,
  type RowOf,
} from '@cutover/records';
import { blogOf, siteTables } from '../tables.ts';
import { impliedByAttachment, impliedByPost } from '../urls/implied.ts';
import { pagePath } from '../urls/page-path.ts';
import {
  authorId,
  decodeName,
  integer,
  nameInSite,
  reference,
  siteFields,
  siteSlug,
  text,
  timestamp,
} from '../values.ts';
import { fateOfPost, kindOf, postFate, visibilityColumns } from '../visibility.ts';
import { postTerms } from './post-terms.ts';

const columns = {
  ID: publicColumn('legacyKey; legacy URLs hold it'),
  post_author: foldedColumn('authorId; absent where that account is not imported'),
  post_date: foldedColumn('permalinks hold it, in the time of the site'),
  post_date_gmt: publicColumn('publishedAt; a zero date is absent'),
  post_content: publicColumn('body, as written'),
  post_title: publicColumn('title'),
  post_excerpt: publicColumn('excerpt'),
  post_status: foldedColumn('only published posts were public'),
  comment_status: droppedColumn('no comments are taken'),
  ping_status: droppedColumn('no pings are taken'),
  post_password: foldedColumn('only posts without one were public; what belongs to a post asks for it too'),
  post_name: publicColumn('legacyPath, and the slug is made of it'),
  to_ping: droppedColumn('a queue'),
  pinged: droppedColumn('a log'),
  post_modified: droppedColumn('post_modified_gmt says the same'),
  post_modified_gmt: publicColumn('modifiedAt; a zero date is absent'),
  post_content_filtered: droppedColumn('a cache'),
  post_parent: foldedColumn('parentId; absent where that post is not public'),
  guid: droppedColumn('an address of the day it was written'),
  menu_order: publicColumn('menuOrder'),
  post_type: publicColumn('kind'),
  post_mime_type: publicColumn('mimeType'),
  comment_count: droppedColumn('can be counted'),
} as const;

type PostRow = RowOf<typeof columns>;

/** Posts, pages and attachments, and the many rows by which the legacy software works. */
export const posts = (prefix: string) =>
  defineSource({
    source: 'posts',
    tables: [siteTables(prefix, 'posts')],
    presence: 'required',
    key: ['ID'],
    references: {
      post_author: { source: 'users', scope: '', goesWith: true },
      post_parent: { source: 'posts', goesWith: false },
    },
    columns,
    keep: [...visibilityColumns, 'post_name'],
    wantsSlug(row, scope) {
      const kind = kindOf(row.post_type);
      // A draft must not take the slug of a post that people know.
      if (kind === undefined || (kind !== 'attachment' && row.post_status !== 'publish')) return undefined;
      return { sheet: sheetOf(kind), slug: siteSlug(scope, row.post_name, kind, row.ID) };
    },
    map(row, context) {
      const fate = postFate(row, context);
      if (fate.outcome !== 'public') return fate;
      const kind = kindOf(row.post_type)!;
      const fields = kind === 'attachment' ? attachmentFields(row, context) : postFields(row, kind, context);
      return {
        outcome: 'imported',
        records: [{ sheet: sheetOf(kind), fields: { ...commonFields(row, context), ...fields } }],
      };
    },
    urls: (row, context) =>
      row.post_type === 'attachment'
        ? impliedByAttachment(row.ID, metaOf(context, row.ID, '_wp_attached_file'), context)
        : impliedByPost(row, context),
  });

const sheetOf = (kind: 'post' | 'page' | 'attachment'): string =>
  kind === 'attachment' ? 'attachments' : 'posts';

function commonFields(row: PostRow, context: MapContext) {
  const slug = context.slug();
  return {
    ...siteFields(context),
    id: context.id(),
    legacyKey: `${blogOf(context.scope)}/${row.ID}`,
    slug,
    name: nameInSite(slug, context.scope),
    title: row.post_title ?? '',
    authorId: authorId(context, row.post_author),
    publishedAt: timestamp(row.post_date_gmt),
    modifiedAt: timestamp(row.post_modified_gmt),
    body: text(row.post_content),
    excerpt: text(row.post_excerpt),
  };
}

function postFields(row: PostRow, kind: 'post' | 'page', context: MapContext) {
  const path = kind === 'page' ? pagePath(row, context) : decodeName(row.post_name);
  const thumbnail = metaOf(context, row.ID, '_thumbnail_id');
  return {
    kind,
    legacyPath: path === '' ? undefined : `${blogOf(context.scope)}/${kind}/${path}`,
    parentId: publicId(context, row.post_parent, 'page'),
    menuOrder: integer(row.menu_order) || undefined,
    thumbnailId: publicId(context, thumbnail ?? null, 'attachment'),
    ...postTerms(row.ID, context),
  };
}

function attachmentFields(row: PostRow, context: MapContext) {
  const blog = blogOf(context.scope);
  const file = metaOf(context, row.ID, '_wp_attached_file');
  const name = decodeName(row.post_name);
  return {
    legacyPath: name === '' ? undefined : `${blog}/attachment/${name}`,
    legacyFile: file === undefined ? undefined : `${blog}/${file}`,
    mimeType: text(row.post_mime_type),
    alt: metaOf(context, row.ID, '_wp_attachment_image_alt'),
    postId: publicId(context, row.post_parent, 'post', 'page'),
  };
}

/** Id of the record of a public post of one of these kinds; absent where there is none. */
function publicId(context: MapContext, cell: Cell, ...kinds: readonly string[]): string | undefined {
  const key = reference(cell);
  if (key === undefined || fateOfPost(cell, context)?.outcome !== 'public') return undefined;
  return kinds.includes(context.row('posts', key)?.['post_type'] ?? '')
    ? context.id('posts', key)
    : undefined;
}

function metaOf(context: MapContext, post: Cell, key: string): string | undefined {
  for (const meta of context.rows('postmeta', 'byPost', [post ?? '', key])) return text(meta['meta_value']);
  return undefined;
}
