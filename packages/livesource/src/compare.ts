import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { type DumpEvent, readDump, type ReadOptions, type Value } from '@cutover/mysqldump';
import { isLong, type LiveTable, quoteName, readCatalog } from './catalog.ts';
import { RowDigest, sameDigest, serverDigest, type TableDigest } from './digest.ts';
import { asCutoverError } from './errors.ts';
import { insist } from './insist.ts';
import { behind, forceIndex, keyExpressions, type KeyPosition, orderBy, positionOf, upTo } from './keyset.ts';
import type { Manifest } from './manifest.ts';
import { readServer } from './server.ts';
import type { RawRow } from './answer.ts';
import type { Session } from './session.ts';
import type { Throttle } from './throttle.ts';

/** Rows of a dump, whoever read them. */
export interface ReadRows {
  readonly table: {
    readonly name: string;
    readonly columns?: readonly { readonly name: string; readonly type: string }[] | undefined;
  };
  /** Names in the order of the values. */
  readonly columns?: readonly string[] | undefined;
  readonly rows: readonly (readonly Value[])[];
}

/** Rows and digest of each table of a dump, as the dump reader reads it. */
export async function digestDump(
  paths: readonly string[],
  options: Pick<ReadOptions, 'lenient' | 'sqlMode' | 'charset'> = {},
): Promise<Map<string, TableDigest>> {
  return digestRows(rowsOf(readDump([...paths], options)));
}

async function* rowsOf(events: AsyncIterable<DumpEvent>): AsyncGenerator<ReadRows> {
  for await (const event of events) {
    if (event.kind === 'table') yield { table: event.table, rows: [] };
    if (event.kind === 'rows') yield event;
  }
}

/** The same of rows that other code read; a table without rows is told by an item without any. */
export async function digestRows(
  items: AsyncIterable<ReadRows> | Iterable<ReadRows>,
): Promise<Map<string, TableDigest>> {
  const digests = new Map<string, RowDigest>();
  const digestOf = ({ name, columns = [] }: ReadRows['table']): RowDigest => {
    const known = digests.get(name);
    if (known !== undefined) return known;
    const made = new RowDigest({ columns: columns.map(({ type }) => ({ long: isLong(type) })) });
    digests.set(name, made);
    return made;
  };
  for await (const { table, columns, rows } of items) {
    const digest = digestOf(table);
    const names = columns ?? table.columns?.map(({ name }) => name) ?? [];
    const types = new Map((table.columns ?? []).map(({ name, type }) => [name, isLong(type)]));
    const long = names.map((name) => types.get(name) === true);
    for (const row of rows) digest.add(row.map(bytesOf), long);
  }
  return new Map([...digests].map(([name, digest]) => [name, digest.value()]));
}

function bytesOf(value: Value): Buffer | null {
  if (value === null) return null;
  return typeof value === 'string'
    ? Buffer.from(value, 'utf8')
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * Reads an archive back (or takes what other code read of it) and holds every table against the counts and digests of
 * its manifest.
 */
export async function checkArchive(
  path: string,
  manifest: Manifest,
  read?: ReadonlyMap<string, TableDigest>,
): Promise<Check> {
  const found = read ?? (await digestDump([path]));
  const findings = new FindingList();
  let rows = 0;
  for (const table of manifest.tables) {
    const read = found.get(table.name) ?? { rows: 0, sum: '0' };
    rows += read.rows;
    if (sameDigest(read, table)) continue;
    findings.add({
      code: read.rows === table.rows ? 'rows-differ' : 'rows-missing',
      message: `${table.name}: the archive holds ${read.rows} rows, the server gave ${table.rows}${read.rows === table.rows ? ', and not the same' : ''}`,
      subject: table.name,
      expected: table.rows,
      actual: read.rows,
      next: 'do not use this archive: take another',
    });
  }
  return concludeCheck({
    id: 'archive',
    title: 'The archive, read back, holds the rows that the server gave',
    looked: manifest.tables.length,
    expected: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    actual: rows,
    findings,
    evidence: { sha256: manifest.file.sha256, tables: manifest.tables.length },
  });
}

const chunkRows = 20_000;

/**
 * Holds a dump against the server as it is now: rows and digest of each table, computed by the server in
 * pieces of its key, with a pause between them while it has too much to do.
 */
export async function checkAgainstServer(
  expected: ReadonlyMap<string, TableDigest>,
  session: Session,
  throttle: Throttle,
): Promise<Check> {
  const server = await readServer(session);
  const { tables } = await readCatalog(session, server.flavour === 'mariadb');
  const findings = new FindingList();
  let counted = 0;
  let pieces = 0;
  for (const table of tables) {
    const { digest, chunks } = await digestInPieces(session, table, throttle);
    pieces += chunks;
    counted += digest.rows;
    const wanted = expected.get(table.name);
    if (wanted !== undefined && sameDigest(wanted, digest)) continue;
    findings.add({
      code:
        wanted === undefined ? 'table-missing' : wanted.rows === digest.rows ? 'rows-differ' : 'rows-missing',
      message:
        wanted === undefined
          ? `${table.name}: the server has it, the dump does not`
          : `${table.name}: the dump holds ${wanted.rows} rows, the server ${digest.rows}${wanted.rows === digest.rows ? ', and not the same' : ''}`,
      subject: table.name,
      expected: digest.rows,
      actual: wanted?.rows ?? 0,
      next: 'read the source again; if the site is frozen, find who still writes',
    });
  }
  for (const [name, { rows }] of expected) {
    if (tables.some((table) => table.name === name)) continue;
    findings.add({
      code: 'table-gone',
      message: `${name}: the dump holds ${rows} rows, the server has no such table`,
      subject: name,
    });
  }
  return concludeCheck({
    id: 'source-counts',
    title: 'The server counts and digests the rows that the dump holds',
    looked: tables.length,
    expected: counted,
    actual: [...expected.values()].reduce((sum, { rows }) => sum + rows, 0),
    findings,
    evidence: { tables: tables.length, pieces, waitedMs: throttle.waitedMs, server: server.version },
  });
}

/** A table's digest from pieces of at most `chunkRows` rows, so that no statement runs long. */
async function digestInPieces(
  session: Session,
  table: LiveTable,
  throttle: Throttle,
): Promise<{ digest: TableDigest; chunks: number }> {
  let from: KeyPosition | undefined;
  let rows = 0;
  let sum = 0n;
  for (let chunks = 1; ; chunks++) {
    await throttle.wait(session);
    const to = await nextBoundary(session, table, from);
    const conditions = [
      ...(from === undefined ? [] : [behind(table, from)]),
      ...(to === undefined ? [] : [upTo(table, to)]),
    ];
    const piece = await insist(() =>
      serverDigest(session, table, conditions.length === 0 ? undefined : conditions.join(' AND ')),
    ).catch((error: unknown) => {
      throw asCutoverError(error, `table ${table.name}`);
    });
    rows += piece.rows;
    sum += BigInt(piece.sum);
    if (to === undefined) return { digest: { rows, sum: sum.toString() }, chunks };
    from = to;
  }
}

/** The key `chunkRows` rows behind another; undefined where there are not as many. */
async function nextBoundary(
  session: Session,
  table: LiveTable,
  from: KeyPosition | undefined,
): Promise<KeyPosition | undefined> {
  if (table.key === undefined) return undefined;
  const named = new Set(table.key.columns.map(({ name }) => name));
  const columns = [
    ...table.columns.map(({ name }) => (named.has(name) ? quoteName(name) : 'NULL')),
    ...keyExpressions(table),
  ].join(', ');
  const where = from === undefined ? '' : ` WHERE ${behind(table, from)}`;
  let found: RawRow | undefined;
  await session.each(
    `SELECT ${columns} FROM ${quoteName(table.name)}${forceIndex(table)}${where}${orderBy(table)} LIMIT ${chunkRows}, 1`,
    (rows) => {
      found = rows[0];
    },
  );
  return found === undefined ? undefined : positionOf(table, found);
}
