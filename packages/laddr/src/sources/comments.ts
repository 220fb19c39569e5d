import { defineSource, foldedColumn, publicColumn } from '@cutover/records';
import { namesOne, ofContext, ofPerson, recordColumns, stampReferences, stamps } from '../columns.ts';
import { type ContextKind, contextOf } from '../contexts.ts';
import { integer, reference, text, wantedSlug } from '../values.ts';
import { fateOfContext } from '../visibility.ts';

const columns = {
  ...recordColumns,
  ContextClass: foldedColumn('says which of projectId, postId … is set'),
  ContextID: foldedColumn('projectId, postId …'),
  Handle: foldedColumn('the slug is made of it; drawn at random, and no legacy URL holds it'),
  ReplyToID: foldedColumn('replyToId; absent where that comment is gone'),
  Message: publicColumn('message, as written'),
} as const;

/** Comments; the author is CreatorID. */
export const comments = defineSource({
  source: 'comments',
  tables: ['comments'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: {
    ...stampReferences,
    CreatorID: ofPerson,
    ContextID: ofContext(true),
    ReplyToID: namesOne('comments'),
  },
  keep: ['ContextClass', 'ContextID'],
  wantsSlug: (row) => ({ sheet: 'comments', slug: wantedSlug(row.Handle, 'comment', row.ID) }),
  map(row, context) {
    const fate = fateOfContext(context, row.ContextClass, row.ContextID);
    if (fate.outcome !== 'public') return fate;
    const kind = contextOf(row.ContextClass) as ContextKind;
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'comments',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            [kind.field]: context.id(kind.source, reference(row.ContextID)!),
            replyToId: repliedTo(row.ReplyToID),
            message: text(row.Message),
            ...stamps(row, context),
          },
        },
      ],
    };

    /** A comment that is there may still be excluded with what it was written on. */
    function repliedTo(cell: string | null): string | undefined {
      const key = reference(cell);
      const other = key === undefined ? undefined : context.row('comments', key);
      if (other === undefined) return undefined;
      const otherFate = fateOfContext(context, other['ContextClass'] ?? null, other['ContextID'] ?? null);
      return otherFate.outcome === 'public' ? context.id('comments', key) : undefined;
    }
  },
});
