import { randomBytes } from 'node:crypto';
import type { Check } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import { type Edit, finishWrite, type PendingWrite } from '@cutover/stores';
import { Audit } from './audit.ts';
import { claimRepairs } from './claims-check.ts';
import { endablePending } from './pending-writes.ts';
import { type PlannedRepair, reconcile, type ReconcileInput } from './reconcile.ts';

export interface FixInput extends ReconcileInput {
  readonly run: string;
  /** Who runs it. */
  readonly by: string;
  /** Classes of repairs to make; absent: all that are safe. */
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
  /** Told of every repair: what, of which record, which fields are there before and after. Never values. */
  readonly onFix?: (fix: Fix) => void;
}

export interface Fix {
  readonly class: string;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** False: it would be made, but for the dry run or the watch window. */
  readonly applied: boolean;
  readonly why?: string;
}

export interface FixResult {
  /** As found at first, and as it is now; the same where nothing was applied. */
  readonly before: readonly Check[];
  readonly after: readonly Check[];
  readonly applied: number;
  readonly waiting: number;
}

/** Classes of repair that reconcile itself has, besides those of a target's rules. */
export const ownRepairs = [
  'remove-pruned',
  'delete-refused-password',
  'finish-write',
  ...claimRepairs,
] as const;

/** Repairs that are made before everything is looked at again. */
const perRound = 20_000;
const perCommit = 2000;

/**
 * Makes the repairs that are safe by rule and looks again. Every repair checks once more, on what is stored by
 * then, that it is needed, so that running it twice does nothing. Passwords of the old site are left alone
 * while the way back is open.
 */
export async function fix(input: FixInput): Promise<FixResult> {
  const audit = new Audit(input.privateStore, input.run, input.by);
  let before: readonly Check[] | undefined;
  let applied = 0;
  for (;;) {
    const planned: PlannedRepair[] = [];
    const checks = await reconcile({
      ...input,
      onRepair: (repair) => {
        if (planned.length < perRound && isWanted(input, repair.class)) planned.push(repair);
      },
    });
    before ??= checks;
    const pending = isWanted(input, 'finish-write') ? await endablePending(input) : [];
    const [now, waiting] = split(input, planned);
    const done =
      input.dryRun === true
        ? 0
        : (await applyAll(input, audit, now)) + (await finishAll(input, audit, pending));
    applied += done;
    if (done > 0) continue;
    if (input.dryRun === true) tellPlanned(input, now, pending);
    for (const repair of waiting) tellUndone(input, repair, 'waits until the watch window has closed');
    return { before, after: checks, applied, waiting: waiting.length };
  }
}

const isWanted = ({ only }: FixInput, name: string): boolean => only === undefined || only.includes(name);

function split(input: FixInput, planned: readonly PlannedRepair[]): [PlannedRepair[], PlannedRepair[]] {
  const closed =
    input.watchUntil !== undefined && Date.parse(input.watchUntil) <= (input.now ?? new Date()).getTime();
  const mustWait = ({ afterWatch }: PlannedRepair): boolean => afterWatch && !closed;
  return [planned.filter((repair) => !mustWait(repair)), planned.filter(mustWait)];
}

const token = (): string => randomBytes(18).toString('base64url');

async function applyAll(input: FixInput, audit: Audit, repairs: readonly PlannedRepair[]): Promise<number> {
  let done = 0;
  for (let at = 0; at < repairs.length; at += perCommit) {
    const batch = repairs.slice(at, at + perCommit);
    const changed: {
      repair: PlannedRepair;
      before: PrivateRecord | undefined;
      after: PrivateRecord | undefined;
    }[] = [];
    const lines = batch.map((repair) => ({
      what: repair.class,
      subject: `${repair.sheet}/${repair.id}`,
      fields: [],
    }));
    const prepared = new Set<PlannedRepair>();
    await audit.around(lines, async () => {
      for (const repair of batch)
        if ((await repair.prepare?.(input.privateStore)) === true) prepared.add(repair);
      const edits = batch.map((repair, index): Edit => ({
        sheet: repair.sheet,
        id: repair.id,
        change: (current) => {
          const after = repair.change(current, token);
          // By index: where somebody else was first this is called again.
          changed[index] = { repair, before: current, after };
          return after;
        },
      }));
      await input.privateStore.edit(edits, `reconcile --fix ${audit.run}`);
    });
    for (const { repair, before, after } of changed) {
      if (JSON.stringify(before) === JSON.stringify(after) && !prepared.has(repair)) continue;
      done++;
      tell(input, repair, before, after);
    }
  }
  return done;
}

async function finishAll(input: FixInput, audit: Audit, pending: readonly PendingWrite[]): Promise<number> {
  let done = 0;
  for (const note of pending) {
    const line = { what: 'finish-write', subject: note.path, fields: [] };
    const what = await audit.around([line], () => finishWrite(input, note));
    if (what.startsWith('left alone')) continue;
    done++;
    input.onFix?.({
      class: 'finish-write',
      subject: note.path,
      before: 'half done',
      after: what,
      applied: true,
    });
  }
  return done;
}

function tellPlanned(
  input: FixInput,
  planned: readonly PlannedRepair[],
  pending: readonly PendingWrite[],
): void {
  for (const repair of planned) tellUndone(input, repair, 'dry run');
  for (const { path } of pending) {
    input.onFix?.({
      class: 'finish-write',
      subject: path,
      before: 'half done',
      after: 'finished',
      applied: false,
      why: 'dry run',
    });
  }
}

/** What a repair would do to the record as it was seen. */
function tellUndone(input: FixInput, repair: PlannedRepair, why: string): void {
  tell(input, repair, repair.seen, repair.change(repair.seen, token), why);
}

function tell(
  input: FixInput,
  repair: PlannedRepair,
  before: PrivateRecord | undefined,
  after: PrivateRecord | undefined,
  why?: string,
): void {
  input.onFix?.({
    class: repair.class,
    subject: `${repair.sheet}/${repair.id}`,
    before: repair.words?.before ?? shape(before),
    after: repair.words?.after ?? shape(after),
    applied: why === undefined,
    ...(why === undefined ? {} : { why }),
  });
}

/** A record without its values. */
function shape(record: PrivateRecord | undefined): string {
  return record === undefined
    ? 'not there'
    : `has ${Object.keys(record)
        .filter((field) => field !== 'id')
        .sort()
        .join(', ')}`;
}
