import type { CarryContext, CarryNote, LegacyWrite, Profile } from '@cutover/records';
import type { JoinedChange } from './differences.ts';

/** A change of the new side with what becomes of it in legacy. */
export interface CarriedChange {
  readonly change: JoinedChange;
  /** Id of whose change it is, where the target tells. */
  readonly person: string | undefined;
  readonly writes: readonly LegacyWrite[];
  readonly notes: readonly CarryNote[];
}

/** Asks the profile what each change is in legacy, in the order in which rows have to be there. */
export function carryAll(
  profile: Profile,
  changes: readonly JoinedChange[],
  context: CarryContext = {},
): CarriedChange[] {
  const part = profile.carryBack;
  const order = part?.order ?? [];
  const rank = (sheet: string): number => (order.includes(sheet) ? order.indexOf(sheet) : order.length);
  return [...changes]
    .sort((a, b) => rank(a.sheet) - rank(b.sheet))
    .map((change) => ({
      change,
      person: personOf(profile, change),
      ...(part?.carry(change, context) ?? {
        writes: [],
        notes: [{ kind: 'lost', why: `the profile ${profile.name} carries nothing back` } as const],
      }),
    }));
}

/** Whose doing a change is: the person it is about, else who did something last as the record tells. */
function personOf({ target }: Profile, { sheet, id, before, after }: JoinedChange): string | undefined {
  const { accounts } = target;
  if (accounts === undefined) return undefined;
  if (sheet === accounts.sheet) return id;
  const record = after ?? before;
  if (record === undefined) return undefined;
  const done = [...(accounts.activity?.(sheet, record) ?? [])].sort(([, a], [, b]) => (a < b ? 1 : -1));
  return done[0]?.[0];
}

/** What going back loses, by person; `undefined` as a person: nobody can tell whose it is. */
export interface Loss {
  readonly person: string | undefined;
  /** Where the record lies in the tree. */
  readonly path: string;
  readonly field?: string;
  readonly why: string;
}

export const lossesOf = (carried: readonly CarriedChange[]): Loss[] =>
  carried.flatMap(({ change, person, notes }) =>
    notes
      .filter(({ kind }) => kind === 'lost')
      .map(({ field, why }) => ({
        person,
        path: change.path,
        ...(field === undefined ? {} : { field }),
        why,
      })),
  );
