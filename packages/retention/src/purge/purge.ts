import { Audit } from '@cutover/reconcile';
import { type Accounts, passwordFormatOf, type Profile } from '@cutover/records';
import { type Edit, forgetImported, type PrivateStore } from '@cutover/stores';
import { assertNothingUnderWay } from '../assert-quiet.ts';
import { type ChangeLine, type Rewritten, rewriteKept } from '../kept-lines.ts';
import { type PurgePlan, subjectOf } from './plan-purge.ts';

export interface PurgeInput {
  readonly profile: Profile;
  readonly privateStore: PrivateStore;
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

/** In quarantined rows: values of private columns that are hashes of passwords become null. */
export function purgeQuarantine(profile: Profile, store: PrivateStore, dryRun: boolean): Promise<Rewritten> {
  const formats = profile.target.accounts?.passwords.formats ?? [];
  const privates = new Map<string, Set<string>>();
  for (const { source, columns } of profile.sources) {
    const names = Object.keys(columns).filter((name) => columns[name]!.class === 'private');
    privates.set(source, new Set([...(privates.get(source) ?? []), ...names]));
  }
  return rewriteKept(
    store,
    'quarantine',
    (line) => {
      const source = String(line['row']).split(/[@/]/, 1)[0]!;
      const values = Object.entries((line['values'] ?? {}) as Record<string, unknown>);
      const isHash = ([column, value]: [string, unknown]): boolean =>
        privates.get(source)?.has(column) === true && passwordFormatOf(value, formats) !== undefined;
      if (!values.some(isHash)) return line;
      const without = values.map((entry) => (isHash(entry) ? [entry[0], null] : entry));
      return { ...line, values: Object.fromEntries(without) as unknown };
    },
    dryRun,
  );
}
