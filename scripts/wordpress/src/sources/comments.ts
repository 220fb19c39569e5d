import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type KeptRow,
  type MapContext,
  privateColumn,
  publicColumn,
  revealPrivate,
} from '@cutover/records';
import { excluded, type Fate, fateOfPart, isPublic, quarantined } from '../rules.ts';
import { siteOf, siteTables } from '../tables.ts';
import { authorId, reference, siteFields, text, timestamp, webUrl } from '../values.ts';
import { fateOfPost } from '../visibility.ts';

const columns = {
  comment_ID: publicColumn('name'),
  comment_post_ID: foldedColumn('postId or attachmentId'),
  comment_author: publicColumn('authorName, as it stood above the comment'),
  comment_author_email: privateColumn('commenters.email; was never shown'),
  comment_author_url: publicColumn('authorUrl, where it is a web address; the name linked to it'),
  comment_author_IP: droppedColumn('not needed, and personal'),
  comment_date: droppedColumn('comment_date_gmt says the same'),
  comment_date_gmt: publicColumn('postedAt; a zero date is absent'),
  comment_content: publicColumn('body, as written'),
  comment_karma: droppedColumn('unused by the legacy software'),
  comment_approved: foldedColumn('only approved comments were public'),
  comment_agent: droppedColumn('not needed, and personal'),
  comment_type: foldedColumn('pingbacks are excluded'),
  comment_parent: foldedColumn('parentId; absent where that comment is not public'),
  user_id: foldedColumn('authorId; absent where that account is not imported'),
} as const;

/** Approved comments on public posts. */
export const comments = (prefix: string) =>
  defineSource({
    source: 'comments',
    tables: [siteTables(prefix, 'comments')],
    presence: 'optional',
    key: ['comment_ID'],
    references: {
      comment_post_ID: { source: 'posts', goesWith: true },
      comment_parent: { source: 'comments', goesWith: false },
      user_id: { source: 'users', scope: '', goesWith: true },
    },
    columns,
    keep: ['comment_post_ID', 'comment_approved', 'comment_type'],
    map(row, context) {
      const fate = commentFate(row, context);
      if (fate.outcome !== 'public') return fate;
      const id = context.id();
      const email = text(revealPrivate(row.comment_author_email));
      return {
        outcome: 'imported',
        records: [
          {
            sheet: 'comments',
            fields: {
              ...siteFields(context),
              id,
              slug: `${siteOf(context.scope)}.${row.comment_ID}`,
              name: row.comment_ID,
              ...subject(row.comment_post_ID, context),
              parentId: parentId(row.comment_parent, context),
              authorId: authorId(context, row.user_id),
              authorName: text(row.comment_author),
              authorUrl: webUrl(row.comment_author_url),
              postedAt: timestamp(row.comment_date_gmt),
              body: row.comment_content ?? '',
            },
          },
        ],
        privates:
          email === undefined
            ? []
            : [{ sheet: 'commenters', fields: { id, email: row.comment_author_email } }],
      };
    },
  });

interface CommentState {
  readonly comment_approved: Cell;
  readonly comment_type: Cell;
  readonly comment_post_ID: Cell;
}

function commentFate(comment: CommentState, context: MapContext): Fate {
  if (comment.comment_approved !== '1') return excluded('not-approved');
  const type = comment.comment_type;
  if (type === 'pingback' || type === 'trackback') return excluded('pingback');
  if (type !== '' && type !== 'comment') return quarantined('unknown-comment-type', 'comment_type');
  return fateOfPart(fateOfPost(comment.comment_post_ID, context), 'comment_post_ID') ?? isPublic;
}

function subject(post: Cell, context: MapContext) {
  const key = [post ?? ''];
  const field = context.row('posts', key)?.['post_type'] === 'attachment' ? 'attachmentId' : 'postId';
  return { [field]: context.id('posts', key) };
}

function parentId(cell: Cell, context: MapContext): string | undefined {
  const key = reference(cell);
  const parent = key === undefined ? undefined : context.row('comments', key);
  return parent === undefined || commentFate(parent as KeptRow & CommentState, context).outcome !== 'public'
    ? undefined
    : context.id('comments', key);
}
