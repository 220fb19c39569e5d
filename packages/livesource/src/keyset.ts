import { type LiveColumn, type LiveTable, quoteName } from './catalog.ts';
import type { RawRow } from './answer.ts';

/** The key of the last row that was read, each cell as an SQL literal. */
export type KeyPosition = readonly string[];

/** Compared and ordered by number: their text sorts otherwise. */
const byNumber = new Set(['enum', 'set', 'bit']);

/** What stands for a key column in comparisons. */
function comparable(column: LiveColumn): string {
  return byNumber.has(column.dataType) ? `(${quoteName(column.name)}+0)` : quoteName(column.name);
}

/** Extra expressions at the end of each selected row, for key columns whose own text is no literal. */
export function keyExpressions(table: LiveTable): string[] {
  return (table.key?.columns ?? []).filter(({ dataType }) => byNumber.has(dataType)).map(comparable);
}

/** The position of a row of `SELECT columns…, keyExpressions…`. Undefined for a table without a key to page by. */
export function positionOf(table: LiveTable, row: RawRow): KeyPosition | undefined {
  if (table.key === undefined) return undefined;
  let extra = table.columns.length;
  return table.key.columns.map((column) => {
    const cell = byNumber.has(column.dataType)
      ? row[extra++]
      : row[table.columns.findIndex(({ name }) => name === column.name)];
    return literal(column, cell ?? Buffer.alloc(0));
  });
}

function literal(column: LiveColumn, cell: Buffer): string {
  if (column.kind === 'number' || byNumber.has(column.dataType)) return cell.toString('latin1');
  if (column.kind === 'bytes') return cell.length === 0 ? `''` : `X'${cell.toString('hex')}'`;
  if (/^[\d :.-]*$/.test(cell.toString('latin1'))) return `'${cell.toString('latin1')}'`;
  return `_utf8mb4 X'${cell.toString('hex')}'`;
}

/** Rows behind a position, in the order of the key. The first comparison alone lets the server seek in its index. */
export function behind(table: LiveTable, position: KeyPosition): string {
  return compare(table.key?.columns ?? [], position, '>', false);
}

/** Rows up to a position and with it. */
export function upTo(table: LiveTable, position: KeyPosition): string {
  return compare(table.key?.columns ?? [], position, '<', true);
}

function compare(
  columns: readonly LiveColumn[],
  position: KeyPosition,
  sign: '<' | '>',
  equal: boolean,
): string {
  const terms = columns.map((column, i) => {
    const same = columns.slice(0, i).map((one, j) => `${comparable(one)} = ${position[j]}`);
    const strict = i < columns.length - 1 || !equal;
    return `(${[...same, `${comparable(column)} ${sign}${strict ? '' : '='} ${position[i]}`].join(' AND ')})`;
  });
  const first = columns[0];
  return `${first === undefined ? '' : `${comparable(first)} ${sign}= ${position[0]} AND `}(${terms.join(' OR ')})`;
}

export function orderBy(table: LiveTable): string {
  const names = table.key?.columns.map(({ name }) => quoteName(name)) ?? [];
  return names.length === 0 ? '' : ` ORDER BY ${names.join(', ')}`;
}

/** ` FORCE INDEX (…)`, so that pages are read in the order of the key instead of sorted. */
export function forceIndex(table: LiveTable): string {
  return table.key === undefined ? '' : ` FORCE INDEX (${quoteName(table.key.index)})`;
}
