import { type ColumnDefinition, isNumeric } from './tables/definition.ts';

// eslint-disable-next-line no-control-regex
const special = /[\u0000\n\r\u001a"'\\]/g;
const escapes: Readonly<Record<string, string>> = {
  '\u0000': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001a': '\\Z',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};

/** A value as `mysql_real_escape_string` and the dump programs write it. */
export function literal(column: ColumnDefinition, value: string | null): string {
  if (value === null) return 'NULL';
  if (isNumeric(column)) return value;
  return `'${value.replaceAll(special, (character) => escapes[character]!)}'`;
}
