import type { CarryContext, Profile } from '@cutover/records';
import type { PrivateStore, PublicStore } from '@cutover/stores';
import { carryAll, type Loss, lossesOf } from './carried.ts';
import {
  joinSides,
  privateDifferences,
  type PrivateDifferenceOf,
  type PublicDifference,
  publicDifferences,
  type Sides,
} from './differences.ts';
import { type ForeignCommit, foreignCommits } from './foreign-commits.ts';

/** What was on the new side when the import and its merge were done: taken once, kept with the run. */
export interface WayBackBaseline {
  readonly takenAt: string;
  readonly branch: string;
  readonly commit: string;
  readonly generation: number;
  /** Marks of what the new side said otherwise already, e.g. of an earlier trial. Holds no private value. */
  readonly known: readonly string[];
}

export interface WayBackOptions {
  readonly profile: Profile;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** Branch that the new site serves. */
  readonly branch: string;
  /** The legacy tables, where a dump told them; without them every column is taken for there. */
  readonly columns?: CarryContext['columns'];
  /** Private sheets beside the target's in which people ask for something, with the field that names the person. */
  readonly requests?: Readonly<Record<string, string>>;
}

/**
 * - `none`: nobody but the importer has written.
 * - `returnable`: somebody has, and legacy can say all of it.
 * - `no-return`: somebody has written what legacy cannot say; going back loses it.
 * - `unknown`: could not tell; never a reason to go back without looking.
 */
export type WayBackVerdict = 'none' | 'returnable' | 'no-return' | 'unknown';

export interface WayBackState {
  readonly verdict: WayBackVerdict;
  /** Where both stores were when this was found. */
  readonly commit: string | undefined;
  readonly generation: number;
  /** Records that the new side has made, changed or removed since, private ones with those they belong to. */
  readonly writes: number;
  /** Of these, those that legacy can say, or needs nothing for. */
  readonly returnable: number;
  readonly commits: number;
  /** The first commit on the served branch that is not the importer's. */
  readonly first: ForeignCommit | undefined;
  /** What going back loses; the first of them, `lossesTotal` counts all. */
  readonly losses: readonly Loss[];
  readonly lossesTotal: number;
  /** Ids of the people whom going back loses something of, all of them. */
  readonly persons: readonly string[];
  readonly couldNotTell?: string;
}

/** Losses that a state names. */
const listedAtMost = 1000;

/** Marks what is on the new side now, so that only what comes later counts. Throws CutoverError `nothing-imported`. */
export async function takeWayBackBaseline(options: WayBackOptions): Promise<WayBackBaseline> {
  const sides = sidesOf(options);
  const head = await options.publicStore.head(options.branch);
  const generation = await options.privateStore.generation();
  const { changes } = head === undefined ? { changes: [] } : await publicDifferences(sides, head.commit);
  const privates = await privateDifferences(sides);
  return {
    takenAt: new Date().toISOString(),
    branch: options.branch,
    commit: head?.commit ?? '',
    generation,
    known: [...changes.map(publicMark), ...privates.map(privateMark)],
  };
}

const publicMark = ({ sheet, id, mark }: PublicDifference): string => `${sheet}/${id} ${mark}`;
const privateMark = ({ sheet, id, mark }: PrivateDifferenceOf): string => `private ${sheet}/${id} ${mark}`;

function sidesOf({ profile, publicStore, privateStore, branch }: WayBackOptions): Sides {
  return { target: profile.target, publicStore, privateStore, branch };
}

/**
 * Looks, again and again, for what somebody other than the importer has written on the new side. A look at stores that
 * nobody has written costs one git call and a glance at the private files; a write is found by reading the files it is in.
 */
export class PointOfNoReturn {
  readonly #options: WayBackOptions;
  readonly #baseline: WayBackBaseline;
  readonly #known: ReadonlySet<string>;
  readonly #parts = new Map<string, readonly PrivateDifferenceOf[]>();
  #publics: { commit: string; changes: readonly PublicDifference[] } | undefined;
  #last: { stamp: string; state: WayBackState } | undefined;

  constructor(options: WayBackOptions, baseline: WayBackBaseline) {
    this.#options = options;
    this.#baseline = baseline;
    this.#known = new Set(baseline.known);
  }

  /** The state as both stores are now; the same object as before where nothing was written since. */
  async look(): Promise<WayBackState> {
    const { publicStore, privateStore, branch, profile } = this.#options;
    const head = await publicStore.head(branch);
    const parts = await privateStore.partsSinceImport(profile.target);
    const requests = await this.#requests();
    const stamp = JSON.stringify([head?.commit, parts.map(({ version }) => version), requests]);
    if (this.#last?.stamp === stamp) return this.#last.state;
    const privates = await this.#privates(parts);
    const publics = head === undefined ? [] : await this.#public(head.commit);
    const state = await this.#stateOf(head?.commit, publics, privates, requests);
    this.#last = { stamp, state };
    return state;
  }

  /** Only files that were written since the last look are read. */
  async #privates(
    parts: Awaited<ReturnType<PrivateStore['partsSinceImport']>>,
  ): Promise<PrivateDifferenceOf[]> {
    const all: PrivateDifferenceOf[] = [];
    const current = new Set(parts.map(({ version }) => version));
    for (const version of this.#parts.keys()) if (!current.has(version)) this.#parts.delete(version);
    for (const { sheet, version, differences } of parts) {
      let found = this.#parts.get(version);
      if (found === undefined) {
        const read: PrivateDifferenceOf[] = [];
        for await (const one of differences()) {
          const difference = { sheet, ...one };
          if (!this.#known.has(privateMark(difference))) read.push(difference);
        }
        this.#parts.set(version, (found = read));
      }
      all.push(...found);
    }
    return all;
  }

  async #public(commit: string): Promise<readonly PublicDifference[]> {
    if (this.#publics?.commit !== commit) {
      const { changes } = await publicDifferences(sidesOf(this.#options), commit);
      this.#publics = { commit, changes: changes.filter((one) => !this.#known.has(publicMark(one))) };
    }
    return this.#publics.changes;
  }

  /** What people ask for on the new side is nothing that legacy has a table for. */
  async #requests(): Promise<Loss[]> {
    const losses: Loss[] = [];
    for (const [sheet, field] of Object.entries(this.#options.requests ?? {})) {
      for await (const record of this.#options.privateStore.read(sheet)) {
        const person = record[field];
        losses.push({
          person: typeof person === 'string' ? person : undefined,
          path: `private ${sheet}/${record.id}`,
          why: 'a request to the staff of the new side, which legacy has no place for',
        });
      }
    }
    return losses;
  }

  async #stateOf(
    commit: string | undefined,
    publics: readonly PublicDifference[],
    privates: readonly PrivateDifferenceOf[],
    requests: readonly Loss[],
  ): Promise<WayBackState> {
    const { profile, publicStore, privateStore, columns } = this.#options;
    const base = { commit, generation: await privateStore.generation() };
    if (commit === undefined) {
      const why = `the branch ${this.#options.branch} is not there`;
      return { ...nothing, ...base, verdict: 'unknown', couldNotTell: why };
    }
    const commits = await foreignCommits(publicStore, this.#baseline.commit, commit);
    const changes = await joinSides(sidesOf(this.#options), commit, publics, privates);
    const carried = carryAll(profile, changes, columns === undefined ? {} : { columns });
    const losses = [...lossesOf(carried), ...requests];
    const writes = carried.length + requests.length;
    const persons = losses.map(({ person }) => person).filter((person) => person !== undefined);
    const lossy = carried.filter(({ notes }) => notes.some(({ kind }) => kind === 'lost')).length;
    return {
      ...base,
      verdict: commits.replaced
        ? 'unknown'
        : losses.length > 0
          ? 'no-return'
          : writes + commits.total > 0
            ? 'returnable'
            : 'none',
      writes,
      returnable: carried.length - lossy,
      commits: commits.total,
      first: commits.first,
      losses: losses.slice(0, listedAtMost),
      lossesTotal: losses.length,
      persons: [...new Set(persons)].sort(),
      ...(commits.replaced
        ? {
            couldNotTell: `the branch does not hold ${this.#baseline.commit} any more: its history was replaced`,
          }
        : {}),
    };
  }
}

const nothing: Omit<WayBackState, 'verdict' | 'commit' | 'generation'> = {
  writes: 0,
  returnable: 0,
  commits: 0,
  first: undefined,
  losses: [],
  lossesTotal: 0,
  persons: [],
};

/** One sentence for a status line or a webhook. Holds no private value. */
export function sayWayBack(state: WayBackState): string {
  const { verdict, writes, commits, persons, lossesTotal, first, couldNotTell } = state;
  if (verdict === 'unknown') return `whether going back loses anything cannot be told: ${couldNotTell}`;
  if (verdict === 'none') return 'nobody has written on the new side yet: going back loses nothing';
  const since =
    first === undefined ? '' : `, the first by commit ${first.commit.slice(0, 10)} at ${first.at}`;
  const what = `the new side has ${writes} changed records and ${commits} commits of its own${since}`;
  return verdict === 'returnable'
    ? `${what}: going back loses nothing if they are carried back`
    : `past the point of no return: ${what}; going back loses ${lossesTotal} changes of ${persons.length} people that legacy cannot hold`;
}
