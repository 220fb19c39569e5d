import { defineSource, foldedColumn, publicColumn } from '@cutover/records';
import { ofPerson, partOf, recordColumns, stampReferences, stamps } from '../columns.ts';
import { suffixOf } from './joined-slug.ts';
import { integer, reference, text } from '../values.ts';

const columns = {
  ...recordColumns,
  ProjectID: foldedColumn('projectId and projectSlug'),
  MemberID: foldedColumn('memberId and memberSlug'),
  Role: publicColumn('role'),
} as const;

/** Who takes part in which project. Named by the slugs of both. */
export const projectMembers = defineSource({
  source: 'project-members',
  tables: ['project_members'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, ProjectID: partOf('projects'), MemberID: ofPerson },
  wantsSlug: (row) => ({ sheet: 'project-memberships', slug: wanted(row) }),
  map(row, context) {
    const projectKey = reference(row.ProjectID);
    const memberKey = reference(row.MemberID);
    if (projectKey === undefined || context.row('projects', projectKey) === undefined) {
      return { outcome: 'quarantined', rule: 'dangling-reference', column: 'ProjectID' };
    }
    if (memberKey === undefined || context.row('people', memberKey) === undefined) {
      return { outcome: 'quarantined', rule: 'dangling-reference', column: 'MemberID' };
    }
    const projectSlug = context.slug('projects', projectKey)!;
    const memberSlug = context.slug('people', memberKey)!;
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'project-memberships',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: `${projectSlug}.${memberSlug}${suffixOf(context.slug()!, wanted(row))}`,
            projectId: context.id('projects', projectKey),
            projectSlug,
            memberId: context.id('people', memberKey),
            memberSlug,
            role: text(row.Role),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
});

const wanted = (row: { ProjectID: string | null; MemberID: string | null }): string =>
  `${row.ProjectID}.${row.MemberID}`;
