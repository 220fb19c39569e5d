import { defineSource, droppedColumn, foldedColumn } from '@cutover/records';
import { excluded, fateOfPart, quarantined } from '../rules.ts';
import { siteTables } from '../tables.ts';
import { fateOfPost } from '../visibility.ts';
import { taxonomyFate } from './term-taxonomy.ts';

/** Which post is in which category: part of the post. The object may be a link, whose categories are not carried. */
export const termRelationships = (prefix: string) =>
  defineSource({
    source: 'term-relationships',
    tables: [siteTables(prefix, 'term_relationships')],
    presence: 'optional',
    key: ['object_id', 'term_taxonomy_id'],
    references: {
      object_id: { source: 'posts', goesWith: true },
      term_taxonomy_id: { source: 'term-taxonomy', goesWith: true },
    },
    columns: {
      object_id: foldedColumn('the post'),
      term_taxonomy_id: foldedColumn('categoryIds or tagIds of the post'),
      term_order: droppedColumn('unused by the legacy software'),
    },
    keep: [],
    indexes: { byObject: ['object_id'] },
    map(row, context) {
      const taxonomy = context.row('term-taxonomy', [row.term_taxonomy_id ?? '']);
      if (taxonomy === undefined) return quarantined('dangling-reference', 'term_taxonomy_id');
      const kind = taxonomyFate(taxonomy['taxonomy']);
      if (kind.outcome === 'excluded') return excluded('belongs-to-excluded');
      if (kind.outcome === 'quarantined') return quarantined('dangling-reference', 'term_taxonomy_id');
      const fate = fateOfPart(fateOfPost(row.object_id, context), 'object_id');
      const into = { source: 'posts', scope: context.scope, key: [row.object_id ?? ''] };
      return fate ?? { outcome: 'folded', into };
    },
  });
