/** A column as `CREATE TABLE` shows it, without what makers spell differently. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly autoIncrement?: boolean;
  /** `now` is the current timestamp; absent: NULL where the column may be NULL, else none. */
  readonly default?: string;
}

export interface KeyDefinition {
  readonly kind: 'PRIMARY' | 'UNIQUE' | 'KEY' | 'FULLTEXT';
  readonly name: string;
  readonly columns: readonly string[];
}

export interface TableDefinition {
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly KeyDefinition[];
}

export const required = (name: string, type: string, value?: string): ColumnDefinition => ({
  name,
  type,
  nullable: false,
  ...(value === undefined ? {} : { default: value }),
});

export const optional = (name: string, type: string, value?: string): ColumnDefinition => ({
  ...required(name, type, value),
  nullable: true,
});

export const autoId = (name = 'ID'): ColumnDefinition => ({
  name,
  type: 'int(10) unsigned',
  nullable: false,
  autoIncrement: true,
});

export const primary = (...columns: string[]): KeyDefinition => ({ kind: 'PRIMARY', name: '', columns });
export const unique = (name: string, ...columns: string[]): KeyDefinition => ({
  kind: 'UNIQUE',
  name,
  columns: columns.length === 0 ? [name] : columns,
});
export const key = (name: string, ...columns: string[]): KeyDefinition => ({
  kind: 'KEY',
  name,
  columns: columns.length === 0 ? [name] : columns,
});
export const fulltext = (...columns: string[]): KeyDefinition => ({
  kind: 'FULLTEXT',
  name: 'FULLTEXT',
  columns,
});

/** Columns that the framework puts first. Members of an ENUM are given with plain backslashes. */
export const recordColumns = (...classes: string[]): ColumnDefinition[] => [
  autoId(),
  required('Class', enumOf(...classes)),
  required('Created', 'timestamp', 'now'),
  optional('CreatorID', 'int(11)'),
];

export const versionedColumns = (...classes: string[]): ColumnDefinition[] => [
  ...recordColumns(...classes),
  optional('Modified', 'timestamp'),
  optional('ModifierID', 'int(10) unsigned'),
];

export const enumOf = (...members: string[]): string =>
  `enum(${members.map((member) => `'${member.replaceAll('\\', '\\\\')}'`).join(',')})`;

export const varchar = 'varchar(255)';
export const unsigned = 'int(10) unsigned';

/** The revisions of a versioned table: the same columns, numbered anew. */
export function historyOf(table: TableDefinition): TableDefinition {
  return {
    name: `history_${table.name}`,
    columns: [autoId('RevisionID'), ...table.columns.map(withoutIncrement)],
    keys: [primary('RevisionID'), key('ID')],
  };
}

function withoutIncrement({ autoIncrement: _dropped, ...column }: ColumnDefinition): ColumnDefinition {
  return column;
}

/** Whether dump programs write values of this column without quotes. */
export function isNumeric({ type }: ColumnDefinition): boolean {
  return /^(?:tinyint|smallint|mediumint|int|bigint|decimal|float|double)\b/.test(type);
}
