import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type KeptRow,
  type MapContext,
} from '@cutover/records';
import { ofPerson, partOf, stampReferences } from '../columns.ts';
import { reference } from '../values.ts';
import { contentFate, type Fate, mediaFate } from '../visibility.ts';
import { parseItem } from './item-data.ts';

const columns = {
  ID: foldedColumn('order of parts that have the same Order'),
  Class: foldedColumn('how Data becomes part of the body'),
  Created: droppedColumn('the post says when'),
  CreatorID: droppedColumn('the post says by whom'),
  Modified: droppedColumn('the post says when', { optional: true }),
  ModifierID: droppedColumn('the post says by whom', { optional: true }),
  Title: foldedColumn('a heading of the part, in the body'),
  ContentID: foldedColumn('the post that it is a part of'),
  AuthorID: droppedColumn('the post says by whom'),
  Status: foldedColumn('only Published parts were public'),
  Order: foldedColumn('order of the parts'),
  Data: foldedColumn('part of the body'),
} as const;

/** Parts of posts. Each becomes part of its post's body. */
export const contentItems = defineSource({
  source: 'content-items',
  tables: ['content_items'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, AuthorID: ofPerson, ContentID: partOf('content') },
  keep: ['ID', 'Class', 'Title', 'ContentID', 'Status', 'Order', 'Data'],
  indexes: { content: ['ContentID'] },
  map(row, context) {
    const fate = itemFate(row, context);
    if (fate.outcome !== 'public') return fate;
    return { outcome: 'folded', into: { source: 'content', key: reference(row.ContentID)! } };
  },
});

export interface ItemRow {
  readonly Class: Cell;
  readonly ContentID: Cell;
  readonly Status: Cell;
  readonly Data: Cell;
}

/** What becomes of a part; the post that is put together asks the same question. */
export function itemFate(row: ItemRow, context: MapContext): Fate {
  const key = reference(row.ContentID);
  const post = key === undefined ? undefined : context.row('content', key);
  if (post === undefined) return { outcome: 'quarantined', rule: 'dangling-reference' };
  const fate = contentFate(post as KeptRow & Parameters<typeof contentFate>[0], context);
  if (fate.outcome !== 'public') return fate;
  if (row.Status !== 'Published') return { outcome: 'excluded', rule: 'unpublished' };
  const item = parseItem(row.Class, row.Data);
  if (item === undefined) return { outcome: 'quarantined', rule: 'unknown-class' };
  for (const { id } of item.media) {
    const file = context.row('media', [id]);
    if (file === undefined) return { outcome: 'quarantined', rule: 'dangling-reference' };
    const fileFate = mediaFate(file, context);
    if (fileFate.outcome !== 'public') return fileFate;
  }
  return { outcome: 'public' };
}
