import type { FieldOwner, PrivateRecord } from '@cutover/records';

type Value = string | number | boolean | null;

/** Keyed digests of the values that the last import left in a record, by field. */
export type Digests = Readonly<Record<string, string>>;

export interface MergeInput {
  readonly incoming: PrivateRecord;
  /** The record as it stands now; undefined: it is not there. */
  readonly current: PrivateRecord | undefined;
  /** Undefined: never imported before. */
  readonly digests: Digests | undefined;
  /** Whether the person has taken over the account on the new side. */
  readonly claimed: boolean;
  readonly owners: Readonly<Record<string, FieldOwner>>;
  /** Keyed digest of one value. */
  readonly digest: (value: Value) => string;
}

export interface MergeResult {
  /** What to store; undefined: nothing (it was removed on the new side and stays away). */
  readonly record: PrivateRecord | undefined;
  readonly digests: Digests;
  /** Fields changed on both sides to different values; the new side's value is kept. */
  readonly conflicts: readonly string[];
  /** Fields whose value of the new side was kept. */
  readonly kept: readonly string[];
}

/**
 * Merges one imported private record into the store, field by field. A field is written only while its
 * current value is still the one that the last import left there; so an import never undoes what a
 * person did on the new side.
 */
export function mergeImported(input: MergeInput): MergeResult {
  const { incoming, current, digests, digest } = input;
  if (current === undefined) {
    // Imported once and gone now: somebody removed it, and an import does not bring it back.
    return {
      record: digests === undefined ? withoutNulls(incoming) : undefined,
      // With the store's key a digest can be guessed at like a hash: of what was removed none is made again.
      digests: digests ?? digestsOf(incoming, digest),
      conflicts: [],
      kept: [],
    };
  }
  const record: Record<string, Value> & { id: string } = { ...current };
  const conflicts: string[] = [];
  const kept: string[] = [];
  for (const field of fieldsOf(incoming)) {
    const value = incoming[field]!;
    const choice = chooseField(input, field, value);
    if (choice === 'take') record[field] = value;
    else if (choice === 'conflict') conflicts.push(field);
    if (choice !== 'take' && (current[field] ?? null) !== value) kept.push(field);
  }
  return {
    record: withoutNulls(record),
    digests: { ...digests, ...digestsOf(incoming, digest) },
    conflicts,
    kept,
  };
}

/**
 * Fields whose value of the new side is kept where legacy has the row as the last import found it: the record stays as
 * it is, and `mergeImported` would say the same.
 */
export function keptOf(incoming: PrivateRecord, current: PrivateRecord): string[] {
  const kept: string[] = [];
  for (const field in incoming) if ((current[field] ?? null) !== incoming[field]) kept.push(field);
  return kept;
}

/** A record as it is stored: what is null is left out, so that a field that legacy has emptied goes away. */
export function withoutNulls(record: PrivateRecord): PrivateRecord {
  if (!Object.values(record).includes(null)) return record;
  const kept: Record<string, Value> = {};
  for (const field in record) if (record[field] !== null) kept[field] = record[field]!;
  return kept as PrivateRecord;
}

/** Digests of what an import leaves in a record, by field. */
export function digestsOf(record: PrivateRecord, digest: (value: Value) => string): Digests {
  const digests: Record<string, string> = {};
  for (const field in record) if (field !== 'id') digests[field] = digest(record[field]!);
  return digests;
}

function chooseField(input: MergeInput, field: string, value: Value): 'take' | 'keep' | 'conflict' {
  const { current, digests, claimed, owners, digest } = input;
  const now = current![field] ?? null;
  if (now === value) return 'keep';
  const last = digests?.[field];
  const owner = owners[field];
  if (owner === 'opt-out' && now === false) return 'keep';
  if (owner === 'opt-out' && value === false && digest(value) !== last) return 'take';
  if (owner === 'new-side-after-claim' && claimed) return 'keep';
  return byDigest(now, value, last, digest);
}

function byDigest(
  now: Value,
  value: Value,
  last: string | undefined,
  digest: (value: Value) => string,
): 'take' | 'keep' | 'conflict' {
  if (last === undefined) return now === null ? 'take' : 'conflict';
  if (digest(now) === last) return 'take';
  return digest(value) === last ? 'keep' : 'conflict';
}

const fieldsOf = (record: PrivateRecord): string[] => Object.keys(record).filter((field) => field !== 'id');
