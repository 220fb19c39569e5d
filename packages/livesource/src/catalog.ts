import type { Session } from './session.ts';

/** How a cell is written and digested: unquoted, quoted text, or bytes. */
export type CellKind = 'number' | 'text' | 'bytes';

export interface LiveColumn {
  readonly name: string;
  /** MySQL's type without its length, lower case. */
  readonly dataType: string;
  readonly kind: CellKind;
  /** Longer than what a server concatenates safely: digested by its own hash. */
  readonly long: boolean;
  readonly generated: boolean;
}

/** Columns of a key that orders every row and tells any two apart; undefined where there is none that can be paged by. */
export interface PagingKey {
  readonly index: string;
  readonly columns: readonly LiveColumn[];
}

export interface LiveTable {
  readonly name: string;
  readonly engine: string;
  /** Reads of it are part of a consistent snapshot. */
  readonly transactional: boolean;
  /** Bytes as the server stores it, for the order of work and for page sizes; a guess for InnoDB. */
  readonly bytes: number;
  readonly averageRowBytes: number;
  /** When rows were last changed, where the server knows (`2026-01-31 12:00:00`, UTC). A hint, never a proof. */
  readonly updatedAt: string | null;
  /** Those whose values are written, in the order of the CREATE TABLE. */
  readonly columns: readonly LiveColumn[];
  /** INSERTs need to name their columns: some are computed or hidden. */
  readonly namesColumns: boolean;
  readonly key: PagingKey | undefined;
  /** As SHOW CREATE TABLE gives it. */
  readonly create: string;
}

export interface Catalog {
  readonly tables: readonly LiveTable[];
  readonly views: readonly string[];
  readonly sequences: readonly string[];
}

const transactionalEngines = new Set(['innodb', 'xtradb', 'rocksdb', 'tokudb']);
const numbers = new Set([
  'tinyint',
  'smallint',
  'mediumint',
  'int',
  'integer',
  'bigint',
  'decimal',
  'numeric',
  'float',
  'double',
  'real',
]);
const geometries = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
]);
const longTypes = new Set([
  'tinytext',
  'text',
  'mediumtext',
  'longtext',
  'json',
  'tinyblob',
  'blob',
  'mediumblob',
  'longblob',
  'vector',
]);
/** Equality of these is not that of their text. */
const unpageable = new Set(['float', 'double', 'real', 'json']);

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Whether a type (`varchar(10)`, `longblob`) is digested by its own hash. */
export function isLong(type: string): boolean {
  const dataType = /^\w+/.exec(type.toLowerCase())?.[0] ?? '';
  return longTypes.has(dataType) || geometries.has(dataType);
}

/**
 * Tables, views and sequences of the connection's database, in the order of their names, as mysqldump has them.
 * `computed`: with the values of computed columns, which mariadb-dump writes and mysqldump does not.
 */
export async function readCatalog(session: Session, computed: boolean): Promise<Catalog> {
  const kinds = await session.query('SHOW FULL TABLES');
  const named = (...types: string[]): string[] =>
    kinds.filter(([, type]) => types.includes(type ?? '')).map(([name]) => name ?? '');
  const status = new Map((await session.records('SHOW TABLE STATUS')).map((row) => [row['Name'] ?? '', row]));
  const tables: LiveTable[] = [];
  for (const name of named('BASE TABLE', 'SYSTEM VERSIONED')) {
    tables.push(await readTable(session, name, status.get(name) ?? {}, computed));
  }
  return { tables, views: named('VIEW', 'SYSTEM VIEW'), sequences: named('SEQUENCE') };
}

async function readTable(
  session: Session,
  name: string,
  status: Record<string, string | null>,
  computed: boolean,
): Promise<LiveTable> {
  const columns = (await session.records(`SHOW FULL COLUMNS FROM ${quoteName(name)}`)).map(columnOf);
  const stored = columns.filter(({ generated }) => computed || !generated);
  const engine = status['Engine'] ?? 'unknown';
  return {
    name,
    engine,
    transactional: transactionalEngines.has(engine.toLowerCase()),
    bytes: Number(status['Data_length'] ?? 0),
    averageRowBytes: Number(status['Avg_row_length'] ?? 0),
    updatedAt: status['Update_time'] ?? null,
    columns: stored,
    namesColumns: stored.length < columns.length || columns.some(({ hidden }) => hidden),
    key: pagingKey(await session.records(`SHOW INDEX FROM ${quoteName(name)}`), columns),
    create: await createStatement(session, name),
  };
}

/** The CREATE TABLE as the server gives it. */
export async function createStatement(session: Session, table: string): Promise<string> {
  const [row] = await session.query(`SHOW CREATE TABLE ${quoteName(table)}`);
  return row?.[1] ?? '';
}

/** A CREATE TABLE without what changes while rows are added. */
export function withoutCounter(create: string): string {
  return create.replace(/ AUTO_INCREMENT=\d+/, '');
}

function columnOf(row: Record<string, string | null>): LiveColumn & { hidden: boolean; nullable: boolean } {
  const dataType = /^\w+/.exec((row['Type'] ?? '').toLowerCase())?.[0] ?? '';
  const extra = row['Extra'] ?? '';
  const bytes =
    /^(binary|varbinary|(tiny|medium|long)?blob|bit|vector)$/.test(dataType) || geometries.has(dataType);
  return {
    name: row['Field'] ?? '',
    dataType,
    kind: bytes ? 'bytes' : numbers.has(dataType) ? 'number' : 'text',
    long: isLong(dataType),
    generated: /\b(VIRTUAL|STORED|PERSISTENT)\b/i.test(extra),
    hidden: /\bINVISIBLE\b/i.test(extra),
    nullable: row['Null'] === 'YES',
  };
}

/** The primary key, else the first unique key without NULLs, if its columns can be compared with literals. */
function pagingKey(
  index: readonly Record<string, string | null>[],
  columns: readonly (LiveColumn & { nullable: boolean })[],
): PagingKey | undefined {
  const keys = new Map<string, Record<string, string | null>[]>();
  for (const row of index) {
    if (row['Non_unique'] !== '0' || row['Index_type'] !== 'BTREE') continue;
    const name = row['Key_name'] ?? '';
    keys.set(name, [...(keys.get(name) ?? []), row]);
  }
  const names = [...keys.keys()].sort((a, b) => Number(b === 'PRIMARY') - Number(a === 'PRIMARY'));
  for (const name of names) {
    const parts = (keys.get(name) ?? []).sort(
      (a, b) => Number(a['Seq_in_index']) - Number(b['Seq_in_index']),
    );
    const members = parts.map((part) => {
      const column = columns.find((one) => one.name === part['Column_name']);
      const usable =
        part['Sub_part'] === null &&
        part['Collation'] === 'A' &&
        part['Ignored'] !== 'YES' &&
        part['Visible'] !== 'NO';
      if (column === undefined || !usable || column.nullable || column.generated || column.long)
        return undefined;
      return unpageable.has(column.dataType) ? undefined : column;
    });
    if (members.length > 0 && !members.includes(undefined))
      return { index: name, columns: members as LiveColumn[] };
  }
  return undefined;
}
