/** CREATE TABLE: columns, keys, charset. The statement is complete in the window when this is called. */
import { charsetNamed, charsetOfCollation } from '../charset/names.ts';
import type { Lexer } from '../lex/lexer.ts';
import {
  atEnd,
  expectPunctuation,
  fail,
  optionValue,
  skipParentheses,
  takeName,
  takePunctuation,
  takeQualifiedName,
  takeWord,
  type QualifiedName,
} from '../lex/parse.ts';
import type { UniqueKey } from '../types.ts';
import { parseColumn, type ParsedColumn } from './column.ts';

export interface ParsedTable {
  readonly name: QualifiedName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly columns: ParsedColumn[];
  readonly primaryKey: string[];
  readonly uniqueKeys: UniqueKey[];
  readonly charset: string | undefined;
  /** CREATE TABLE … LIKE this one. */
  readonly like: QualifiedName | undefined;
  /** CREATE TABLE … SELECT: rows that the dump does not carry. */
  readonly select: boolean;
}

export interface Keys {
  primaryKey: string[];
  uniqueKeys: UniqueKey[];
}

/** The lexer stands behind CREATE [OR REPLACE] [TEMPORARY] TABLE. */
export function parseCreateTable(lexer: Lexer, temporary: boolean): ParsedTable {
  let ifNotExists = false;
  if (takeWord(lexer, 'IF')) {
    if (!takeWord(lexer, 'NOT') || !takeWord(lexer, 'EXISTS')) fail(lexer, 'IF NOT EXISTS');
    ifNotExists = true;
  }
  const name = takeQualifiedName(lexer, 'a table name');
  const keys: Keys = { primaryKey: [], uniqueKeys: [] };
  const columns: ParsedColumn[] = [];
  let like: QualifiedName | undefined;
  let select = false;
  if (takeWord(lexer, 'LIKE')) {
    like = takeQualifiedName(lexer, 'a table name');
  } else if (takePunctuation(lexer, '(')) {
    if (takeWord(lexer, 'LIKE')) {
      like = takeQualifiedName(lexer, 'a table name');
      expectPunctuation(lexer, ')');
    } else if (lexer.isWord('SELECT')) {
      select = true;
    } else {
      parseDefinitions(lexer, columns, keys);
    }
  }
  const options = parseOptions(lexer);
  return {
    name,
    temporary,
    ifNotExists,
    columns,
    primaryKey: keys.primaryKey,
    uniqueKeys: keys.uniqueKeys,
    charset: options.charset,
    like,
    select: select || options.select,
  };
}

/** Behind the opening parenthesis; past the closing one. A comma may stand before it (a conditional comment left it). */
function parseDefinitions(lexer: Lexer, columns: ParsedColumn[], keys: Keys): void {
  while (!lexer.isPunctuation(')')) {
    if (!parseKey(lexer, keys)) {
      const column = parseColumn(lexer);
      columns.push(column);
      addColumnKeys(column, keys);
    }
    if (!takePunctuation(lexer, ',') && !lexer.isPunctuation(')')) fail(lexer, '"," or ")"');
  }
  lexer.next();
}

export function addColumnKeys(column: ParsedColumn, keys: Keys): void {
  if (column.primary) keys.primaryKey.push(column.name);
  if (column.unique) keys.uniqueKeys.push({ name: undefined, columns: [column.name] });
}

const keyWords = new Set([
  'PRIMARY',
  'UNIQUE',
  'KEY',
  'INDEX',
  'FULLTEXT',
  'SPATIAL',
  'VECTOR',
  'FOREIGN',
  'CONSTRAINT',
  'CHECK',
  'PERIOD',
]);

/** Reads a key or constraint, if one stands here. */
export function parseKey(lexer: Lexer, keys: Keys): boolean {
  if (lexer.kind !== 'word' || !keyWords.has(lexer.text.toUpperCase())) return false;
  let constraint: string | undefined;
  if (takeWord(lexer, 'CONSTRAINT') && !isKeyWord(lexer)) constraint = takeName(lexer, 'a constraint name');
  if (takeWord(lexer, 'PRIMARY')) {
    takeWord(lexer, 'KEY');
    while (!lexer.isPunctuation('(') && !atEnd(lexer)) lexer.next();
    keys.primaryKey.push(...parseKeyColumns(lexer));
  } else if (takeWord(lexer, 'UNIQUE')) {
    if (!takeWord(lexer, 'KEY')) takeWord(lexer, 'INDEX');
    const name =
      lexer.isPunctuation('(') || lexer.isWord('USING') ? constraint : takeName(lexer, 'a key name');
    while (!lexer.isPunctuation('(') && !atEnd(lexer)) lexer.next();
    keys.uniqueKeys.push({ name, columns: parseKeyColumns(lexer) });
  }
  skipDefinition(lexer);
  return true;
}

function isKeyWord(lexer: Lexer): boolean {
  return lexer.kind === 'word' && keyWords.has(lexer.text.toUpperCase());
}

function parseKeyColumns(lexer: Lexer): string[] {
  const columns: string[] = [];
  expectPunctuation(lexer, '(');
  while (!lexer.isPunctuation(')')) {
    if (lexer.isPunctuation('(')) skipParentheses(lexer);
    else columns.push(takeName(lexer, 'a column name'));
    while (!lexer.isPunctuation(',') && !lexer.isPunctuation(')')) {
      if (lexer.isPunctuation('(')) skipParentheses(lexer);
      else if (atEnd(lexer)) fail(lexer, '")"');
      else lexer.next();
    }
    takePunctuation(lexer, ',');
  }
  lexer.next();
  return columns;
}

/** To the comma or parenthesis that ends the definition. */
export function skipDefinition(lexer: Lexer): void {
  while (!lexer.isPunctuation(',') && !lexer.isPunctuation(')') && !atEnd(lexer)) {
    if (lexer.isPunctuation('(')) skipParentheses(lexer);
    else lexer.next();
  }
}

function parseOptions(lexer: Lexer): { charset: string | undefined; select: boolean } {
  let charset: string | undefined;
  let fromCollation: string | undefined;
  let select = false;
  while (!atEnd(lexer)) {
    if (lexer.isWord('SELECT') || lexer.isWord('VALUES') || lexer.isWord('WITH')) {
      select ||= lexer.isWord('SELECT') || lexer.isWord('VALUES');
      lexer.next();
    } else if (lexer.isWord('CHARSET') || lexer.isWord('CHARACTER') || lexer.isWord('COLLATE')) {
      const collation = lexer.isWord('COLLATE');
      const name = optionValue(lexer);
      if (collation) fromCollation = charsetOfCollation(name) ?? fromCollation;
      else charset = charsetNamed(name) ?? charset;
    } else if (lexer.isPunctuation('(')) {
      select ||= peekSelect(lexer);
      skipParentheses(lexer);
    } else if (lexer.isWord('PARTITION')) {
      // Partition definitions hold VALUES LESS THAN, and nothing behind them is an option of the table.
      while (!atEnd(lexer) && !lexer.isWord('SELECT')) lexer.next();
    } else {
      lexer.next();
    }
  }
  return { charset: charset ?? fromCollation, select };
}

function peekSelect(lexer: Lexer): boolean {
  return /^\(\s*select\b/i.test(lexer.window.bytes.latin1Slice(lexer.start, lexer.start + 16));
}
