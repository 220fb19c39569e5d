import type { LegacyTable } from './legacy-schema.ts';
import type {
  KnownCell,
  RowValue,
  SettledCell,
  SettledChange,
  SettledInsert,
  SettledRow,
} from './settle-rows.ts';

/**
 * One file of SQL for MySQL and MariaDB that writes rows into the legacy tables, in this order:
 *   1. every column that is used is asked for, so that a missing one is found before anything is written
 *   2. guards: a row that is not as the import read it (nor as this file leaves it), or a name that is taken, ends the
 *      file with an error that says which (`Duplicate entry '…'`); nothing is written by then
 *   3. writes, each of which does nothing where it was done before: the file can be applied again, also after
 *      it was cut off half-way on an engine without transactions
 * New rows get the server's next numbers; later rows find them by their key.
 */
export function* legacySql(rows: readonly SettledRow[], about: readonly string[]): Generator<string> {
  const numbers = new Map<string, string>();
  for (const row of rows)
    if (row.kind === 'insert' && row.number !== undefined)
      numbers.set(row.number.of, `@cutover_row_${numbers.size + 1}`);
  const sql = new Writer(numbers);
  for (const line of about) yield `-- ${line.replaceAll(/[\r\n]+/g, ' ')}\n`;
  yield 'SET NAMES utf8mb4;\n';
  yield "SET time_zone = '+00:00';\n";
  yield "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO';\n";
  for (const [table, columns] of columnsUsed(rows))
    yield `SELECT ${columns.map(name).join(', ')} FROM ${name(table)} LIMIT 0;\n`;
  yield `CREATE TEMPORARY TABLE ${guards} (refusal VARCHAR(180) NOT NULL PRIMARY KEY) CHARACTER SET utf8mb4;\n`;
  yield 'START TRANSACTION;\n';
  for (const row of rows) if (row.kind === 'insert') yield* sql.number(row);
  for (const row of rows) yield* row.kind === 'insert' ? sql.guardInsert(row) : sql.guardChange(row);
  for (const row of rows) yield* row.kind === 'insert' ? sql.insert(row) : sql.change(row);
  yield 'COMMIT;\n';
  yield `DROP TEMPORARY TABLE ${guards};\n`;
}

const guards = 'cutover_carry_back_guards';

function columnsUsed(rows: readonly SettledRow[]): Map<string, string[]> {
  const used = new Map<string, Set<string>>();
  for (const row of rows) {
    const columns = used.get(row.table.name) ?? new Set();
    used.set(row.table.name, columns);
    for (const { column } of row.cells) columns.add(column);
    if (row.kind !== 'insert') for (const { column } of row.where) columns.add(column);
  }
  return new Map([...used].map(([table, columns]) => [table, [...columns].sort()]));
}

const name = (text: string): string => `\`${text.replaceAll('`', '``')}\``;

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001a': '\\Z',
  "'": "\\'",
  '\\': '\\\\',
};

/** A string literal under an sql_mode without NO_BACKSLASH_ESCAPES, on one line. */
export const quote = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  `'${text.replaceAll(/[\u0000\n\r\u001a'\\]/g, (character) => escapes[character]!)}'`;

class Writer {
  readonly #numbers: ReadonlyMap<string, string>;

  constructor(numbers: ReadonlyMap<string, string>) {
    this.#numbers = numbers;
  }

  /** What a new row is numbered, where it is there already. */
  *number({ table, number, key, cells }: SettledInsert): Generator<string> {
    if (number === undefined) return;
    const found = `SELECT MIN(${name(number.column)}) FROM ${name(table.name)} WHERE ${this.#keyed(key, cells)}`;
    yield `SET ${this.#numbers.get(number.of)!} = (${found});\n`;
  }

  /** Nobody else may have a key of the row; the row itself, as it shall be, may be there. */
  *guardInsert({ table, key, cells, about }: SettledInsert): Generator<string> {
    const columns = new Set(cells.filter(({ value }) => value !== null).map(({ column }) => column));
    const keys = [key, ...table.uniqueKeys].filter((one) => one.every((column) => columns.has(column)));
    const same = cells.map(({ column, value }) => this.#is(column, value)).join(' AND ');
    for (const one of new Set(keys.map((columns) => this.#keyed(columns, cells)))) {
      const other = `SELECT 1 FROM ${name(table.name)} WHERE ${one} AND NOT (${same})`;
      yield guard(`${about}: another row has its key`, `EXISTS (${other})`);
    }
  }

  *guardChange(row: SettledChange): Generator<string> {
    const { table, where, cells, about, kind } = row;
    const place = this.#all(where);
    const before = this.#known(cells);
    if (kind === 'delete') {
      const other = `SELECT 1 FROM ${name(table.name)} WHERE ${place} AND NOT (${before})`;
      yield guard(`${about}: the row is not as it was imported`, `EXISTS (${other})`);
      return;
    }
    const either = `SELECT 1 FROM ${name(table.name)} WHERE ${place} AND ((${before}) OR (${this.#after(cells)}))`;
    yield guard(`${about}: the row is not as it was imported`, `NOT EXISTS (${either})`);
    yield* this.#guardKeys(row, place);
  }

  /** A changed address or name must not be somebody else's in legacy. */
  *#guardKeys({ table, cells, about }: SettledChange, place: string): Generator<string> {
    const changed = cells.flatMap(({ column, to }): SettledCell[] =>
      to === undefined ? [] : [{ column, value: to }],
    );
    for (const key of table.uniqueKeys) {
      const own = changed.filter(({ column, value }) => key.includes(column) && value !== null);
      if (own.length !== key.length) continue;
      const other = `SELECT 1 FROM ${name(table.name)} WHERE ${this.#keyed(key, own)} AND NOT (${place})`;
      yield guard(`${about}: another row has its key`, `EXISTS (${other})`);
    }
  }

  *insert(row: SettledInsert): Generator<string> {
    const { table, key, cells } = row;
    const place = this.#keyed(key, cells);
    const columns = cells.map(({ column }) => name(column)).join(', ');
    const values = cells.map(({ value }) => this.#value(value)).join(', ');
    const there = `SELECT 1 FROM ${name(table.name)} WHERE ${place}`;
    yield `INSERT INTO ${name(table.name)} (${columns}) SELECT ${values} FROM DUAL WHERE NOT EXISTS (${there});\n`;
    yield* this.number(row);
    yield* this.#revision(row, place);
  }

  *change(row: SettledChange): Generator<string> {
    const { table, where, cells, kind } = row;
    const place = this.#all(where);
    if (kind === 'delete') {
      yield `DELETE FROM ${name(table.name)} WHERE ${place};\n`;
      return;
    }
    const set = cells.flatMap(({ column, to }) =>
      to === undefined ? [] : [`${name(column)} = ${this.#value(to)}`],
    );
    yield `UPDATE ${name(table.name)} SET ${[...set, ...untouched(table, cells)].join(', ')} WHERE ${place};\n`;
    yield* this.#revision(row, place);
  }

  /** The version that was made, in the twin table of versions. */
  *#revision({ table, revisions }: SettledRow, place: string): Generator<string> {
    if (revisions === undefined) return;
    const columns = Object.entries(table.columns)
      .filter(([, { generated }]) => !generated)
      .map(([column]) => name(column))
      .join(', ');
    const twin = name(revisions.table);
    const same = revisions.by.map((column) => `twin.${name(column)} <=> own.${name(column)}`).join(' AND ');
    const from = `${name(table.name)} AS own WHERE ${place}`;
    yield `INSERT INTO ${twin} (${columns}) SELECT ${columns} FROM ${from} AND NOT EXISTS (SELECT 1 FROM ${twin} AS twin WHERE ${same});\n`;
  }

  /** By a key as the server compares it: without regard to case where its collation does. */
  #keyed(key: readonly string[], cells: readonly SettledCell[]): string {
    return key
      .map((column) => {
        const value = cells.find((cell) => cell.column === column)?.value ?? null;
        return value === null ? `${name(column)} IS NULL` : `${name(column)} = ${this.#value(value)}`;
      })
      .join(' AND ');
  }

  #all(cells: readonly SettledCell[]): string {
    return cells.map(({ column, value }) => `${name(column)} = ${this.#value(value)}`).join(' AND ');
  }

  /** As the import read it, column by column; what it did not read is not asked for. */
  #known(cells: readonly KnownCell[]): string {
    const asked = cells.flatMap(({ column, from }) =>
      from === undefined ? [] : [this.#isAny(column, from)],
    );
    return asked.length === 0 ? 'TRUE' : asked.join(' AND ');
  }

  #after(cells: readonly KnownCell[]): string {
    const asked = cells.flatMap(({ column, from, to }) =>
      to !== undefined ? [this.#is(column, to)] : from === undefined ? [] : [this.#isAny(column, from)],
    );
    return asked.join(' AND ');
  }

  #isAny(column: string, values: readonly RowValue[]): string {
    return `(${values.map((value) => this.#is(column, value)).join(' OR ')})`;
  }

  /** Compared byte by byte as text, whatever the column's type and collation. */
  #is(column: string, value: RowValue): string {
    if (value === null) return `${name(column)} IS NULL`;
    if (typeof value === 'object') return `${name(column)} <=> ${this.#value(value)}`;
    const text = `CONVERT(${name(column)} USING utf8mb4)`;
    // What the import took for absent may have been spaces.
    if (value === '') return `TRIM(${text}) = ''`;
    return `CAST(${text} AS BINARY) <=> CAST(${quote(value)} AS BINARY)`;
  }

  #value(value: RowValue): string {
    if (value === null) return 'NULL';
    return typeof value === 'string' ? quote(value) : this.#numbers.get(value.numberOf)!;
  }
}

/** Old servers set the first TIMESTAMP of a row to now whenever the row is changed, unless it is given. */
function untouched(table: LegacyTable, cells: readonly KnownCell[]): string[] {
  const set = new Set(cells.filter(({ to }) => to !== undefined).map(({ column }) => column));
  return Object.entries(table.columns)
    .filter(([column, { type, generated }]) => /^timestamp/i.test(type) && !generated && !set.has(column))
    .map(([column]) => `${name(column)} = ${name(column)}`);
}

/** Ends the file with an error that says why where a condition is true: two equal keys, on any server. */
function guard(refusal: string, condition: string): string {
  const twice = '(SELECT 1 AS n UNION ALL SELECT 2) AS twice';
  const said = quote([...refusal].slice(-180).join(''));
  return `INSERT INTO ${guards} SELECT ${said} FROM ${twice} WHERE ${condition};\n`;
}
