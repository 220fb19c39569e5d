import { Audit } from '@cutover/reconcile';
import {
  type Accounts,
  parseRowName,
  passwordFormatOf,
  type PrivateRecord,
  type Profile,
  recordId,
} from '@cutover/records';
import { type Edit, forgetImported, type PrivateStore } from '@cutover/stores';
import { assertNothingUnderWay } from '../assert-quiet.ts';
import { type ChangeLine, type Line, type Rewritten, rewriteKept } from '../kept-lines.ts';
import { type PurgePlan, subjectOf } from './plan-purge.ts';

export interface PurgeInput {
  readonly profile: Profile;
  readonly privateStore: PrivateStore;
  /** Name of the source that ids were made from; by default the profile's. */
  readonly instance?: string | undefined;
  readonly plan: Pick<PurgePlan, 'toPurge'>;
  readonly run: string;
  readonly by: string;
  /** For tests: called between the steps that a crash can fall between. */
  readonly onStep?: (step: string) => void;
}

export interface PurgeResult {
  readonly purged: number;
  /** Passwords that changed while this ran: their owners came, and keep them. */
  readonly kept: number;
  /** Passwords that were to go and are there still: a fault. */
  readonly stillThere: number;
  /** Earlier versions of the store that are gone. */
  readonly generations: number;
  /** Drafts of the last minutes; where it is not 0, run the purge again later. */
  readonly left: number;
  /** Quarantined rows that lost a password. */
  readonly quarantine: Rewritten;
}

/**
 * Removes passwords so that they are gone: the records, the digests that imports left of them, what quarantined
 * rows and ledgers say, and every earlier version in the store. What is kept of each is an audit line with the SHA-256 of the
 * id, no hash. Run again after a crash it finishes; who comes meanwhile keeps the password. Throws CutoverError
 * `import-under-way` or `write-under-way`.
 */
export async function purgePasswords(input: PurgeInput): Promise<PurgeResult> {
  const { profile, privateStore, plan, run, by, onStep } = input;
  await assertNothingUnderWay(privateStore);
  const accounts = profile.target.accounts!;
  const { sheet, field } = accounts.passwords;
  const lines = [...plan.toPurge.keys()].map((id) => ({
    what: 'purge-password',
    subject: `${sheet}/sha256:${subjectOf(id)}`,
    fields: [field],
  }));
  return new Audit(privateStore, run, by).around(lines, async () => {
    await privateStore.edit(removals(accounts, plan), `purge ${run}`);
    onStep?.('removed');
    await forgetDigests(privateStore, sheet, run);
    onStep?.('digests');
    await forgetRowDigests(privateStore, sheet);
    await barQuarantined(input);
    const quarantine = await purgeQuarantine(profile, privateStore, false);
    onStep?.('quarantine');
    const { generations, left } = await privateStore.forgetHistory();
    onStep?.('history');
    const now = await standing(privateStore, accounts, plan);
    const purged = plan.toPurge.size - now.kept - now.stillThere;
    return { purged, ...now, generations, left, quarantine };
  });
}

function removals(
  { passwords: { sheet, field } }: Accounts,
  { toPurge }: Pick<PurgePlan, 'toPurge'>,
): Edit[] {
  return [...toPurge].map(([id, hash]) => ({
    sheet,
    id,
    change: (current) => (String(current?.[field] ?? '') === hash ? undefined : current),
  }));
}

/** Also of passwords that went before: whoever linked an account has none. */
async function forgetDigests(store: PrivateStore, sheet: string, run: string): Promise<void> {
  const there = new Set<string>();
  for await (const { id } of store.read(sheet)) there.add(id);
  const gone: string[] = [];
  for await (const { id } of store.read(`imported/${sheet}`)) if (!there.has(id)) gone.push(id);
  await store.edit(
    gone.map((id) => forgetImported(sheet, id)),
    `purge ${run}`,
  );
}

/** Who knows the rest of a row could guess at its password with the digest that the ledger has of the whole. */
async function forgetRowDigests(store: PrivateStore, sheet: string): Promise<void> {
  const there = new Set<string>();
  for await (const { id } of store.read(sheet)) there.add(`${sheet}/${id}`);
  const isPurged = (name: string): boolean => name.startsWith(`${sheet}/`) && !there.has(name);
  const change: ChangeLine = (line) => {
    const privates = line['privates'] as readonly string[] | undefined;
    return line['digest'] !== '' && privates?.some(isPurged) === true ? { ...line, digest: '' } : line;
  };
  await rewriteKept(store, 'ledger', change, false);
}

async function standing(
  store: PrivateStore,
  { passwords: { sheet, field } }: Accounts,
  { toPurge }: Pick<PurgePlan, 'toPurge'>,
): Promise<{ kept: number; stillThere: number }> {
  let kept = 0;
  let stillThere = 0;
  for await (const record of store.read(sheet)) {
    const hash = toPurge.get(record.id);
    if (hash === undefined) continue;
    if (String(record[field] ?? '') === hash) stillThere++;
    else kept++;
  }
  return { kept, stillThere };
}

/** Passwords of rows that were in quarantine whenever they came: no import in which the row fits brings them. */
async function barQuarantined({ profile, privateStore, instance, run }: PurgeInput): Promise<void> {
  const { sheet } = profile.target.accounts!.passwords;
  const isHash = hashesIn(profile);
  const ids = new Set<string>();
  const note: ChangeLine = (line) => {
    const row = parseRowName(String(line['row']));
    if (row !== undefined && valuesOf(line).some(isHash(line)))
      ids.add(recordId(profile.name, instance ?? profile.name, row));
    return line;
  };
  await rewriteKept(privateStore, 'quarantine', note, true);
  const bar = (id: string): Edit => ({
    sheet: `imported/${sheet}`,
    id,
    change: (current) => current ?? ({ id, digests: {} } as unknown as PrivateRecord),
  });
  await privateStore.edit([...ids].map(bar), `purge ${run}`);
}

/** In quarantined rows: values of private columns that are hashes of passwords become null. */
export function purgeQuarantine(profile: Profile, store: PrivateStore, dryRun: boolean): Promise<Rewritten> {
  const isHash = hashesIn(profile);
  return rewriteKept(
    store,
    'quarantine',
    (line) => {
      const values = valuesOf(line);
      const isOne = isHash(line);
      if (!values.some(isOne)) return line;
      const without = values.map((entry) => (isOne(entry) ? [entry[0], null] : entry));
      return { ...line, values: Object.fromEntries(without) as unknown };
    },
    dryRun,
  );
}

const valuesOf = (line: Line): [string, unknown][] =>
  Object.entries((line['values'] ?? {}) as Record<string, unknown>);

/** Which values of a quarantined row are hashes of passwords, in private columns. */
function hashesIn(profile: Profile): (line: Line) => (value: readonly [string, unknown]) => boolean {
  const formats = profile.target.accounts?.passwords.formats ?? [];
  const privates = new Map<string, Set<string>>();
  for (const { source, columns } of profile.sources) {
    const names = Object.keys(columns).filter((name) => columns[name]!.class === 'private');
    privates.set(source, new Set([...(privates.get(source) ?? []), ...names]));
  }
  return (line) => {
    const columns = privates.get(String(line['row']).split(/[@/]/, 1)[0]!);
    return ([column, value]) =>
      columns?.has(column) === true && passwordFormatOf(value, formats) !== undefined;
  };
}
