import type { Cell, KeptRow, MapContext } from '@cutover/records';
import { itemFate, type ItemRow } from './content-items.ts';
import { parseItem } from './item-data.ts';
import { mediaSlug } from '../files.ts';

/**
 * The body of a post out of its published parts, by `Order` and then ID (NULL first, as MySQL sorts).
 * Markdown, which takes in HTML blocks as they are: text parts go in unchanged, media as images that link to
 * their attachment.
 */
export function bodyOf(id: Cell, context: MapContext): { body: string; attachmentIds: string[] } {
  const blocks: string[] = [];
  const attachmentIds: string[] = [];
  const items = [...context.rows('content-items', 'content', [id ?? ''])] as (KeptRow & ItemRow)[];
  for (const row of items.sort(byOrder)) {
    if (itemFate(row, context).outcome !== 'public') continue;
    const item = parseItem(row.Class, row.Data)!;
    const title = row['Title'] ?? '';
    if (title !== '') blocks.push(`## ${title}`);
    if (item.text !== '') blocks.push(item.text);
    for (const { id: mediaId, caption } of item.media) {
      attachmentIds.push(context.id('media', [mediaId]));
      blocks.push(`![${caption.replaceAll(/[[\]\n]/g, ' ')}](/attachments/${mediaSlug(mediaId)})`);
    }
  }
  return { body: blocks.join('\n\n'), attachmentIds };
}

function byOrder(a: KeptRow, b: KeptRow): number {
  return orderOf(a) - orderOf(b) || Number(a['ID']) - Number(b['ID']);
}

const orderOf = (row: KeptRow): number => (row['Order'] === null ? -1 : Number(row['Order']));
