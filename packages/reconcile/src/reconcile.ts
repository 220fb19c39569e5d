import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '@cutover/core';
import {
  type IdentityRule,
  parseToml,
  type PrivateRecord,
  type Repair,
  type Sheet,
  type StoredRecord,
  type Target,
} from '@cutover/records';
import type { PrivateStore, PublicStore, TreeFile } from '@cutover/stores';
import { ClaimsCheck } from './claims-check.ts';
import { Commands } from './commands.ts';
import type { Located } from './findings.ts';
import { checkPending } from './pending-writes.ts';
import { PrivateSource } from './private-source.ts';
import { RecordChecks } from './record-checks.ts';
import { Spill } from './spill.ts';
import { prunedSheet, tombstonesSheet } from './system-sheets.ts';
import { UploadsCheck } from './uploads-check.ts';

export interface ReconcileInput {
  readonly target: Target;
  readonly publicStore: PublicStore;
  /** Branch or commit to look at. */
  readonly treeish: string;
  readonly privateStore: PrivateStore;
  /** Which public field is people's identifier towards other systems. */
  readonly identity?: IdentityRule | undefined;
  /** What that identifier was in legacy, from the ledger: record id and value. Absent: not compared. */
  readonly ledger?: AsyncIterable<{ readonly id: string; readonly value: string | null }> | undefined;
  /** Until when the way back to legacy is open, ISO 8601; absent: it is open. Passwords of the old site are left alone until then. */
  readonly watchUntil?: string | undefined;
  /** A dual write that is younger may still be under way. */
  readonly graceMs?: number;
  readonly now?: Date;
  /** Options that the commands of findings have to have besides the stores, e.g. `--profile`. */
  readonly commandOptions?: readonly string[];
  /** Called with what would mend a finding. */
  readonly onRepair?: (repair: PlannedRepair) => void;
}

/** A repair of one record that was found to need it. */
export interface PlannedRepair extends Repair {
  readonly id: string;
  readonly rule: string;
  /** The private record as it was seen, which a dry run says the repair of. */
  readonly seen?: PrivateRecord | undefined;
  /** What there is before and after, where the record's fields don't say. */
  readonly words?: { readonly before: string; readonly after: string };
  /** What has to be done first, outside of the records; gives whether anything was. */
  readonly prepare?: (store: PrivateStore) => Promise<boolean>;
}

/** What the checks work on. */
export interface Reconciling extends ReconcileInput {
  readonly commands: Commands;
}

/**
 * Holds the public store against the private one, and each against itself. Changes nothing. Both are read as
 * streams, people in groups where there are many, so that memory does not grow with their number.
 */
export async function reconcile(given: ReconcileInput): Promise<Check[]> {
  const input = { ...given, commands: new Commands(given) };
  const dir = await mkdtemp(join(tmpdir(), 'cutover-reconcile-'));
  const privates = await PrivateSource.open(input.privateStore, input.target.privateSheets, dir);
  const claims = await ClaimsCheck.open(input, dir);
  const checks = new RecordChecks(input, dir, await readRecorded(input), claims);
  const uploads = new UploadsCheck(input);
  const spill = new Spill(join(dir, 'public'));
  // Both wait for what they read, so each works while the other does.
  const held = claims?.readHeld();
  held?.catch(() => undefined);
  try {
    await readBoth(input, { privates, checks, uploads, spill });
    await held;
    if (input.ledger !== undefined) for await (const line of input.ledger) checks.seeLedger(line);
    checks.join();
    const wanted = checks.late.wanted;
    checks.late.complete(wanted.size === 0 ? new Map() : await locate(input, wanted));
    const claimed = claims === undefined ? [] : [await claims.conclude(checks.people)];
    return [...checks.conclude(), ...uploads.conclude(), ...claimed, await checkPending(input)];
  } finally {
    await uploads.close();
    await held?.catch(() => undefined);
    spill.close();
    privates.close();
    checks.close();
    claims?.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** What was decided for good: who was pruned, and which identifiers must never be given again. */
async function readRecorded({ privateStore, target }: ReconcileInput) {
  const pruned = new Set<string>();
  for await (const { id } of privateStore.read(prunedSheet)) pruned.add(id);
  const tombstones: PrivateRecord[] = [];
  for await (const record of privateStore.read(tombstonesSheet)) tombstones.push(record);
  const sheet = target.accounts?.passwords.sheet;
  const passwordsArePurged = sheet !== undefined && (await isPurged(privateStore, sheet));
  return { pruned, tombstones, passwordsArePurged };
}

/** Whether a sheet is empty and nothing is left of what an import brought: lost records leave their digests. */
async function isPurged(store: PrivateStore, sheet: string): Promise<boolean> {
  for await (const _ of store.read(sheet)) return false;
  for await (const { digests } of store.read(`imported/${sheet}`))
    if (Object.keys((digests ?? {}) as object).length > 0) return false;
  return true;
}

/** The id in the file of a record that does not fit; undefined where it has none in the usual place. */
const idOf = (text: string): string | undefined => /^id = "([^"]*)"/m.exec(text)?.[1];

interface Readers {
  readonly privates: PrivateSource;
  readonly checks: RecordChecks;
  readonly uploads: UploadsCheck;
  readonly spill: Spill;
}

async function readBoth(
  { target, publicStore, treeish }: ReconcileInput,
  { privates, checks, uploads, spill }: Readers,
): Promise<void> {
  const sheets = new Map(target.sheets.map((sheet, index) => [sheet.name, { sheet, index }]));
  const withPrivates = new Set(target.privateSheets.map(({ of }) => of));
  const whole = privates.groups === 1 ? await privates.load(0) : undefined;
  if (whole !== undefined) checks.begin(whole);
  let ordinal = -1;
  const see = (file: TreeFile): void => {
    ordinal++;
    const found = sheets.get(file.sheet);
    if (found === undefined) return checks.seeStranger(file.path);
    // As much as can be is done while git reads on.
    const record = checks.see(found.sheet, ordinal, file.path, file.bytes);
    if (record !== undefined) uploads.see(file.sheet, file.path, record);
    const id = record?.id ?? idOf(file.bytes.toString());
    if (whole !== undefined || !withPrivates.has(file.sheet))
      return checks.seeWithPrivates(found.sheet, ordinal, file.path, id, record);
    const fits = record === undefined ? 0 : 1;
    spill.add(privates.groupOf(id ?? ''), ordinal, found.index * 2 + fits, file.path, file.bytes);
  };
  for await (const batch of publicStore.readBatches(treeish)) {
    for (const file of batch) see(file);
    await uploads.look();
  }
  if (whole !== undefined) return checks.end();
  for (let group = 0; group < privates.groups; group++) {
    checks.begin(await privates.load(group));
    for await (const batch of spill.read(group)) {
      for (const { a, b, path, text } of batch) {
        const record = b % 2 === 1 ? (parseToml(text) as StoredRecord) : undefined;
        checks.seeWithPrivates(target.sheets[b >> 1]!, a, path, record?.id ?? idOf(text), record);
      }
    }
    checks.end();
  }
}

/** Finds records again by their place in the tree. */
async function locate(
  { target, publicStore, treeish }: ReconcileInput,
  wanted: ReadonlySet<number>,
): Promise<Map<number, Located>> {
  const sheets = new Map<string, Sheet>(target.sheets.map((sheet) => [sheet.name, sheet]));
  const located = new Map<number, Located>();
  const last = Math.max(...wanted);
  let ordinal = -1;
  for await (const batch of publicStore.readBatches(treeish)) {
    for (const file of batch) {
      if (!wanted.has(++ordinal) || !sheets.has(file.sheet)) continue;
      const record = parseToml(file.bytes.toString()) as Located['record'];
      located.set(ordinal, { path: file.path, record });
    }
    if (ordinal >= last) break;
  }
  return located;
}
