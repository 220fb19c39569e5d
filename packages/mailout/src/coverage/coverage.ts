import type { Accounts, MailPart, PrivateRecord, Target } from '@cutover/records';
import { parseRecord, type PrivateStore, type PublicStore } from '@cutover/stores';
import { mailTarget } from '../recipients.ts';
import type { Suppressions } from '../suppressions.ts';
import { type Week, weeksOf } from './weeks.ts';

/**
 * How an account stands, the first that holds: it may not sign in; it is linked to GitHub; it has come with its
 * password since the cutover; nobody has come, and there is an address to write to; there is none that works.
 */
export const accountStates = ['may not sign in', 'linked', 'password', 'unclaimed', 'unreachable'] as const;
export type AccountState = (typeof accountStates)[number];

export interface Group {
  /** Active in the last so many days; undefined: all accounts. */
  readonly days: number | undefined;
  readonly accounts: number;
  readonly states: Readonly<Record<AccountState, number>>;
}

export interface Coverage {
  /** ISO 8601; days are counted back from here. */
  readonly asOf: string;
  readonly groups: readonly Group[];
  /** Why there is only one group, where the target does not say what activity is. */
  readonly couldNotTell?: string;
  readonly weeks: readonly Week[];
}

export interface CoverageInput {
  readonly target: Target;
  readonly publicStore: PublicStore;
  readonly privateStore: Pick<PrivateStore, 'read'>;
  /** The branch that the new site serves. */
  readonly branch: string;
  readonly suppressions: Suppressions;
  readonly asOf: Date;
}

const windows = [undefined, 30, 90, 365] as const;
const dayMs = 86_400_000;

/**
 * Counts how far people have come to the new site. Both stores are read as streams; a few numbers are held of each
 * account. Throws CutoverError `branch-missing` or `nobody-to-mail`.
 */
export async function coverage(input: CoverageInput): Promise<Coverage> {
  const { target, publicStore, branch, asOf } = input;
  const { accounts } = mailTarget(target);
  const head = await publicStore.headOf(branch);
  const people = await readPrivates(input);
  const states = new Map<string, AccountState>();
  const active = new Map<string, number>();
  const seen = (person: string, at: unknown): void => {
    const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
    if (ms <= asOf.getTime() && ms > (active.get(person) ?? -Infinity)) active.set(person, ms);
  };
  for await (const file of publicStore.readRecords(head.commit)) {
    const record = parseRecord(file.path, file.bytes);
    for (const [person, at] of accounts.activity?.(file.sheet, record) ?? []) seen(person, at);
    if (file.sheet !== accounts.sheet) continue;
    const person = people.get(record.id) ?? nobody;
    const refused = accounts.refusal(record, person.kept) !== undefined;
    states.set(record.id, refused ? 'may not sign in' : person.state);
    seen(record.id, person.came);
  }
  const known = accounts.activity !== undefined;
  return {
    asOf: asOf.toISOString(),
    groups: (known ? windows : windows.slice(0, 1)).map((days) =>
      groupOf(days, states, active, asOf.getTime()),
    ),
    ...(known ? {} : { couldNotTell: `the target ${target.name} does not say what somebody's activity is` }),
    weeks: await weeksOf(publicStore.dir, head.commit, arrivals(people, states), asOf),
  };
}

function groupOf(
  days: number | undefined,
  states: ReadonlyMap<string, AccountState>,
  active: ReadonlyMap<string, number>,
  now: number,
): Group {
  const counts = Object.fromEntries(accountStates.map((state) => [state, 0])) as Record<AccountState, number>;
  let accounts = 0;
  for (const [person, state] of states) {
    if (days !== undefined && !((active.get(person) ?? -Infinity) > now - days * dayMs)) continue;
    counts[state]++;
    accounts++;
  }
  return { days, accounts, states: counts };
}

interface Person {
  readonly state: AccountState;
  /** When the account was linked or first signed in to, since the cutover. */
  readonly came: string | undefined;
  readonly linked: boolean;
  /** What decides whether somebody may sign in. */
  readonly kept: Readonly<Record<string, PrivateRecord>>;
}

const nobody: Person = { state: 'unreachable', came: undefined, linked: false, kept: {} };

async function readPrivates({
  target,
  privateStore,
  suppressions,
}: CoverageInput): Promise<Map<string, Person>> {
  const { accounts, mail } = mailTarget(target);
  const passwords = new Set<string>();
  for await (const { id } of privateStore.read(accounts.passwords.sheet)) passwords.add(id);
  const sheets = new Set([
    accounts.github?.sheet,
    target.claimed?.sheet,
    mail.sheet,
    ...Object.keys(accounts.keeps ?? {}),
  ]);
  const people = new Map<string, Person>();
  for (const sheet of sheets) {
    if (sheet === undefined) continue;
    for await (const record of privateStore.read(sheet)) {
      const before = people.get(record.id) ?? nobody;
      people.set(
        record.id,
        withRecord(before, sheet, record, { accounts, mail, target, suppressions, passwords }),
      );
    }
  }
  return people;
}

interface Knowledge {
  readonly accounts: Accounts;
  readonly mail: MailPart;
  readonly target: Target;
  readonly suppressions: Suppressions;
  readonly passwords: ReadonlySet<string>;
}

function withRecord(before: Person, sheet: string, record: PrivateRecord, know: Knowledge): Person {
  const { accounts, mail, target, suppressions, passwords } = know;
  const value = (of: string | undefined, field: string | undefined): string | undefined => {
    const found = of === sheet && field !== undefined ? record[field] : undefined;
    return found === undefined || found === null || found === '' ? undefined : String(found);
  };
  const { github } = accounts;
  const linked = before.linked || value(github?.sheet, github?.userIdField) !== undefined;
  const came =
    value(github?.sheet, github?.claimedAtField) ??
    value(target.claimed?.sheet, target.claimed?.field) ??
    before.came;
  const address = value(mail.sheet, mail.addressField);
  const reachable =
    before.state === 'unclaimed' ||
    (address !== undefined && suppressions.reasonAgainst(address) === undefined);
  const kept = accounts.keeps?.[sheet];
  return {
    linked,
    came,
    state: linked
      ? 'linked'
      : came !== undefined && passwords.has(record.id)
        ? 'password'
        : reachable
          ? 'unclaimed'
          : 'unreachable',
    kept: kept === undefined ? before.kept : { ...before.kept, [sheet]: only(record, kept) },
  };
}

function only(record: PrivateRecord, fields: readonly string[]): PrivateRecord {
  const kept: Record<string, string | number | boolean | null> & { id: string } = { id: record.id };
  for (const field of fields) if (record[field] !== undefined) kept[field] = record[field];
  return kept;
}

function* arrivals(
  people: ReadonlyMap<string, Person>,
  states: ReadonlyMap<string, AccountState>,
): Generator<string> {
  for (const [id, { came }] of people) if (came !== undefined && states.has(id)) yield came;
}
