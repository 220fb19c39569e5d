import { awkwardCases, fixtureRows } from '@cutover/laddr';

export interface SampleOptions {
  /** Rows of `people`, fixtures and awkward cases included. */
  readonly people: number;
  readonly seed: number;
  /** How the dump spells the table of tag assignments. */
  readonly tableName: 'tag_items' | 'tag_assignments';
}

export const defaultOptions: SampleOptions = { people: 1240, seed: 1, tableName: 'tag_items' };

/** Generated rows have numbers above this; fixtures and awkward cases below. */
export const firstGenerated = 1001;

/** How many rows are generated of what; the others hang on these. */
export interface Plan extends SampleOptions {
  readonly members: number;
  readonly projects: number;
  readonly buzz: number;
  readonly tags: number;
  readonly posts: number;
  readonly media: number;
  readonly comments: number;
  readonly redirects: number;
}

/** A site of a million accounts, most of them advertisers', has no more projects, tags or posts than this. */
const most = 4000;

/** Proportions of the real site with its active members: 1,240 people, 113 buzz items, 1,017 tags. */
export function planOf(options: SampleOptions): Plan {
  const { people } = options;
  const members = Math.max(0, people - plantedRows('people').length);
  const scaled = (count: number): number =>
    members === 0 ? 0 : Math.max(1, Math.round((count * people) / 1240));
  const few = (count: number): number => Math.min(most, scaled(count));
  const besidePlanted = (count: number, table: string): number =>
    members === 0 ? 0 : Math.max(1, few(count) - plantedRows(table).length);
  return {
    ...options,
    members,
    projects: few(155),
    buzz: besidePlanted(113, 'project_buzz'),
    tags: besidePlanted(1017, 'tags'),
    posts: few(60),
    media: scaled(150),
    comments: scaled(120),
    redirects: few(15),
  };
}

type Row = Readonly<Record<string, string | null>>;

/** Fixtures and awkward rows of a table that a server can hold, by number. */
export function plantedRows(table: string): readonly Row[] {
  const cases = awkwardCases.filter((awkward) => awkward.table === table && awkward.loadable);
  const rows = [...(fixtureRows[table] ?? []), ...cases.map(({ row }) => row)];
  return rows.sort((a, b) => Number(a['ID'] ?? 0) - Number(b['ID'] ?? 0));
}
