import { defineSource, droppedColumn, foldedColumn, publicColumn } from '@cutover/records';
import { excluded, quarantined } from '../rules.ts';
import { siteOf, siteTables } from '../tables.ts';
import { authorId, siteFields, text, webUrl } from '../values.ts';

/** The list of other sites that older versions had. */
export const links = (prefix: string) =>
  defineSource({
    source: 'links',
    tables: [siteTables(prefix, 'links')],
    presence: 'optional',
    key: ['link_id'],
    references: { link_owner: { source: 'users', scope: '', goesWith: true } },
    columns: {
      link_id: publicColumn('name'),
      link_url: publicColumn('url'),
      link_name: publicColumn('title'),
      link_image: droppedColumn('a decoration'),
      link_target: droppedColumn('layout of the legacy theme'),
      link_description: publicColumn('description'),
      link_visible: foldedColumn('hidden links are excluded'),
      link_owner: foldedColumn('ownerId; absent where that account is not imported'),
      link_rating: droppedColumn('was never shown'),
      link_updated: droppedColumn('a cache'),
      link_rel: droppedColumn('a hint to search engines'),
      link_notes: droppedColumn('notes to oneself'),
      link_rss: droppedColumn('was never shown'),
    },
    map(row, context) {
      if (row.link_visible !== 'Y') return excluded('hidden-link');
      const url = webUrl(row.link_url);
      if (url === undefined) return quarantined('not-a-url', 'link_url');
      return {
        outcome: 'imported',
        records: [
          {
            sheet: 'links',
            fields: {
              ...siteFields(context),
              id: context.id(),
              slug: `${siteOf(context.scope)}.${row.link_id}`,
              name: row.link_id,
              url,
              title: row.link_name ?? '',
              description: text(row.link_description),
              ownerId: authorId(context, row.link_owner),
            },
          },
        ],
      };
    },
  });
