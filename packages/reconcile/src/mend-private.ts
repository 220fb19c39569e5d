import { CutoverError, exitCodes } from '@cutover/core';
import type { PrivateRecord, Target } from '@cutover/records';
import { claimedFields, importedClaimsSheet, pendingSheet, type PrivateStore } from '@cutover/stores';
import { Audit } from './audit.ts';
import { prunedSheet, tombstonesSheet } from './system-sheets.ts';

/** What somebody decided to do about one private record. */
export type PrivateMend =
  /** A text is taken as what the field's schema wants: a text, or else the boolean or number that it spells. */
  | { readonly kind: 'set'; readonly field: string; readonly value: string }
  | { readonly kind: 'unset'; readonly field: string }
  | { readonly kind: 'remove' }
  /** Back to the latest earlier version that fits. */
  | { readonly kind: 'put-back' };

export interface MendPrivateInput {
  readonly target: Target;
  readonly privateStore: PrivateStore;
  readonly sheet: string;
  readonly id: string;
  readonly run: string;
  readonly by: string;
  readonly dryRun: boolean;
}

export interface Mended {
  /** Without values: what is there before and after. */
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

/**
 * Does what a human decided about one private record: it fits its schema afterwards, its unique values are claimed
 * for it and old ones given back, and an audit line says who did it. Throws CutoverError `private-sheet-unknown`,
 * `private-record-missing`, `private-record-misfit`, `value-taken` or `no-earlier-version`; nothing is done then.
 */
export async function mendPrivate(input: MendPrivateInput, mend: PrivateMend): Promise<Mended> {
  const { privateStore, sheet, id } = input;
  assertSheet(input);
  const before = await find(privateStore, sheet, id);
  const after = await afterwards(input, mend, before);
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  const result = { before: shapeOf(before), after: shapeOf(after), changed };
  if (input.dryRun || !changed) return result;
  const audit = new Audit(privateStore, input.run, input.by);
  const fields = mend.kind === 'set' || mend.kind === 'unset' ? [mend.field] : [];
  await audit.around([{ what: mend.kind, subject: `${sheet}/${id}`, fields }], async () => {
    const [lost, won] = claimsBetween(input, before, after);
    for (const { kind, value } of won) await claim(privateStore, kind, value, id);
    const change = (current: PrivateRecord | undefined) => {
      if (JSON.stringify(current) !== JSON.stringify(before)) throw moved(sheet, id);
      return after;
    };
    await privateStore.edit([{ sheet, id, change }], `${mend.kind} by hand ${input.run}`);
    for (const { kind, value } of lost) await privateStore.claims.release(kind, value, id);
  });
  return result;
}

function assertSheet({ target, sheet }: MendPrivateInput): void {
  const known = [
    ...target.privateSheets.map(({ name }) => name),
    pendingSheet,
    prunedSheet,
    tombstonesSheet,
    importedClaimsSheet,
  ];
  if (known.includes(sheet)) return;
  throw new CutoverError('private-sheet-unknown', `there is no private sheet ${sheet}`, {
    next: `take one of ${known.join(', ')}`,
    exitCode: exitCodes.usage,
  });
}

async function find(store: PrivateStore, sheet: string, id: string): Promise<PrivateRecord | undefined> {
  let found: PrivateRecord | undefined;
  await store.update(sheet, id, (current) => (found = current));
  return found;
}

async function afterwards(
  input: MendPrivateInput,
  mend: PrivateMend,
  before: PrivateRecord | undefined,
): Promise<PrivateRecord | undefined> {
  const { id, sheet } = input;
  if (mend.kind === 'remove') return undefined;
  if (mend.kind === 'put-back') return putBack(input, before);
  if (mend.kind === 'unset') {
    if (before === undefined) throw missing(sheet, id);
    const rest = Object.fromEntries(Object.entries(before).filter(([field]) => field !== mend.field));
    return fitting(input, [{ ...rest, id }]);
  }
  const values = [mend.value, ...spelled(mend.value)];
  return fitting(
    input,
    values.map((value) => ({ ...before, id, [mend.field]: value })),
  );
}

/** The boolean or number that a text spells, where it does. */
export function spelled(text: string): (boolean | number)[] {
  if (text === 'true' || text === 'false') return [text === 'true'];
  return /^-?\d+(?:\.\d+)?$/.test(text) ? [Number(text)] : [];
}

function issueOf({ target, sheet }: MendPrivateInput, record: PrivateRecord): string | undefined {
  const schema = target.privateSheets.find(({ name }) => name === sheet)?.schema;
  const parsed = schema?.safeParse(record);
  return parsed === undefined || parsed.success
    ? undefined
    : parsed.error.issues[0]!.path.map(String).join('.');
}

/** The first of several that fits its schema. */
function fitting(input: MendPrivateInput, records: readonly PrivateRecord[]): PrivateRecord {
  const found = records.find((record) => issueOf(input, record) === undefined);
  if (found !== undefined) return found;
  const { sheet, id } = input;
  throw new CutoverError(
    'private-record-misfit',
    `${sheet} ${id} would not fit its schema: ${issueOf(input, records[0]!)}`,
    { next: 'nothing was changed; give a value that fits', exitCode: exitCodes.usage },
  );
}

async function putBack(
  input: MendPrivateInput,
  before: PrivateRecord | undefined,
): Promise<PrivateRecord | undefined> {
  const { privateStore, sheet, id } = input;
  for await (const record of privateStore.earlier(sheet, id)) {
    if (JSON.stringify(record) === JSON.stringify(before) || record === undefined) continue;
    if (issueOf(input, record) === undefined) return record;
  }
  throw new CutoverError('no-earlier-version', `no earlier version of ${sheet} ${id} is kept that fits`, {
    next: `put it right with cutover private set, or remove it: cutover private remove ${sheet} ${id}`,
  });
}

type Claimed = { readonly kind: 'email' | 'github-id'; readonly value: string };

/** Values that the record loses, and those that it gets. */
function claimsBetween(
  { target, sheet }: MendPrivateInput,
  before: PrivateRecord | undefined,
  after: PrivateRecord | undefined,
): [Claimed[], Claimed[]] {
  const [lost, won]: [Claimed[], Claimed[]] = [[], []];
  for (const { kind, sheet: of, field } of claimedFields(target)) {
    const [old, now] = [before?.[field], after?.[field]];
    if (of !== sheet || old === now) continue;
    if (typeof old === 'string' && old !== '') lost.push({ kind, value: old });
    if (typeof now === 'string' && now !== '') won.push({ kind, value: now });
  }
  return [lost, won];
}

async function claim(store: PrivateStore, kind: Claimed['kind'], value: string, id: string): Promise<void> {
  const { won, owner } = await store.claims.claim(kind, value, id);
  if (won) return;
  throw new CutoverError('value-taken', `the ${kind} belongs to ${owner}`, {
    next: 'nothing was changed; take it off the other one first, or give another',
    data: { owner },
  });
}

function missing(sheet: string, id: string): CutoverError {
  return new CutoverError('private-record-missing', `${sheet} has no ${id}`, {
    next: 'see that the id is right',
  });
}

function moved(sheet: string, id: string): CutoverError {
  return new CutoverError('private-record-moved', `${sheet} ${id} was changed meanwhile`, {
    next: 'nothing was changed; look at it and run the same command again',
  });
}

/** A record without its values. */
export function shapeOf(record: PrivateRecord | undefined): string {
  if (record === undefined) return 'not there';
  const fields = Object.keys(record).filter((field) => field !== 'id');
  return `has ${fields.sort().join(', ')}`;
}
