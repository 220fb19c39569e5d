import { fileFieldNames, type MergeRule, type PublicValue, type StoredRecord } from '@cutover/records';
import { type Choice, type Conflict, conflictKey } from './conflict.ts';
import { sameUpload, type UploadSides, withUploadOf } from './merge-upload.ts';

export interface RecordSides {
  readonly sheet: string;
  readonly id: string;
  /** Path for the report: the new side's, or legacy's where the new side has none. */
  readonly path: string;
  /** As the last merged import had it; undefined: not there, or nothing was merged before. */
  readonly base: StoredRecord | undefined;
  readonly legacy: StoredRecord | undefined;
  readonly main: StoredRecord | undefined;
  /** Their files: part of the record, so that one decision is about both. */
  readonly uploads?: UploadSides;
}

export interface RecordMerge {
  /** The merged record; undefined: it is not to be there. */
  readonly record: StoredRecord | undefined;
  /** Whose file the merged record has, where it has one. */
  readonly upload: 'legacy' | 'main';
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
 * hand, or not at all. A record's file, with what the record says of it, is one more such field.
 */
export function mergeRecord(sides: RecordSides, policy: MergePolicy): RecordMerge {
  const { base, legacy, main, uploads = {} } = sides;
  const sameSide = (a: keyof UploadSides, b: keyof UploadSides): boolean =>
    same(sides[a], sides[b]) && sameUpload(uploads[a], uploads[b]);
  if (sameSide('legacy', 'base') || sameSide('legacy', 'main')) return whole(main, 'main');
  if (main === undefined && base === undefined) return whole(legacy, 'legacy');
  if (legacy === undefined && sameSide('main', 'base')) return whole(undefined, 'main');
  if (legacy === undefined || main === undefined) return wholeConflict(sides, policy);
  return mergeFields(sides, base, legacy, main, policy);
}

const whole = (record: StoredRecord | undefined, upload: 'legacy' | 'main'): RecordMerge => ({
  record,
  upload,
  conflicts: [],
  kept: [],
});

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
  if (choice === undefined) return { ...whole(main, 'main'), conflicts: [conflict] };
  return choice.take === 'legacy' ? whole(legacy, 'legacy') : whole(main, 'main');
}

function mergeFields(
  { sheet, id, path, uploads = {} }: RecordSides,
  base: StoredRecord | undefined,
  legacy: StoredRecord,
  main: StoredRecord,
  policy: MergePolicy,
): RecordMerge {
  const merged: Record<string, PublicValue> & { id: string } = { id };
  const conflicts: Conflict[] = [];
  const kept: string[] = [];
  for (const field of new Set([...Object.keys(main), ...Object.keys(legacy)])) {
    if (field === 'id' || fileFieldNames.has(field)) continue;
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
  const { take: upload, conflict } = mergeUpload({ sheet, id, path }, uploads, policy);
  if (conflict !== undefined) conflicts.push(conflict);
  return { record: withUploadOf(record, upload === 'legacy' ? legacy : main), upload, conflicts, kept };
}

/** Whose file a record has that is on both sides. */
function mergeUpload(
  subject: Pick<RecordSides, 'sheet' | 'id' | 'path'>,
  { base, legacy, main }: UploadSides,
  { choices, rules }: MergePolicy,
): { readonly take: 'legacy' | 'main'; readonly conflict?: Conflict } {
  if (sameUpload(legacy, base) || sameUpload(legacy, main)) return { take: 'main' };
  if (sameUpload(main, base)) return { take: 'legacy' };
  const values = { base: base ?? null, legacy: legacy ?? null, main: main ?? null };
  const conflict: Conflict = { kind: 'upload', ...subject, ...values };
  const take = (choices.get(conflictKey(conflict)) ?? ruleFor(rules, subject.sheet, 'file'))?.take;
  return take === 'legacy' || take === 'main' ? { take } : { take: 'main', conflict };
}

const ruleFor = (rules: readonly MergeRule[], sheet: string, field: string): MergeRule | undefined =>
  rules.find((rule) => (rule.sheet === undefined || rule.sheet === sheet) && rule.field === field);

/** By hand first, then by the first rule of the profile that fits. */
function settle(
  conflict: Conflict & { readonly kind: 'field' },
  legacy: PublicValue,
  main: PublicValue,
  { choices, rules }: MergePolicy,
): { readonly value: PublicValue } | undefined {
  const choice = choices.get(conflictKey(conflict));
  if (choice?.take === 'value') return { value: choice.value };
  const take = choice?.take ?? ruleFor(rules, conflict.sheet, conflict.field)?.take;
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
