import { defineSource, droppedColumn, foldedColumn, type MapContext } from '@cutover/records';
import { ofContext, partOf, stampColumns, stampReferences, stamps } from '../columns.ts';
import { type ContextKind, contextOf } from '../contexts.ts';
import { integer, reference } from '../values.ts';
import { fateOfContext } from '../visibility.ts';
import { suffixOf } from './joined-slug.ts';

const columns = {
  ...stampColumns,
  ID: droppedColumn('some dumps number the rows; the key is what is tagged with what, in both spellings', {
    optional: true,
  }),
  Class: droppedColumn('one class', { optional: true }),
  ContextClass: foldedColumn('says which of projectId, personId, postId … is set'),
  ContextID: foldedColumn('projectId, personId, postId …'),
  TagID: foldedColumn('tagId and tagHandle'),
} as const;

interface Triple {
  readonly TagID: string | null;
  readonly ContextClass: string | null;
  readonly ContextID: string | null;
}

function wanted(row: Triple): string | undefined {
  const kind = contextOf(row.ContextClass);
  return kind === undefined || kind === 'not-imported'
    ? undefined
    : `${row.TagID}.${kind.sheet}.${row.ContextID}`;
}

/** What is tagged with what. The table has two spellings and no ID of its own. */
export const tagItems = defineSource({
  source: 'tag-items',
  tables: ['tag_items', 'tag_assignments'],
  presence: 'optional',
  key: ['TagID', 'ContextClass', 'ContextID'],
  columns,
  references: { ...stampReferences, TagID: partOf('tags'), ContextID: ofContext(true) },
  keep: ['TagID'],
  indexes: { context: ['ContextClass', 'ContextID'] },
  wantsSlug(row) {
    const slug = wanted(row);
    return slug === undefined ? undefined : { sheet: 'tag-assignments', slug };
  },
  map(row, context) {
    const tagKey = reference(row.TagID);
    if (tagKey === undefined || context.row('tags', tagKey) === undefined) {
      return { outcome: 'quarantined', rule: 'dangling-reference', column: 'TagID' };
    }
    const fate = fateOfContext(context, row.ContextClass, row.ContextID);
    if (fate.outcome !== 'public') return fate;
    const kind = contextOf(row.ContextClass) as ContextKind;
    const key = reference(row.ContextID)!;
    const tagHandle = context.slug('tags', tagKey)!;
    const { createdAt, creatorId } = stamps(row, context);
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'tag-assignments',
          fields: {
            id: context.id(),
            slug: slugOf(row, kind, context, tagHandle),
            tagId: context.id('tags', tagKey),
            tagHandle,
            [kind.field]: context.id(kind.source, key),
            createdAt,
            creatorId,
          },
        },
      ],
    };
  },
});

/** Bytes of a slug at most; with an ending it has to fit into a file name of 255. */
const longest = 200;

function slugOf(row: Triple, kind: ContextKind, context: MapContext, tagHandle: string): string {
  const own = context.slug()!;
  const suffix = suffixOf(own, wanted(row)!);
  const of = context.slug(kind.source, [row.ContextID!]) ?? `${integer(row.ContextID)}`;
  const readable = `${tagHandle}.${kind.sheet}.${of}${suffix}`;
  return Buffer.byteLength(readable) <= longest ? readable : own;
}
