import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type MapContext,
  publicColumn,
} from '@cutover/records';
import { idOf, ofContext, ofPerson, recordColumns, stampReferences, stamps } from '../columns.ts';
import { contextOf } from '../contexts.ts';
import { impliedByPost } from '../urls/implied.ts';
import { integer, text, timestamp, wantedSlug } from '../values.ts';
import { contentFate } from '../visibility.ts';
import { bodyOf } from './post-body.ts';

const columns = {
  ...recordColumns,
  Class: foldedColumn('kind: post or page'),
  ContextClass: foldedColumn('says which of projectId, personId … is set; absent where it is not known'),
  ContextID: foldedColumn('projectId, personId …; absent where that row is not there'),
  Title: publicColumn('title'),
  Handle: publicColumn('legacyHandle, and the slug is made of it'),
  AuthorID: foldedColumn('authorId; absent where that person is not there'),
  Status: foldedColumn('only Published posts were public'),
  Published: publicColumn('publishedAt; a post scheduled for after the dump is not public'),
  Visibility: foldedColumn('only Public posts were public'),
  Summary: publicColumn('summary'),
  LayoutClass: droppedColumn('layout of the legacy theme'),
  LayoutConfig: droppedColumn('layout of the legacy theme'),
} as const;

/** Blog posts and pages. What was not public in legacy is excluded by a rule and never becomes a record. */
export const content = defineSource({
  source: 'content',
  tables: ['content'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, AuthorID: ofPerson, ContextID: ofContext(false) },
  keep: ['Handle', 'Status', 'Visibility', 'Published'],
  indexes: { handle: ['Handle'] },
  // A draft must not take the slug of a post that people know.
  wantsSlug: (row) =>
    row.Status === 'Published' && row.Visibility === 'Public'
      ? { sheet: 'blog-posts', slug: wantedSlug(row.Handle, 'post', row.ID) }
      : undefined,
  map(row, context) {
    const fate = contentFate(row, context);
    if (fate.outcome !== 'public') return fate;
    const kind = kindOf(row.Class);
    if (kind === undefined) return { outcome: 'quarantined', rule: 'unknown-class', column: 'Class' };
    const { body, attachmentIds } = bodyOf(row.ID, context);
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'blog-posts',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            legacyHandle: text(row.Handle),
            kind,
            title: row.Title ?? '',
            authorId: idOf(context, 'people', row.AuthorID),
            publishedAt: timestamp(row.Published),
            summary: text(row.Summary),
            body: text(body),
            attachmentIds: attachmentIds.length === 0 ? undefined : attachmentIds,
            ...belongsTo(row.ContextClass, row.ContextID, context),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByPost(row, kindOf(row.Class) ?? 'post', context),
});

/** Older versions wrote `CMS_BlogPost`, newer ones a namespace. */
function kindOf(className: Cell): 'post' | 'page' | undefined {
  const name = /(?:^|[\\_])(BlogPost|Page)$/.exec(className ?? '')?.[1];
  return name === 'BlogPost' ? 'post' : name === 'Page' ? 'page' : undefined;
}

/** A post stands by itself too, so that one whose context is gone is kept without it. */
function belongsTo(className: Cell, id: Cell, context: MapContext): Record<string, string | undefined> {
  const kind = contextOf(className);
  if (kind === undefined || kind === 'not-imported' || kind.source === 'content') return {};
  return { [kind.field]: idOf(context, kind.source, id) };
}
