import { CutoverError, exitCodes } from '@cutover/core';
import { Audit, prune, type PruneResult, prunedSheet } from '@cutover/reconcile';
import { addressDigest, suppressionsSheet } from '@cutover/mailout';
import type { IdentityRule, Target } from '@cutover/records';
import {
  claimRequestsSheet,
  type Edit,
  forgetImported,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { assertNothingUnderWay } from '../assert-quiet.ts';
import { type ChangeLine, type Line, readKept, type Rewritten, rewriteKept } from '../kept-lines.ts';
import { type FoundElsewhere, lookBack } from './elsewhere.ts';
import { findQuarantined, idOfLine, type Naming, type Quarantined, withoutGone } from './quarantined.ts';
import { type InHistory, lookInHistory, readTraces, type Traces } from './traces.ts';

export interface EraseInput extends Naming {
  readonly target: Target;
  readonly identity?: IdentityRule | undefined;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branches: readonly string[];
  /** Sheet that people are in. */
  readonly sheet: string;
  readonly ids: ReadonlySet<string>;
  readonly run: string;
  readonly by: string;
  readonly dryRun: boolean;
  /** For tests: called between the steps that a crash can fall between. */
  readonly onStep?: (step: string) => void;
}

export interface EraseResult {
  readonly pruned: PruneResult;
  readonly claims: number;
  /** Requests for review and suppressed addresses. */
  readonly otherRecords: number;
  readonly ledger: Rewritten;
  /** Rows that went, and rows that stay without naming them. */
  readonly quarantine: Rewritten & { readonly unlinked: number };
  /** What of quarantined rows was compared, and whose references are not known. */
  readonly looked: Pick<Quarantined, 'columns' | 'unknown'>;
  readonly generations: number;
  /** Drafts of the last minutes; where it is not 0, run it again later. */
  readonly left: number;
  /** What is there still, though it should be gone: a fault. */
  readonly stillThere: readonly string[];
  readonly history: InHistory;
  /** Files of earlier commits that name them and are no record: whose they are cannot be told. */
  readonly unreadable: number;
  /** What they are looked for by elsewhere. Never to be written. */
  readonly traces: Traces;
}

/**
 * Removes people from both stores and from every copy that the private store keeps. They are pruned first, so
 * that no import brings them back and their identifiers are never given again; running it again finishes what a
 * crash left. Throws CutoverError `import-under-way`, `write-under-way`, `nobody-to-erase`, or what `prune` throws.
 */
export async function erase(input: EraseInput): Promise<EraseResult> {
  const { privateStore, ids, run } = input;
  await assertNothingUnderWay(privateStore);
  const elsewhere = await lookBack(input);
  const traces = await readTraces(input, elsewhere);
  const others = await otherEdits(input, traces);
  const found = await prune({ ...input, elsewhere, dryRun: true });
  if (found.people === 0) throw nobody();
  const known: Known = { elsewhere, traces, others };
  if (input.dryRun) return wouldErase(input, found, known);
  const audit = new Audit(privateStore, `${run}/erase`, input.by);
  const lines = [...ids].map((id) => ({ what: 'erase', subject: `${input.sheet}/${id}`, fields: [] }));
  return audit.around(lines, () => eraseNow(input, known));
}

/** What was read before anything is removed. */
interface Known {
  readonly elsewhere: FoundElsewhere;
  readonly traces: Traces;
  readonly others: readonly Edit[];
}

async function eraseNow(input: EraseInput, { elsewhere, traces, others }: Known): Promise<EraseResult> {
  const { privateStore, ids, run, onStep } = input;
  // What is found by way of their records goes before these.
  const claims = await releaseClaims(input);
  onStep?.('claims');
  await privateStore.edit(others, `erase ${run}`);
  onStep?.('others');
  const pruned = await prune({ ...input, elsewhere });
  onStep?.('pruned');
  await privateStore.edit(digestEdits(input), `erase ${run}`);
  onStep?.('digests');
  const gone = await goneIds(input, pruned);
  const rewritten = await rewrite(input, gone);
  onStep?.('kept');
  const { generations, left } = await privateStore.forgetHistory();
  onStep?.('history');
  const stillThere = [
    ...(await whatIsThere(input)),
    ...(await objectsThere(input, gone, elsewhere)),
    ...(await linesThere(input, gone)),
  ];
  const history = await lookInHistory(input, { ids, gone, traces, isGone: true });
  const otherRecords = others.length;
  const { unreadable } = elsewhere;
  return {
    ...{ pruned, claims, otherRecords, ...rewritten, generations, left },
    ...{ stillThere, history, unreadable, traces },
  };
}

function nobody(): CutoverError {
  return new CutoverError(
    'nobody-to-erase',
    'none of these people is in either store, in what these were before, or in a row that was read',
    {
      next: 'see what became of a row: cutover ledger --table people --id N; and look at --branch and --instance',
      exitCode: exitCodes.usage,
    },
  );
}

async function wouldErase(
  input: EraseInput,
  pruned: PruneResult,
  { elsewhere, traces, others }: Known,
): Promise<EraseResult> {
  const gone = await goneIds(input, pruned);
  return {
    pruned,
    claims: (await claimsOf(input)).length,
    otherRecords: others.length,
    ...(await rewrite(input, gone)),
    generations: 0,
    left: 0,
    stillThere: [],
    history: await lookInHistory(input, { ids: input.ids, gone, traces, isGone: false }),
    unreadable: elsewhere.unreadable,
    traces,
  };
}

async function rewrite(
  input: EraseInput,
  gone: ReadonlySet<string>,
): Promise<Pick<EraseResult, 'ledger' | 'quarantine' | 'looked'>> {
  const { privateStore, dryRun } = input;
  const { rows, columns, unknown } = await findQuarantined(input, gone);
  let unlinked = 0;
  const fromQuarantine: ChangeLine = (line) => {
    const next = withoutGone(input, line, { gone, rows });
    if (next !== undefined && next !== line) unlinked++;
    return next;
  };
  // By the quarantine it is known which lines of the ledger go: it is the last.
  const fromLedger: ChangeLine = (line) => withoutPerson(input, { gone, rows }, line);
  const ledger = await rewriteKept(privateStore, 'ledger', fromLedger, dryRun);
  const quarantine = await rewriteKept(privateStore, 'quarantine', fromQuarantine, dryRun);
  return { ledger, quarantine: { ...quarantine, unlinked }, looked: { columns, unknown } };
}

/** The people and the records that went with them, also where that was before a crash. */
async function goneIds({ privateStore, ids }: EraseInput, pruned: PruneResult): Promise<Set<string>> {
  const runs = new Set<unknown>();
  for await (const record of privateStore.read(prunedSheet)) if (ids.has(record.id)) runs.add(record['run']);
  const gone = new Set([...ids, ...pruned.gone]);
  for await (const record of privateStore.read(prunedSheet)) if (runs.has(record['run'])) gone.add(record.id);
  return gone;
}

async function otherEdits({ privateStore, ids }: EraseInput, traces: Traces): Promise<Edit[]> {
  const remove = (sheet: string, id: string): Edit => ({ sheet, id, change: () => undefined });
  const edits: Edit[] = [];
  for await (const { id, personId, decidedBy } of privateStore.read(claimRequestsSheet)) {
    if (ids.has(String(personId))) edits.push(remove(claimRequestsSheet, id));
    else if (ids.has(String(decidedBy))) {
      const change: Edit['change'] = (current) => current && { ...current, decidedBy: null };
      edits.push({ sheet: claimRequestsSheet, id, change });
    }
  }
  const digests = new Set(
    [...traces.emails.values()]
      .flatMap((each) => [...each])
      .filter((email) => !traces.shared.has(email.toLowerCase()))
      .map(addressDigest),
  );
  for await (const { id } of privateStore.read(suppressionsSheet))
    if (digests.has(id)) edits.push(remove(suppressionsSheet, id));
  return edits;
}

function digestEdits({ target, sheet, ids }: EraseInput): Edit[] {
  const sheets = target.privateSheets.filter(({ of }) => of === sheet);
  return sheets.flatMap(({ name }) => [...ids].map((id) => forgetImported(name, id)));
}

/** Claims that can be given back: nobody may ever get another's NameID. */
async function claimsOf({ privateStore, ids }: EraseInput): Promise<{ id: string; owner: string }[]> {
  const found: { id: string; owner: string }[] = [];
  for await (const { id, owner } of privateStore.claims.held())
    if (owner !== null && ids.has(owner) && !id.startsWith('name-id/')) found.push({ id, owner });
  return found;
}

async function releaseClaims(input: EraseInput): Promise<number> {
  return input.privateStore.claims.releaseNamed(await claimsOf(input));
}

/** As an import writes it that leaves the row out because its person was pruned. */
function withoutPerson(
  input: EraseInput,
  { gone, rows }: { readonly gone: ReadonlySet<string>; readonly rows: ReadonlySet<string> },
  line: Line,
): Line {
  const id = idOfLine(input, line);
  if (id === undefined || line['outcome'] === 'excluded') return line;
  // A row of these may have been mended: in another import it is somebody's record that stays.
  if (!gone.has(id) && !(rows.has(id) && line['outcome'] === 'quarantined')) return line;
  return { table: line['table'], row: line['row'], outcome: 'excluded', rule: 'pruned' };
}

/** Reads everything again. */
async function whatIsThere(input: EraseInput): Promise<string[]> {
  const there: string[] = [];
  for (const { name, of } of input.target.privateSheets) {
    if (of !== input.sheet) continue;
    for await (const { id } of input.privateStore.read(name))
      if (input.ids.has(id)) there.push(`a record in ${name}`);
  }
  for (const branch of input.branches) {
    const head = await input.publicStore.head(branch);
    if (head === undefined) continue;
    for await (const file of input.publicStore.readRecords(head.commit)) {
      const text = file.bytes.toString('latin1');
      for (const id of input.ids) if (text.includes(id)) there.push(`their id in ${branch}:${file.path}`);
    }
  }
  return there;
}

/** Asks for each object that a state of their records named. */
async function objectsThere(
  { privateStore }: EraseInput,
  gone: ReadonlySet<string>,
  { objects }: FoundElsewhere,
): Promise<string[]> {
  const there: string[] = [];
  for (const [name, id] of objects)
    if (gone.has(id) && (await privateStore.publicObject(name)) !== undefined)
      there.push('a file of theirs in the public bucket');
  return there;
}

async function linesThere(input: EraseInput, gone: ReadonlySet<string>): Promise<string[]> {
  const there: string[] = [];
  const { rows } = await findQuarantined(input, gone);
  for await (const line of readKept(input.privateStore, 'quarantine'))
    if (withoutGone(input, line, { gone, rows }) !== line)
      there.push('a quarantined row that is theirs or names them');
  return there;
}
