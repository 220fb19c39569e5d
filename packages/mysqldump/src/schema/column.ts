/** One column definition of a CREATE or ALTER TABLE. */
import { charsetNamed, charsetOfCollation } from '../charset/names.ts';
import type { Lexer } from '../lex/lexer.ts';
import { atEnd, fail, optionValue, skipParentheses, takeName, takeWord } from '../lex/parse.ts';
import type { ColumnDefault } from '../types.ts';

export interface ParsedColumn {
  readonly name: string;
  /** As written, without attributes such as NOT NULL. */
  type: string;
  /** First word in lower case; `binary` for CHAR BYTE, `varbinary` for LONG VARBINARY and so on. */
  base: string;
  /** What stands in parentheses behind the type. */
  size: string;
  nullable: boolean;
  default: ColumnDefault | undefined;
  /** The default in the form of a string literal: a DEFAULT of a binary column is bytes. */
  charset: string | undefined;
  generated: boolean;
  invisible: boolean;
  autoIncrement: boolean;
  primary: boolean;
  unique: boolean;
}

const modifiers = new Set(['UNSIGNED', 'SIGNED', 'ZEROFILL']);
const secondWords: Readonly<Record<string, ReadonlySet<string>>> = {
  DOUBLE: new Set(['PRECISION']),
  CHARACTER: new Set(['VARYING']),
  CHAR: new Set(['VARYING']),
  LONG: new Set(['VARCHAR', 'VARBINARY', 'CHAR']),
  NATIONAL: new Set(['VARCHAR', 'CHAR', 'CHARACTER', 'VARCHARACTER']),
  NCHAR: new Set(['VARYING', 'VARCHAR']),
};

export function parseColumn(lexer: Lexer): ParsedColumn {
  const name = takeName(lexer, 'a column name');
  const column: ParsedColumn = {
    name,
    type: '',
    base: '',
    size: '',
    nullable: true,
    default: undefined,
    charset: undefined,
    generated: false,
    invisible: false,
    autoIncrement: false,
    primary: false,
    unique: false,
  };
  if (lexer.kind !== 'word') fail(lexer, `the type of column ${name}`);
  parseType(lexer, column);
  let guard = -1;
  while (!lexer.isPunctuation(',') && !lexer.isPunctuation(')') && !atEnd(lexer)) {
    if (lexer.at === guard) fail(lexer, 'a column attribute');
    guard = lexer.at;
    parseAttribute(lexer, column);
  }
  return column;
}

function parseType(lexer: Lexer, column: ParsedColumn): void {
  const { bytes } = lexer.window;
  const start = lexer.start;
  let end = lexer.at;
  const first = lexer.text.toUpperCase();
  column.base = first.toLowerCase();
  lexer.next();
  while (lexer.kind === 'word' && secondWords[first]?.has(lexer.text.toUpperCase()) === true) {
    if (lexer.isWord('VARBINARY')) column.base = 'mediumblob';
    end = lexer.at;
    lexer.next();
  }
  if (lexer.isPunctuation('(')) {
    const open = lexer.at;
    let close = open;
    while (!lexer.isPunctuation(')')) {
      if (atEnd(lexer)) fail(lexer, '")"');
      lexer.next();
      close = lexer.start;
    }
    column.size = bytes.utf8Slice(open, close).trim();
    end = lexer.at;
    lexer.next();
  }
  while (lexer.kind === 'word' && modifiers.has(lexer.text.toUpperCase())) {
    end = lexer.at;
    lexer.next();
  }
  if (first === 'SERIAL') {
    column.nullable = false;
    column.autoIncrement = true;
    column.unique = true;
  }
  column.type = bytes.utf8Slice(start, end);
}

function parseAttribute(lexer: Lexer, column: ParsedColumn): void {
  if (lexer.isPunctuation('(')) return skipParentheses(lexer);
  if (lexer.kind !== 'word') return void lexer.next();
  switch (lexer.text.toUpperCase()) {
    case 'NOT':
      lexer.next();
      if (takeWord(lexer, 'NULL')) column.nullable = false;
      return;
    case 'DEFAULT':
      lexer.next();
      return parseDefault(lexer, column);
    case 'AUTO_INCREMENT':
      column.autoIncrement = true;
      break;
    case 'PRIMARY':
      column.primary = true;
      column.nullable = false;
      break;
    case 'UNIQUE':
      column.unique = true;
      break;
    case 'COMMENT':
      lexer.next();
      break;
    case 'CHARACTER':
    case 'CHARSET': {
      const charset = charsetNamed(optionValue(lexer));
      if (charset !== undefined) column.charset = charset;
      return;
    }
    case 'COLLATE': {
      const charset = charsetOfCollation(optionValue(lexer));
      if (charset !== undefined) column.charset ??= charset;
      return;
    }
    case 'ASCII':
      column.charset = 'latin1';
      break;
    case 'UNICODE':
      column.charset = 'ucs2';
      break;
    case 'BYTE':
      column.charset = 'binary';
      break;
    case 'AS':
    case 'GENERATED':
      column.generated = true;
      break;
    case 'INVISIBLE':
      column.invisible = true;
      break;
    case 'ON':
      // ON UPDATE CURRENT_TIMESTAMP, ON DELETE SET NULL (whose SET and DEFAULT are no attributes)
      lexer.next();
      lexer.next();
      if (takeWord(lexer, 'SET')) lexer.next();
      else if (!atEnd(lexer) && lexer.kind === 'word') lexer.next();
      return;
    default:
      break;
  }
  lexer.next();
}

function parseDefault(lexer: Lexer, column: ParsedColumn): void {
  const { bytes } = lexer.window;
  const start = lexer.start;
  let sign = '';
  if (lexer.isPunctuation('-') || lexer.isPunctuation('+')) {
    sign = lexer.text === '-' ? '-' : '';
    lexer.next();
  }
  if (lexer.kind === 'word' && lexer.text.startsWith('_')) {
    const introducer = charsetNamed(lexer.text.slice(1));
    if (lexer.next() === 'string') return literalDefault(lexer, column, lexer.stringText(introducer));
  }
  if (lexer.kind === 'string') return literalDefault(lexer, column, lexer.stringText());
  if (lexer.kind === 'number') return literalDefault(lexer, column, sign + lexer.text);
  if (lexer.isWord('NULL')) return literalDefault(lexer, column, null);
  if (lexer.isWord('TRUE')) return literalDefault(lexer, column, '1');
  if (lexer.isWord('FALSE')) return literalDefault(lexer, column, '0');
  if (lexer.isWord('VALUE') && column.base === 'serial') return void lexer.next();
  let end = lexer.at;
  if (lexer.isPunctuation('(')) {
    skipParentheses(lexer);
    end = lexer.start;
  } else {
    if (atEnd(lexer)) fail(lexer, 'a default');
    lexer.next();
    if (lexer.isPunctuation('(')) {
      skipParentheses(lexer);
      end = lexer.start;
    }
  }
  column.default = { kind: 'expression', sql: bytes.utf8Slice(start, end).trim() };
}

function literalDefault(lexer: Lexer, column: ParsedColumn, value: string | null): void {
  column.default = { kind: 'value', value };
  lexer.next();
}
