import { type Cell, defineSource, droppedColumn, foldedColumn, publicColumn } from '@cutover/records';
import { excluded, type Fate, isPublic, quarantined } from '../rules.ts';
import { blogOf, siteOf, siteTables } from '../tables.ts';
import { impliedByTerm } from '../urls/implied.ts';
import { termPath } from '../urls/term-path.ts';
import { nameInSite, reference, siteFields, text } from '../values.ts';

const machinery: ReadonlySet<unknown> = new Set([
  'nav_menu',
  'link_category',
  'post_format',
  'wp_theme',
  'wp_template_part_area',
  'wp_pattern_category',
]);

export function taxonomyFate(taxonomy: Cell | undefined): Fate {
  if (taxonomy === 'category' || taxonomy === 'post_tag') return isPublic;
  return machinery.has(taxonomy) ? excluded('machinery') : quarantined('unknown-taxonomy', 'taxonomy');
}

/** Categories and tags: one record for each taxonomy that a term is in. */
export const termTaxonomy = (prefix: string) =>
  defineSource({
    source: 'term-taxonomy',
    tables: [siteTables(prefix, 'term_taxonomy')],
    presence: 'optional',
    key: ['term_taxonomy_id'],
    references: { term_id: { source: 'terms', goesWith: true } },
    columns: {
      term_taxonomy_id: foldedColumn('the id'),
      term_id: publicColumn('legacyKey; legacy URLs hold it'),
      taxonomy: publicColumn('taxonomy'),
      description: publicColumn('description'),
      parent: foldedColumn('parentId; a term, not a row of this table'),
      count: droppedColumn('can be counted'),
    },
    keep: ['term_id', 'taxonomy', 'parent'],
    indexes: { byTerm: ['term_id'] },
    map(row, context) {
      const fate = taxonomyFate(row.taxonomy);
      if (fate.outcome !== 'public') return fate;
      const term = context.row('terms', [row.term_id ?? '']);
      if (term === undefined) return quarantined('dangling-reference', 'term_id');
      const blog = blogOf(context.scope);
      const name = nameInSite(context.slug('terms', [row.term_id ?? '']), context.scope);
      const taxonomy = row.taxonomy === 'category' ? 'category' : 'tag';
      const parent = [...context.rows('term-taxonomy', 'byTerm', reference(row.parent) ?? [''])].find(
        (candidate) => candidate['taxonomy'] === row.taxonomy,
      );
      return {
        outcome: 'imported',
        records: [
          {
            sheet: 'terms',
            fields: {
              ...siteFields(context),
              id: context.id(),
              legacyKey: `${blog}/${taxonomy}/${row.term_id}`,
              legacyPath: `${blog}/${taxonomy}/${termPath(row, context)}`,
              slug: `${siteOf(context.scope)}.${taxonomy}.${name}`,
              name,
              taxonomy,
              title: term['name'] ?? '',
              description: text(row.description),
              parentId: parent === undefined ? undefined : context.id('term-taxonomy', parent.$key),
            },
          },
        ],
      };
    },
    urls: (row, context) => impliedByTerm(row, context),
  });
