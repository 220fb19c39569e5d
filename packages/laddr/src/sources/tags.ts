import { type Cell, defineSource, publicColumn, slugify } from '@cutover/records';
import { recordColumns, stampReferences, stamps } from '../columns.ts';
import { impliedByTag } from '../urls/implied.ts';
import { integer, text, wantedSlug } from '../values.ts';

const columns = {
  ...recordColumns,
  Title: publicColumn('title'),
  Handle: publicColumn('legacyHandle; namespace and slug are made of the parts around its first dot'),
  Description: publicColumn('description'),
} as const;

/** Tags with and without a namespace: `topic.transit`, `transit`. */
export const tags = defineSource({
  source: 'tags',
  tables: ['tags'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: stampReferences,
  keep: ['Handle'],
  indexes: { handle: ['Handle'] },
  wantsSlug: (row) => ({ sheet: 'tags', slug: wantedTagHandle(row.Handle, row.ID) }),
  map(row, context) {
    const handle = context.slug()!;
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'tags',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            handle,
            ...tagParts(handle),
            legacyHandle: text(row.Handle),
            title: text(row.Title),
            description: text(row.Description),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByTag(row, context),
});

/** `tech.node.js` → `tech.node-js`: the first dot parts the namespace, later ones belong to the name. */
export function wantedTagHandle(handle: Cell, id: Cell): string {
  const dot = (handle ?? '').indexOf('.');
  const namespace = dot === -1 ? '' : slugify((handle ?? '').slice(0, dot));
  const name = (handle ?? '').slice(dot + 1);
  if (namespace === '') return wantedSlug(name, 'tag', id);
  return `${namespace}.${slugify(name) || `tag-${id}`}`;
}

/** The two parts of a tag's own handle; slugs hold no dots. */
export function tagParts(handle: string): { slug: string; namespace?: string } {
  const dot = handle.indexOf('.');
  return dot === -1 ? { slug: handle } : { namespace: handle.slice(0, dot), slug: handle.slice(dot + 1) };
}
