import type { MergeRule, PublicValue, StoredRecord } from '@cutover/records';
import { type Choice, type Conflict, conflictKey } from './conflict.ts';

export interface RecordSides {
  readonly sheet: string;
  readonly id: string;
  /** Path for the report: the new side's, or legacy's where the new side has none. */
  readonly path: string;
  /** As the last merged import had it; undefined: not there, or nothing was merged before. */
  readonly base: StoredRecord | undefined;
  readonly legacy: StoredRecord | undefined;
  readonly main: StoredRecord | undefined;
}

export interface RecordMerge {
  /** The merged record; undefined: it is not to be there. */
  readonly record: StoredRecord | undefined;
  readonly conflicts: readonly Conflict[];
  /** Fields whose legacy change was left out because the field belongs to the new side. */
  readonly kept: readonly string[];
}

export interface MergePolicy {
  /** Fields that the record's address is made of: the new side's once it has the record. */
  readonly ownedByMain: ReadonlySet<string>;
  readonly rules: readonly MergeRule[];
  /** What somebody has decided by hand, by `conflictKey`. */
  readonly choices: ReadonlyMap<string, Choice>;
}

/**
 * Merges one record. | legacy      | new side    | gives                                   |
 *                    | ----------- | ----------- | --------------------------------------- |
 *                    | as base     | anything    | the new side's                          |
 *                    | changed     | as base     | legacy's, but for fields of the new side |
 *                    | changed     | changed     | field by field                          |
 *                    | gone        | as base     | gone                                    |
 *                    | gone        | changed     | conflict                                |
 *                    | changed     | gone        | conflict                                |
 *                    | gone        | gone        | gone                                    |
 * A field changed on both sides to different values is a conflict, settled by a rule of the profile, by
 * hand, or not at all.
 */
export function mergeRecord(sides: RecordSides, policy: MergePolicy): RecordMerge {
  const { base, legacy, main } = sides;
  if (same(legacy, base) || same(legacy, main)) return whole(main);
  if (main === undefined && base === undefined) return whole(legacy);
  if (legacy === undefined && same(main, base)) return whole(undefined);
  if (legacy === undefined || main === undefined) return wholeConflict(sides, policy);
  return mergeFields(sides, base, legacy, main, policy);
}

const whole = (record: StoredRecord | undefined): RecordMerge => ({ record, conflicts: [], kept: [] });

/** Deleted on one side, changed on the other. */
function wholeConflict(
  { sheet, id, path, base, legacy, main }: RecordSides,
  policy: MergePolicy,
): RecordMerge {
  const conflict: Conflict = {
    kind: legacy === undefined ? 'deleted-in-legacy' : 'deleted-in-main',
    sheet,
    id,
    path,
    base: base ?? null,
    legacy: legacy ?? null,
    main: main ?? null,
  };
  const choice = policy.choices.get(conflictKey(conflict));
  if (choice === undefined) return { record: main, conflicts: [conflict], kept: [] };
  return whole(choice.take === 'legacy' ? legacy : main);
}

function mergeFields(
  { sheet, id, path }: RecordSides,
  base: StoredRecord | undefined,
  legacy: StoredRecord,
  main: StoredRecord,
  policy: MergePolicy,
): RecordMerge {
  const merged: Record<string, PublicValue> & { id: string } = { id };
  const conflicts: Conflict[] = [];
  const kept: string[] = [];
  for (const field of new Set([...Object.keys(main), ...Object.keys(legacy)])) {
    if (field === 'id') continue;
    const [was, theirs, ours] = [base?.[field] ?? null, legacy[field] ?? null, main[field] ?? null];
    if (equal(theirs, was) || equal(theirs, ours)) merged[field] = ours;
    else if (policy.ownedByMain.has(field)) {
      merged[field] = ours;
      kept.push(field);
    } else if (equal(ours, was)) merged[field] = theirs;
    else {
      const conflict: Conflict = {
        kind: 'field',
        sheet,
        id,
        path,
        field,
        base: was,
        legacy: theirs,
        main: ours,
      };
      const settled = settle(conflict, theirs, ours, policy);
      merged[field] = settled === undefined ? ours : settled.value;
      if (settled === undefined) conflicts.push(conflict);
    }
  }
  const record = Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== null),
  ) as StoredRecord;
  return { record, conflicts, kept };
}

/** By hand first, then by the first rule of the profile that fits. */
function settle(
  conflict: Conflict & { readonly kind: 'field' },
  legacy: PublicValue,
  main: PublicValue,
  { choices, rules }: MergePolicy,
): { readonly value: PublicValue } | undefined {
  const choice = choices.get(conflictKey(conflict));
  if (choice?.take === 'value') return { value: choice.value };
  const rule = rules.find(
    ({ sheet, field }) => (sheet === undefined || sheet === conflict.sheet) && field === conflict.field,
  );
  const take = choice?.take ?? rule?.take;
  if (take === undefined) return undefined;
  if (take === 'greater') return { value: String(legacy ?? '') > String(main ?? '') ? legacy : main };
  return { value: take === 'legacy' ? legacy : main };
}

/** Whether two records say the same; a field that is null is one that is not there. */
export function same(a: StoredRecord | undefined, b: StoredRecord | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((field) =>
    equal(a[field] ?? null, b[field] ?? null),
  );
}

function equal(a: PublicValue, b: PublicValue): boolean {
  return (
    a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
  );
}
