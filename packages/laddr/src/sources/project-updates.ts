import { defineSource, foldedColumn, publicColumn } from '@cutover/records';
import { ofPerson, partOf, recordColumns, stampReferences, stamps } from '../columns.ts';
import { impliedByUpdate } from '../urls/implied.ts';
import { integer, reference, text } from '../values.ts';
import { suffixOf } from './joined-slug.ts';

const columns = {
  ...recordColumns,
  ProjectID: foldedColumn('projectId and projectSlug'),
  Number: publicColumn('number, and numberSlug, which differs where legacy gave a number twice'),
  Body: publicColumn('body, Markdown as written'),
} as const;

const wanted = (row: { ProjectID: string | null; Number: string | null }): string =>
  `${row.ProjectID}.${row.Number}`;

export const projectUpdates = defineSource({
  source: 'project-updates',
  tables: ['project_updates'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, CreatorID: ofPerson, ProjectID: partOf('projects') },
  keep: ['ProjectID', 'Number'],
  wantsSlug: (row) => ({ sheet: 'project-updates', slug: wanted(row) }),
  map(row, context) {
    const projectKey = reference(row.ProjectID);
    if (projectKey === undefined || context.row('projects', projectKey) === undefined) {
      return { outcome: 'quarantined', rule: 'dangling-reference', column: 'ProjectID' };
    }
    const projectSlug = context.slug('projects', projectKey)!;
    const numberSlug = `${row.Number}${suffixOf(context.slug()!, wanted(row))}`;
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'project-updates',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: `${projectSlug}.${numberSlug}`,
            projectId: context.id('projects', projectKey),
            projectSlug,
            number: integer(row.Number),
            numberSlug,
            body: text(row.Body),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByUpdate(row, context),
});
