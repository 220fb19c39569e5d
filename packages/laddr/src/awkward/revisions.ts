import { type CaseRow, rowOf } from './case.ts';
import { contentTableCases } from './content.ts';
import { fixtureRows } from './fixtures.ts';
import { peopleCases } from './people.ts';
import { projectTableCases } from './projects.ts';

/** What has to become of an earlier state: a commit at a path by somebody, the same as before, or a rule. */
export type ExpectedRevision =
  | { readonly outcome: 'imported'; readonly path: string; readonly by: string }
  | { readonly outcome: 'folded' }
  | { readonly outcome: 'excluded'; readonly rule: string };

/** One awkward row of a `history_…` table, in the order in which they were kept. */
export interface AwkwardRevision {
  readonly name: string;
  /** The table whose row's earlier state it is. */
  readonly table: string;
  /** Without its RevisionID: the table numbers it. */
  readonly row: CaseRow;
  readonly expected: ExpectedRevision;
}

const cases = [...peopleCases, ...projectTableCases, ...contentTableCases];

/** A row of today with these columns as they were; a row that is not there any more is a plain one. */
function revision(
  name: string,
  table: string,
  columns: CaseRow & { readonly ID: string },
  expected: ExpectedRevision,
): AwkwardRevision {
  const now =
    fixtureRows[table]?.find((row) => row['ID'] === columns.ID) ??
    cases.find((one) => one.table === table && one.row['ID'] === columns.ID)?.row ??
    rowOf(table, {});
  return { name, table, row: { ...now, ...columns }, expected };
}

const kept = (path: string, by: string): ExpectedRevision => ({ outcome: 'imported', path, by });
const left = (rule: string): ExpectedRevision => ({ outcome: 'excluded', rule });

const projectRevisions: readonly AwkwardRevision[] = [
  revision(
    'project under its first name',
    'projects',
    { ID: '1', Handle: 'laddr_site', Title: 'Laddr site', NextUpdate: '1', Modified: null, ModifierID: null },
    kept('projects/laddr-site.toml', 'admin'),
  ),
  revision('state that was kept twice', 'projects', { ID: '1' }, { outcome: 'folded' }),
  revision(
    'project that was deleted',
    'projects',
    { ID: '190', Handle: 'deleted_project', Title: 'Taken down for a reason' },
    left('revision-of-deleted'),
  ),
  revision(
    'two states of one second: the first',
    'projects',
    { ID: '109', Title: 'First of a second', Modified: '2019-02-02 02:02:02', ModifierID: '2' },
    kept('projects/food-map.toml', 'admin'),
  ),
  revision(
    'two states of one second: the second',
    'projects',
    { ID: '109', Title: 'Second of a second', Modified: '2019-02-02 02:02:02', ModifierID: '3' },
    kept('projects/food-map.toml', 'staff'),
  ),
  revision(
    'change by somebody who is not there',
    'projects',
    { ID: '110', Title: 'Changed by nobody', Modified: '2019-02-03 00:00:00', ModifierID: '2000000000' },
    kept('projects/food-map-110.toml', 'somebody'),
  ),
  revision(
    'change by somebody who was disabled',
    'projects',
    { ID: '114', ChatChannel: '#food', Modified: '2019-02-04 00:00:00', ModifierID: '222' },
    kept('projects/project-114.toml', 'somebody'),
  ),
  revision(
    'state without a date',
    'projects',
    { ID: '108', Title: 'Of no date', Created: '0000-00-00 00:00:00', CreatorID: '4' },
    kept('projects/project-311.toml', 'somebody'),
  ),
  revision(
    'address that was taken out of a text again',
    'projects',
    { ID: '113', README: 'Write to confided207@example.org', Modified: '2019-02-05 00:00:00' },
    left('revision-with-private-value'),
  ),
  revision(
    'update of a project that is gone',
    'project_updates',
    { ID: '101', ProjectID: '2000000000', Modified: '2019-02-06 00:00:00' },
    left('revision-unfit'),
  ),
];

const otherRevisions: readonly AwkwardRevision[] = [
  revision(
    'post when it was a draft',
    'content',
    { ID: '101', Status: 'Draft', Title: 'Not meant for anybody yet' },
    left('revision-not-public-then'),
  ),
  revision(
    'post that is private now, when it was public',
    'content',
    { ID: '105', Visibility: 'Public', Title: 'Taken back later' },
    left('revision-not-public-now'),
  ),
  revision(
    'part of a post before it was corrected',
    'content_items',
    { ID: '102', Data: '"# Harvset"', Modified: '2019-03-05 00:00:00', ModifierID: '3' },
    kept('blog-posts/harvest-notes.toml', 'staff'),
  ),
  revision(
    'past of an account that was disabled',
    'people',
    { ID: '222', About: 'What I once said of myself', AccountLevel: 'User' },
    left('revision-withheld'),
  ),
  revision(
    'somebody’s former name, beside what they said',
    'people',
    {
      ID: '207',
      FirstName: 'Formerly',
      Username: 'another_name',
      About: 'New here',
      Modified: '2019-02-07 00:00:00',
      ModifierID: '207',
    },
    kept('people/confided207.toml', 'confided207'),
  ),
];

/** Every awkward earlier state, with what has to become of it. */
export const awkwardRevisions: readonly AwkwardRevision[] = [...projectRevisions, ...otherRevisions];
