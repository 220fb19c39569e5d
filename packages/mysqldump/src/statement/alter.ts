/** ALTER TABLE: keys that phpMyAdmin adds behind the rows, columns that hand-written files add. */
import {
  atEnd,
  skipParentheses,
  takeName,
  takePunctuation,
  takeQualifiedName,
  takeWord,
} from '../lex/parse.ts';
import type { TableEntry } from '../schema/catalog.ts';
import { parseColumn, type ParsedColumn } from '../schema/column.ts';
import { addColumnKeys, parseKey, skipDefinition } from '../schema/create-table.ts';
import type { Context } from './context.ts';
import { applyPrimaryKey, columnEntry, renameTable, resolve } from './tables.ts';

/** Behind the table's name. */
export function alterTable(context: Context, entry: TableEntry): void {
  const { lexer } = context;
  while (!atEnd(lexer)) {
    alteration(context, entry);
    skipDefinition(lexer);
    if (lexer.isPunctuation(')')) lexer.next();
    else takePunctuation(lexer, ',');
  }
  applyPrimaryKey(entry);
}

function alteration(context: Context, entry: TableEntry): void {
  const { lexer } = context;
  if (takeWord(lexer, 'ADD')) return add(context, entry);
  if (takeWord(lexer, 'MODIFY')) {
    takeWord(lexer, 'COLUMN');
    const column = parseColumn(lexer);
    return replaceColumn(context, entry, column.name, column);
  }
  if (takeWord(lexer, 'CHANGE')) {
    takeWord(lexer, 'COLUMN');
    const old = takeName(lexer, 'a column name');
    return replaceColumn(context, entry, old, parseColumn(lexer));
  }
  if (takeWord(lexer, 'DROP')) return drop(context, entry);
  if (takeWord(lexer, 'RENAME')) {
    if (lexer.isWord('COLUMN') || lexer.isWord('INDEX') || lexer.isWord('KEY')) {
      if (lexer.isWord('COLUMN'))
        context.failOrNote('rows-changed', 'ALTER TABLE renames a column', { entry });
      return;
    }
    if (!takeWord(lexer, 'TO')) takeWord(lexer, 'AS');
    renameTable(context, entry, resolve(context, takeQualifiedName(lexer, 'a table name')));
  }
}

function add(context: Context, entry: TableEntry): void {
  const { lexer } = context;
  if (parseKey(lexer, entry.table)) {
    entry.table.primaryKey = [...new Set(entry.table.primaryKey)];
    return;
  }
  if (lexer.isWord('PARTITION')) return;
  takeWord(lexer, 'COLUMN');
  if (takeWord(lexer, 'IF')) while (!takeWord(lexer, 'EXISTS') && !atEnd(lexer)) lexer.next();
  if (lexer.isPunctuation('(')) return skipParentheses(lexer);
  const from = lexer.start;
  const column = parseColumn(lexer);
  if (entry.rows > 0) {
    context.failOrNote('rows-changed', `ALTER TABLE adds column ${column.name} after rows of the table`, {
      entry,
    });
    return;
  }
  const position = / (first|after\s+[`"]?([^`"\s,]+))[`"]?\s*$/i.exec(
    lexer.window.bytes.utf8Slice(from, lexer.start),
  );
  const made = columnEntry(column, entry.table.charset);
  const entries = (entry.entries ??= []);
  const after = position?.[2];
  const index = after === undefined ? -1 : entries.findIndex((one) => one.column.name === after);
  if (position !== null && after === undefined) entries.unshift(made);
  else if (index >= 0) entries.splice(index + 1, 0, made);
  else entries.push(made);
  addColumnKeys(column, entry.table);
}

function replaceColumn(context: Context, entry: TableEntry, old: string, column: ParsedColumn): void {
  const index = entry.entries?.findIndex((one) => one.column.name.toLowerCase() === old.toLowerCase()) ?? -1;
  const before = entry.entries?.[index];
  if (entry.entries === undefined || before === undefined) return;
  const made = columnEntry(column, entry.table.charset);
  if (entry.rows > 0 && (made.kind !== before.kind || made.column.name !== before.column.name)) {
    context.failOrNote('rows-changed', `ALTER TABLE changes column ${old} after rows of the table`, {
      entry,
    });
    return;
  }
  entry.entries[index] = made;
  addColumnKeys(column, entry.table);
}

function drop(context: Context, entry: TableEntry): void {
  const { lexer } = context;
  for (const word of ['PRIMARY', 'INDEX', 'KEY', 'FOREIGN', 'CONSTRAINT', 'CHECK', 'PARTITION']) {
    if (!lexer.isWord(word)) continue;
    if (word === 'PRIMARY') entry.table.primaryKey = [];
    return;
  }
  takeWord(lexer, 'COLUMN');
  if (takeWord(lexer, 'IF')) takeWord(lexer, 'EXISTS');
  const name = takeName(lexer, 'a column name');
  if (entry.rows > 0)
    context.failOrNote('rows-changed', `ALTER TABLE drops column ${name} after rows of the table`, { entry });
  else entry.entries = entry.entries?.filter((one) => one.column.name.toLowerCase() !== name.toLowerCase());
}
