import { defineSource, droppedColumn, foldedColumn, publicColumn } from '@cutover/records';
import { excluded, quarantined } from '../rules.ts';
import { siteTables } from '../tables.ts';
import { siteSlug } from '../values.ts';
import { taxonomyFate } from './term-taxonomy.ts';

/** Names of terms. Which taxonomy a term is in, and so its record, is a row of another table. */
export const terms = (prefix: string) =>
  defineSource({
    source: 'terms',
    tables: [siteTables(prefix, 'terms')],
    presence: 'optional',
    key: ['term_id'],
    references: {},
    columns: {
      term_id: foldedColumn('legacyKey; legacy URLs hold it'),
      name: publicColumn('title'),
      slug: publicColumn('legacyPath, and the slug is made of it'),
      term_group: droppedColumn('unused by the legacy software'),
    },
    keep: ['name', 'slug'],
    wantsSlug: (row, scope) => ({ sheet: 'terms', slug: siteSlug(scope, row.slug, 'term', row.term_id) }),
    map(row, context) {
      const uses = [...context.rows('term-taxonomy', 'byTerm', [row.term_id ?? ''])];
      const use = uses.find((candidate) => taxonomyFate(candidate['taxonomy']).outcome === 'public');
      if (use !== undefined) {
        return { outcome: 'folded', into: { source: 'term-taxonomy', scope: context.scope, key: use.$key } };
      }
      return uses.some((candidate) => taxonomyFate(candidate['taxonomy']).outcome === 'excluded')
        ? excluded('belongs-to-excluded')
        : quarantined('dangling-reference', 'term_id');
    },
  });
