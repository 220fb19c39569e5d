export {
  type AwkwardCase,
  awkwardCases,
  type AwkwardRevision,
  awkwardRevisions,
  caseMoment,
  type CaseRow,
  type Expected,
  type ExpectedRevision,
  fixtureRows,
} from './awkward/index.ts';
export { laddr } from './profile.ts';
export { laddrTarget } from './target/index.ts';

/** A made-up dump of a small site with every awkward case in it, as mariadb-dump writes one. */
export const sampleDump = new URL('../sample/laddr.sql', import.meta.url);
/** One of 150 people, with the same awkward cases: what a test of one fault or one command needs. */
export const smallSampleDump = new URL('../sample/laddr-small.sql', import.meta.url);
/** Waivers for the rows of both samples that have to be quarantined. */
export const sampleWaivers = new URL('../sample/waivers.toml', import.meta.url);
