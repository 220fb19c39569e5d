import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { Target } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import type { Ledger } from './ledger-lines.ts';
import { NameSet } from './name-set.ts';

export interface PrivateRowsInput {
  readonly store: PrivateStore;
  readonly target: Target;
  /** Undefined where there is none. */
  readonly ledger: Ledger | undefined;
  /** Private records that the activation left away, by sheet, because the new side had removed them before. */
  readonly leftAway?: Readonly<Record<string, number>>;
}

/**
 * Every private record that the ledger says was imported is in the private store, and every row that others were
 * folded into is in the ledger and was imported. A private record that is gone is a finding, unless its person has
 * claimed the account (from then on it is the new side's) or the import says that it left as many away. Private
 * records without a row are counted: they are the new side's own, or of people whom legacy no longer has. Holds
 * 8 bytes for each private record and each row that others were folded into.
 */
export async function checkPrivateRows({
  store,
  target,
  ledger,
  leftAway = {},
}: PrivateRowsInput): Promise<Check> {
  const stored = await storedNames(store, target);
  const seen = new Seen();
  const into = new NameSet();
  for await (const line of ledger?.lines() ?? []) if (line.into !== undefined) into.add(line.into);
  const imported = new NameSet();
  const missing: Missing[] = [];
  for await (const { row = '', outcome, privates = [] } of ledger?.lines() ?? []) {
    if ((outcome === 'imported' || outcome === 'folded') && into.has(row)) imported.add(row);
    for (const name of privates) {
      seen.see(name);
      if (!stored.names.has(name)) missing.push({ row, name });
    }
  }
  const findings = new FindingList();
  const excused = await judge(missing, store, target, leftAway, findings);
  for await (const { row = '', into: name } of ledger?.lines() ?? []) {
    if (name === undefined || imported.has(name)) continue;
    findings.add({
      code: 'folded-into-nothing',
      message: `${row} was folded into ${name}, which the ledger does not have as imported`,
      subject: row,
      next: 'do not go on: the row is accounted for and is nowhere; import again',
    });
  }
  return concludeCheck({
    id: 'private-rows',
    title:
      'The private store holds what was imported into it, and what was folded went into a row that is there',
    looked: seen.names + into.size,
    expected: seen.names,
    actual: seen.names - missing.length,
    findings,
    couldNotTell: couldNotTell(ledger, seen),
    evidence: { stored: stored.count, goneAndExcused: excused, foldedInto: into.size },
  });
}

interface Missing {
  readonly row: string;
  readonly name: string;
}

class Seen {
  names = 0;
  /** Entries of older versions, which name the sheet alone. */
  withoutId = 0;

  see(name: string): void {
    this.names++;
    if (!name.includes('/')) this.withoutId++;
  }
}

function couldNotTell(ledger: Ledger | undefined, { withoutId }: Seen): string | undefined {
  if (ledger === undefined) return 'there is no ledger of an import in the private store';
  return withoutId > 0
    ? 'the ledger does not say which private records it means: import with this version'
    : undefined;
}

async function storedNames(
  store: PrivateStore,
  target: Target,
): Promise<{ readonly names: NameSet; readonly count: number }> {
  const names = new NameSet();
  let count = 0;
  for (const { name } of target.privateSheets) {
    for await (const { id } of store.read(name)) {
      names.add(`${name}/${id}`);
      count++;
    }
  }
  return { names, count };
}

/** Adds findings for what is gone without a reason; gives how many had one. */
async function judge(
  missing: readonly Missing[],
  store: PrivateStore,
  target: Target,
  leftAway: Readonly<Record<string, number>>,
  findings: FindingList,
): Promise<number> {
  if (missing.length === 0) return 0;
  const claimed = await claimedIds(store, target);
  const left = new Map(Object.entries(leftAway));
  let excused = 0;
  for (const { row, name } of missing) {
    const at = name.indexOf('/');
    const sheet = at === -1 ? name : name.slice(0, at);
    const known = left.get(sheet) ?? 0;
    if (at === -1 || claimed.has(name.slice(at + 1)) || known > 0) {
      if (known > 0) left.set(sheet, known - 1);
      excused++;
      continue;
    }
    findings.add({
      code: 'private-row-missing',
      message: `${name}: it was made of ${row}, and the private store does not have it`,
      subject: row,
      expected: name,
      actual: 'no record',
      next: 'look for what removed it in `cutover private history`; if it was meant (a purge, an erasure), that is said there',
    });
  }
  return excused;
}

async function claimedIds(store: PrivateStore, { claimed }: Target): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  if (claimed === undefined) return ids;
  for await (const record of store.read(claimed.sheet))
    if ((record[claimed.field] ?? null) !== null) ids.add(record.id);
  return ids;
}
