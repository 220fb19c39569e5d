import { createHash } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Journal, mailTarget, selectRecipients, type Suppressions } from '@cutover/mailout';
import type { Accounts, Target } from '@cutover/records';
import type { PrivateStore, PublicStore } from '@cutover/stores';

export interface PurgePlanInput {
  readonly target: Target;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** The branch that the new site serves. */
  readonly branch: string;
  /** Journal of the campaign that told people; undefined: there is none. */
  readonly journal: Journal | undefined;
  readonly suppressions: Suppressions;
  /** Whom a human told otherwise. */
  readonly toldByHand: ReadonlySet<string>;
}

export interface PurgePlan {
  /** Person to the hash that is to go. */
  readonly toPurge: ReadonlyMap<string, string>;
  /** Accounts that have a password: those to purge and those of people who came. */
  readonly passwords: number;
  readonly came: number;
  readonly told: number;
  /** How many could not be told, by reason. */
  readonly unreachable: Readonly<Record<string, number>>;
  /** Who could be told and was not. */
  readonly notTold: readonly string[];
}

/**
 * Whose passwords are to go: of everybody who has neither linked the account nor signed in since the cutover, as
 * the private store says. Throws CutoverError `nobody-to-mail` or `branch-missing`.
 */
export async function planPurge(input: PurgePlanInput): Promise<PurgePlan> {
  const { target, publicStore, privateStore, branch, suppressions } = input;
  const { accounts } = mailTarget(target);
  const { sheet, field } = accounts.passwords;
  const here = await whoCame(target, accounts, privateStore);
  const toPurge = new Map<string, string>();
  let passwords = 0;
  for await (const record of privateStore.read(sheet)) {
    passwords++;
    if (!here.has(record.id)) toPurge.set(record.id, String(record[field] ?? ''));
  }
  const leftOut = new Map<string, string>();
  const { eligible } = await selectRecipients({
    target,
    publicStore,
    privateStore,
    branch,
    suppressions,
    isServiceMail: true,
    onLeftOut: (id, reason) => {
      if (toPurge.has(id)) leftOut.set(id, reason);
    },
  });
  const telling = tellingOf(input, eligible, leftOut);
  const unreachable: Record<string, number> = {};
  const notTold: string[] = [];
  let told = 0;
  for (const id of toPurge.keys()) {
    const how = telling(id);
    if (how === 'told') told++;
    else if (how === 'not told') notTold.push(id);
    else unreachable[how.because] = (unreachable[how.because] ?? 0) + 1;
  }
  return { toPurge, passwords, came: passwords - toPurge.size, told, unreachable, notTold };
}

type Telling = 'told' | 'not told' | { readonly because: string };

/** Of several accounts with one address one is written to, and all are told. */
function tellingOf(
  { journal, toldByHand }: PurgePlanInput,
  eligible: ReadonlyMap<string, string>,
  leftOut: ReadonlyMap<string, string>,
): (id: string) => Telling {
  const addresses = new Set<string>();
  for (const { state, address } of journal?.entries.values() ?? [])
    if (state === 'accepted') addresses.add(address);
  return (id) => {
    const entry = journal?.entries.get(id);
    const address = eligible.get(id);
    if (entry?.state === 'accepted' || toldByHand.has(id)) return 'told';
    if (address !== undefined && addresses.has(address)) return 'told';
    if (entry?.state === 'refused') return { because: 'the mail was refused' };
    return address === undefined ? { because: leftOut.get(id) ?? 'no record of the person' } : 'not told';
  };
}

async function whoCame(target: Target, accounts: Accounts, store: PrivateStore): Promise<Set<string>> {
  const marks = [
    { sheet: accounts.github?.sheet, field: accounts.github?.userIdField },
    { sheet: target.claimed?.sheet, field: target.claimed?.field },
  ];
  const came = new Set<string>();
  for (const { sheet, field } of marks) {
    if (sheet === undefined || field === undefined) continue;
    for await (const record of store.read(sheet)) if ((record[field] ?? null) !== null) came.add(record.id);
  }
  return came;
}

export interface PurgeDates {
  readonly now: Date;
  /** When the new side took over. */
  readonly cutoverOn: Date;
  /** Days from then to the purge. */
  readonly afterDays: number;
  /** Somebody decided not to wait. */
  readonly isEarly: boolean;
}

const dayMs = 86_400_000;

/**
 * Throws CutoverError `purge-too-early` before the day, or before the date that the mail gave people;
 * `purge-not-told` where somebody who can be told was not.
 */
export function assertMayPurge(
  { notTold }: Pick<PurgePlan, 'notTold'>,
  journal: Journal | undefined,
  { now, cutoverOn, afterDays, isEarly }: PurgeDates,
): void {
  const promised = journal === undefined ? 0 : Date.parse(journal.campaign.claimUntil);
  const from = Math.max(cutoverOn.getTime() + afterDays * dayMs, promised);
  const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  if (!isEarly && now.getTime() < from) {
    throw new CutoverError(
      'purge-too-early',
      `passwords may be removed from ${dateOf(from)} on: ${afterDays} days after ${dateOf(cutoverOn.getTime())}, and not before the date that people were told`,
      { next: 'wait until then, or decide otherwise with --early', exitCode: exitCodes.preflightFailed },
    );
  }
  if (notTold.length === 0) return;
  throw new CutoverError(
    'purge-not-told',
    `${notTold.length} people whose passwords would go can be told and were not`,
    {
      next: 'send them the mail: cutover mailout --campaign passwords-end --service-mail --send; or list with --told whom you told by hand',
      data: { people: notTold.slice(0, 20) },
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** What a purge keeps of somebody: which account it was, for who knows its id. SHA-256, hex. */
export const subjectOf = (id: string): string => createHash('sha256').update(id).digest('hex');
