import {
  type ColumnDefinition,
  isNumeric,
  type KeyDefinition,
  type TableDefinition,
} from '../tables/definition.ts';
import { quoteName } from './maker.ts';

/** What servers spell differently in `SHOW CREATE TABLE`. */
export interface CreateDialect {
  readonly currentTimestamp: string;
  /** `DEFAULT NULL` is shown for TEXT too. */
  readonly textDefaultsToNull: boolean;
  readonly quotesNumericDefaults: boolean;
  readonly charset: string;
}

/** `SHOW CREATE TABLE` of a MyISAM table in three-byte UTF-8. */
export function createTable(
  table: TableDefinition,
  nextId: number | undefined,
  dialect: CreateDialect,
): string {
  const lines = [
    ...table.columns.map((column) => createColumn(column, dialect)),
    ...table.keys.map(createKey),
  ];
  const hasIds = table.columns.some(({ autoIncrement }) => autoIncrement === true);
  const increment = hasIds && nextId !== undefined ? ` AUTO_INCREMENT=${nextId}` : '';
  return `CREATE TABLE ${quoteName(table.name)} (\n  ${lines.join(',\n  ')}\n) ENGINE=MyISAM${increment} ${dialect.charset};\n`;
}

function createColumn(column: ColumnDefinition, dialect: CreateDialect): string {
  const parts = [quoteName(column.name), column.type];
  // A TIMESTAMP is NOT NULL unless it says otherwise.
  if (!column.nullable) parts.push('NOT NULL');
  else if (column.type === 'timestamp') parts.push('NULL');
  const value = defaultOf(column, dialect);
  if (value !== undefined) parts.push(`DEFAULT ${value}`);
  if (column.autoIncrement === true) parts.push('AUTO_INCREMENT');
  return parts.join(' ');
}

function defaultOf(column: ColumnDefinition, dialect: CreateDialect): string | undefined {
  if (column.default === 'now') return dialect.currentTimestamp;
  if (column.default === undefined) {
    const isShown = column.nullable && (column.type !== 'text' || dialect.textDefaultsToNull);
    return isShown ? 'NULL' : undefined;
  }
  return isNumeric(column) && !dialect.quotesNumericDefaults ? column.default : `'${column.default}'`;
}

function createKey({ kind, name, columns }: KeyDefinition): string {
  const list = `(${columns.map(quoteName).join(',')})`;
  if (kind === 'PRIMARY') return `PRIMARY KEY ${list}`;
  const word = kind === 'KEY' ? 'KEY' : `${kind} KEY`;
  return `${word} ${quoteName(name)} ${list}`;
}
