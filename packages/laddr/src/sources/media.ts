import { type Cell, defineSource, droppedColumn, foldedColumn, publicColumn } from '@cutover/records';
import { ofContext, recordColumns, stampReferences, stamps } from '../columns.ts';
import { contextOf } from '../contexts.ts';
import { mediaSlug, uploadOf } from '../files.ts';
import { impliedByMedia } from '../urls/implied.ts';
import { integer, text } from '../values.ts';
import { mediaFate } from '../visibility.ts';

const columns = {
  ...recordColumns,
  Class: droppedColumn('photo, audio, video: the MIME type says it'),
  ContextClass: foldedColumn('says which of projectId, personId, postId … is set'),
  ContextID: foldedColumn('projectId, personId, postId …; media are as public as that'),
  MIMEType: publicColumn('mimeType'),
  Width: publicColumn('width in pixels'),
  Height: publicColumn('height in pixels'),
  Duration: publicColumn('durationSeconds, whole seconds'),
  Caption: publicColumn('caption'),
} as const;

/** Uploaded files: their descriptions. The files themselves lie outside the database. */
export const media = defineSource({
  source: 'media',
  tables: ['media'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, ContextID: ofContext(true) },
  keep: ['ContextClass', 'ContextID'],
  map(row, context) {
    const fate = mediaFate(row, context);
    if (fate.outcome !== 'public') return fate;
    const kind = contextOf(row.ContextClass);
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'attachments',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: mediaSlug(row.ID),
            mimeType: text(row.MIMEType),
            width: integer(row.Width),
            height: integer(row.Height),
            durationSeconds: seconds(row.Duration),
            caption: text(row.Caption),
            ...(kind === undefined || kind === 'not-imported'
              ? {}
              : { [kind.field]: context.id(kind.source, [row.ContextID!]) }),
            ...stamps(row, context),
          },
          file: uploadOf(row.ID, row.MIMEType),
        },
      ],
    };
  },
  urls: (row, context) => impliedByMedia(row.ID, context),
});

/** The column is a whole number or a decimal, by version; 0 means that there is none. */
function seconds(cell: Cell): number | undefined {
  const value = Math.round(Number(cell ?? 0));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
