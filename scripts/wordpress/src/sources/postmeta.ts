import { defineSource, droppedColumn, foldedColumn } from '@cutover/records';
import { excluded, fateOfPart } from '../rules.ts';
import { siteTables } from '../tables.ts';
import { reference } from '../values.ts';
import { fateOfPost } from '../visibility.ts';

const carried = ['_wp_attached_file', '_wp_attachment_image_alt', '_thumbnail_id'];

/** Three fields of posts and attachments, and much that plugins noted; the rest may be serialised PHP and is left. */
export const postmeta = (prefix: string) =>
  defineSource({
    source: 'postmeta',
    tables: [siteTables(prefix, 'postmeta')],
    presence: 'optional',
    key: ['meta_id'],
    references: { post_id: { source: 'posts', goesWith: true } },
    columns: {
      meta_id: droppedColumn('number of the row'),
      post_id: foldedColumn('the post'),
      meta_key: foldedColumn('which field of the post'),
      meta_value: foldedColumn('legacyFile, alt, thumbnailId', {
        only: { column: 'meta_key', values: carried },
      }),
    },
    keep: ['meta_value'],
    indexes: { byPost: ['post_id', 'meta_key'] },
    map(row, context) {
      if (!carried.includes(row.meta_key ?? '')) return excluded('meta-not-carried');
      const fate = fateOfPart(fateOfPost(row.post_id, context), 'post_id');
      const into = { source: 'posts', scope: context.scope, key: reference(row.post_id) ?? [] };
      return fate ?? { outcome: 'folded', into };
    },
  });
