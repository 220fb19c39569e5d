import { defineSource, foldedColumn, publicColumn } from '@cutover/records';
import { namesOne, partOf, recordColumns, stampReferences, stamps } from '../columns.ts';
import { impliedByBuzz } from '../urls/implied.ts';
import { integer, isWebUrl, reference, text, timestamp, wantedSlug } from '../values.ts';
import { publicMedia } from './people.ts';

const columns = {
  ...recordColumns,
  ProjectID: foldedColumn('projectId and projectSlug'),
  Handle: publicColumn('legacyHandle, and the slug is made of it'),
  Headline: publicColumn('headline'),
  URL: publicColumn('url, http and https alike; what is no web address is quarantined'),
  Published: publicColumn('publishedAt; a zero date is absent'),
  ImageID: foldedColumn('imageId; absent where the image is not there or was not public'),
  Summary: publicColumn('summary, Markdown as written'),
} as const;

/** What the press wrote about a project. */
export const projectBuzz = defineSource({
  source: 'project-buzz',
  tables: ['project_buzz'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, ProjectID: partOf('projects'), ImageID: namesOne('media') },
  keep: ['Handle'],
  indexes: { handle: ['Handle'] },
  wantsSlug: (row) => ({ sheet: 'project-buzz', slug: wantedSlug(row.Handle, 'buzz', row.ID) }),
  map(row, context) {
    const projectKey = reference(row.ProjectID);
    if (projectKey === undefined || context.row('projects', projectKey) === undefined) {
      return { outcome: 'quarantined', rule: 'dangling-reference', column: 'ProjectID' };
    }
    const url = (row.URL ?? '').trim();
    if (!isWebUrl(url)) return { outcome: 'quarantined', rule: 'not-a-url', column: 'URL' };
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'project-buzz',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            legacyHandle: text(row.Handle),
            projectId: context.id('projects', projectKey),
            projectSlug: context.slug('projects', projectKey),
            headline: row.Headline ?? '',
            url,
            publishedAt: timestamp(row.Published),
            imageId: publicMedia(context, row.ImageID),
            summary: text(row.Summary),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByBuzz(row, context),
});
