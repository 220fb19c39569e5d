import { git } from '@cutover/stores';

/** What happened in one week, of which the Monday is named (UTC). */
export interface Week {
  readonly monday: string;
  /** Accounts that were linked or first signed in to. */
  readonly came: number;
  /** The same up to the end of this week. */
  readonly cameTotal: number;
  /** Commits on the served branch that people made on the new site, and how many people made them. */
  readonly writes: number;
  readonly writers: number;
}

const weekMs = 7 * 86_400_000;
/** 1970-01-05 was the first Monday. */
const mondayOf = (ms: number): number => Math.floor((ms - 4 * 86_400_000) / weekMs) * weekMs + 4 * 86_400_000;

/** Weeks from the first arrival or write up to `asOf`, those without any between them included. */
export async function weeksOf(
  dir: string,
  commit: string,
  arrivals: Iterable<string>,
  asOf: Date,
): Promise<Week[]> {
  const came = new Map<number, number>();
  for (const at of arrivals) {
    const ms = Date.parse(at);
    if (ms <= asOf.getTime()) came.set(mondayOf(ms), (came.get(mondayOf(ms)) ?? 0) + 1);
  }
  const writes = new Map<number, { commits: number; people: Set<string> }>();
  for (const [ms, actor] of await writesOf(dir, commit)) {
    if (ms > asOf.getTime()) continue;
    const week = writes.get(mondayOf(ms)) ?? { commits: 0, people: new Set() };
    week.commits++;
    writes.set(mondayOf(ms), { ...week, people: week.people.add(actor) });
  }
  const mondays = [...came.keys(), ...writes.keys()];
  if (mondays.length === 0) return [];
  const weeks: Week[] = [];
  let cameTotal = 0;
  const first = mondays.reduce((a, b) => Math.min(a, b));
  for (let monday = first; monday <= asOf.getTime(); monday += weekMs) {
    const here = came.get(monday) ?? 0;
    const wrote = writes.get(monday);
    cameTotal += here;
    weeks.push({
      monday: new Date(monday).toISOString().slice(0, 10),
      came: here,
      cameTotal,
      writes: wrote?.commits ?? 0,
      writers: wrote?.people.size ?? 0,
    });
  }
  return weeks;
}

/** Moment in milliseconds and actor of each commit that names one. */
async function writesOf(dir: string, commit: string): Promise<[number, string][]> {
  const format = '--format=%ct %(trailers:key=Actor,valueonly,separator=%x20)';
  const log = await git(dir, ['log', '--first-parent', '--grep=^Actor: ', format, commit]);
  return log
    .split('\n')
    .map((line): [number, string] => [Number(line.split(' ', 1)[0]) * 1000, line.split(' ')[1] ?? ''])
    .filter(([, actor]) => actor !== '');
}
