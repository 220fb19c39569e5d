import type { AwkwardCase } from './case.ts';
import { contentTableCases } from './content.ts';
import { peopleCases } from './people.ts';
import { projectTableCases } from './projects.ts';
import { restCases } from './rest.ts';
import { tagTableCases } from './tags.ts';

export { type AwkwardCase, type CaseRow, caseMoment, type Expected } from './case.ts';
export { fixtureRows } from './fixtures.ts';
export { type AwkwardRevision, awkwardRevisions, type ExpectedRevision } from './revisions.ts';

/** Every awkward row, with what has to become of it. */
export const awkwardCases: readonly AwkwardCase[] = [
  ...peopleCases,
  ...projectTableCases,
  ...tagTableCases,
  ...contentTableCases,
  ...restCases,
];
