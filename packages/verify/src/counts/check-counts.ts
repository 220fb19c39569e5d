import { type Check, concludeCheck, CutoverError, FindingList, type TableAccount } from '@cutover/core';
import { type Profile, resolveTable, rowName } from '@cutover/records';
import { type DumpRow, readRows } from '../dump/read-rows.ts';
import type { Reading } from '../dump/session.ts';
import { Balance, Differences } from './balance.ts';
import type { Ledger } from './ledger-lines.ts';
import { digestOf, TableSum } from './row-digest.ts';

export interface CountsInput {
  readonly dump: readonly string[];
  /** How to read a dump that does not say it. */
  readonly reading?: Reading;
  readonly profile: Profile;
  /** What the import says that it accounted for; absent: what the ledger says. */
  readonly tables?: Readonly<Record<string, TableAccount>> | undefined;
  /** Undefined where there is none. */
  readonly ledger: Ledger | undefined;
}

/**
 * Holds a dump, read by code that the importer does not share, against the ledger of its import: rows of every table
 * (`counts`), and a digest of every row (`digests`). The dump is read twice where something differs, to name it.
 * Memory is constant. Both are unknown for a dump that this reader does not understand. Throws CutoverError
 * `file-unreadable` and `ledger-damaged`.
 */
export async function checkCounts(input: CountsInput): Promise<Check[]> {
  let dump: DumpSide;
  try {
    dump = await readDumpSide(input);
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'dump-not-understood') throw error;
    return [countsCheck, digestsCheck].map((check) =>
      concludeCheck({
        ...check,
        looked: 0,
        expected: 'rows',
        actual: undefined,
        couldNotTell: error.message,
      }),
    );
  }
  const ledger = await readLedgerSide(input, dump.balance);
  return [checkRowCounts(input, dump, ledger), await checkDigests(input, dump, ledger)];
}

const countsCheck = {
  id: 'counts',
  title: 'An independent count finds the rows that the import accounted for',
};
const digestsCheck = {
  id: 'digests',
  title: 'Every row of the dump, read by other code, is the row that the ledger has',
};

interface DumpSide {
  readonly tables: ReadonlyMap<string, TableSum>;
  readonly balance: Balance;
  /** Rows with a cell that this reader does not understand, by table. */
  readonly unread: ReadonlyMap<string, number>;
}

interface LedgerSide {
  readonly tables: ReadonlyMap<string, TableSum>;
  readonly lines: number;
  /** Lines of older versions, which kept no digests. */
  readonly withoutDigest: number;
}

async function readDumpSide({ dump, reading, profile }: CountsInput): Promise<DumpSide> {
  const tables = new Map<string, TableSum>();
  const unread = new Map<string, number>();
  const balance = new Balance();
  const names = new RowNames(profile);
  for await (const rows of readRows(dump, reading)) {
    for (const row of rows) {
      const { name: table } = row.table;
      const digest = digestOf(row);
      if (digest === undefined) unread.set(table, (unread.get(table) ?? 0) + 1);
      sumOf(tables, table).add(digest ?? unknownDigest);
      const name = names.of(row);
      if (name !== undefined) balance.add(`${table}\0${name}`, digest ?? '');
    }
  }
  return { tables, balance, unread };
}

const unknownDigest = '0'.repeat(24);

async function readLedgerSide({ ledger }: CountsInput, balance: Balance): Promise<LedgerSide> {
  const tables = new Map<string, TableSum>();
  let lines = 0;
  let withoutDigest = 0;
  for await (const line of ledger?.lines() ?? []) {
    lines++;
    if (line.digest === undefined) withoutDigest++;
    const sum = sumOf(tables, line.table);
    if (line.row === undefined) {
      sum.addAll(line.rows ?? 0, line.digest ?? '0');
      continue;
    }
    sum.add(line.digest ?? unknownDigest);
    balance.take(`${line.table}\0${line.row}`, line.digest ?? '');
  }
  return { tables, lines, withoutDigest };
}

function sumOf(tables: Map<string, TableSum>, table: string): TableSum {
  const sum = tables.get(table) ?? new TableSum();
  tables.set(table, sum);
  return sum;
}

/** Names of rows as ledgers have them; undefined for tables that are excluded as a whole. */
class RowNames {
  readonly #profile: Profile;
  readonly #tables = new Map<string, ReturnType<typeof resolveTable>>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  of({ table, columns, cells }: DumpRow): string | undefined {
    if (!this.#tables.has(table.name)) this.#tables.set(table.name, resolveTable(this.#profile, table.name));
    const resolved = this.#tables.get(table.name);
    if (resolved === undefined || 'rule' in resolved) return undefined;
    const { source, scope } = resolved;
    const key = source.key.map((name) => String(cells[columns?.indexOf(name) ?? -1] ?? ''));
    return rowName({ source: source.source, scope, key });
  }
}

function checkRowCounts({ tables, ledger }: CountsInput, dump: DumpSide, entered: LedgerSide): Check {
  const findings = new FindingList();
  let rows = 0;
  let accounted = 0;
  for (const table of new Set([
    ...dump.tables.keys(),
    ...entered.tables.keys(),
    ...Object.keys(tables ?? {}),
  ])) {
    const inDump = dump.tables.get(table)?.rows ?? 0;
    const said = tables === undefined ? undefined : (tables[table]?.rows ?? 0);
    const inLedger = ledger === undefined ? undefined : (entered.tables.get(table)?.rows ?? 0);
    rows += inDump;
    accounted += said ?? inLedger ?? 0;
    for (const [who, count] of [
      ['the import accounted for', said],
      ['the ledger has', inLedger],
    ] as const) {
      if (count === undefined || count === inDump) continue;
      findings.add({
        code: count === 0 ? 'table-empty' : 'rows-differ',
        message: `${table}: the dump holds ${inDump} rows, ${who} ${count}`,
        subject: table,
        expected: inDump,
        actual: count,
        next: 'do not go on: rows were lost or invented between the dump and the import',
      });
    }
  }
  return concludeCheck({
    ...countsCheck,
    looked: rows,
    expected: rows,
    actual: accounted,
    findings,
    couldNotTell: tables === undefined && ledger === undefined ? noLedger : undefined,
    evidence: { tables: dump.tables.size },
  });
}

const noLedger = 'there is no ledger to hold the dump against';

async function checkDigests(input: CountsInput, dump: DumpSide, ledger: LedgerSide): Promise<Check> {
  const findings = new FindingList();
  const { total, has } = dump.balance.differing();
  const comparable = input.ledger !== undefined && ledger.withoutDigest === 0;
  if (comparable && total > 0) await nameDifferences(input, has, findings);
  if (comparable && total > 0 && findings.total === 0 && dump.unread.size === 0) findings.add(unnamed);
  if (comparable) excludedTables(input.profile, dump, ledger, findings);
  const unread = [...dump.unread.values()].reduce((sum, count) => sum + count, 0);
  const rows = [...dump.tables.values()].reduce((sum, table) => sum + table.rows, 0);
  return concludeCheck({
    ...digestsCheck,
    looked: comparable ? rows : 0,
    expected: rows,
    actual: comparable ? Math.max(0, rows - unread - findings.total) : 0,
    findings,
    couldNotTell: couldNotTell(input, ledger, unread, dump.unread),
    evidence: {
      tables: Object.fromEntries(
        [...dump.tables].map(([name, { rows: count, digest }]) => [name, { rows: count, digest }]),
      ),
      ledgerLines: ledger.lines,
      ...(total > 0 ? { bucketsThatDiffer: total } : {}),
    },
  });
}

const unnamed = {
  code: 'rows-differ',
  message: 'dump and ledger differ, and did not when they were read again: something changes them meanwhile',
  subject: 'ledger',
  next: 'stop what writes the dump or the private store, and verify again',
};

function couldNotTell(
  { ledger }: CountsInput,
  { withoutDigest }: LedgerSide,
  unread: number,
  tables: ReadonlyMap<string, number>,
): string | undefined {
  if (ledger === undefined) return noLedger;
  if (withoutDigest > 0)
    return `${withoutDigest} lines of the ledger have no digest: import with this version`;
  if (unread === 0) return undefined;
  return `${unread} rows of ${[...tables.keys()].join(', ')} hold expressions, or text in a charset that the independent reader does not know: they were counted only`;
}

/** Reads both sides again and says what is behind the names that do not balance. */
async function nameDifferences(
  { dump, reading, profile, ledger }: CountsInput,
  has: (name: string) => boolean,
  findings: FindingList,
): Promise<void> {
  const differences = new Differences();
  const names = new RowNames(profile);
  for await (const rows of readRows(dump, reading)) {
    for (const row of rows) {
      const name = `${row.table.name}\0${names.of(row) ?? ''}`;
      if (!name.endsWith('\0') && has(name)) differences.left(name, digestOf(row));
    }
  }
  for await (const line of ledger!.lines()) {
    const name = `${line.table}\0${line.row ?? ''}`;
    if (line.row !== undefined && has(name)) differences.right(name, line.digest);
  }
  for (const [name, { left, right }] of differences.entries()) {
    const [table, row] = name.split('\0') as [string, string];
    // A row that this reader did not understand is said as unknown, not as different.
    if (left.includes('') && left.length === right.length) continue;
    findings.add(differenceOf(table, row, left.length, right.length));
  }
}

function differenceOf(table: string, row: string, inDump: number, inLedger: number) {
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  const [code, what] =
    inLedger === 0
      ? ['row-missing', 'the dump has it, the ledger does not']
      : inDump === 0
        ? ['row-invented', 'the ledger has it, the dump does not']
        : inDump === inLedger
          ? ['row-differs', 'the ledger was written for another content than the dump has']
          : ['row-doubled', `the dump has it ${times(inDump)}, the ledger ${times(inLedger)}`];
  return {
    code,
    message: `${row} of table ${table}: ${what}`,
    subject: row,
    expected: inDump,
    actual: inLedger,
    next: 'do not go on: find out which of the two is wrong, then import again',
  };
}

/** Tables that are excluded as a whole have one line each: their keys are not known. */
function excludedTables(profile: Profile, dump: DumpSide, ledger: LedgerSide, findings: FindingList): void {
  for (const [table, { rows, digest }] of dump.tables) {
    const resolved = resolveTable(profile, table);
    const entered = ledger.tables.get(table);
    if (resolved === undefined || !('rule' in resolved) || entered === undefined) continue;
    if (dump.unread.has(table) || entered.rows !== rows || entered.digest === digest) continue;
    findings.add({
      code: 'table-differs',
      message: `${table}: as many rows as the ledger has, and not the same`,
      subject: table,
      expected: digest,
      actual: entered.digest,
      next: 'the table is excluded, so nothing was lost: find out why it was read differently',
    });
  }
}
