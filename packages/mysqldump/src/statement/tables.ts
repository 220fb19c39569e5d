/** CREATE, ALTER, DROP, RENAME of tables and databases, and what changes or empties tables. */
import { charsetNamed, charsetOfCollation } from '../charset/names.ts';
import {
  atEnd,
  optionValue,
  takeName,
  takeQualifiedName,
  takeWord,
  type QualifiedName,
} from '../lex/parse.ts';
import { newEntry, type ColumnEntry, type TableEntry } from '../schema/catalog.ts';
import { columnKinds, hasCharset, isGeometry, kindOfType } from '../schema/column-type.ts';
import type { ParsedColumn } from '../schema/column.ts';
import { parseCreateTable, type ParsedTable } from '../schema/create-table.ts';
import type { Column } from '../types.ts';
import { alterTable } from './alter.ts';
import type { Context } from './context.ts';

export function resolve(
  context: Context,
  name: QualifiedName,
): { database: string | undefined; name: string } {
  return { database: name.database ?? context.session.database, name: name.name };
}

/** Behind CREATE. */
export function handleCreate(context: Context): void {
  const { lexer } = context;
  if (takeWord(lexer, 'OR')) lexer.next();
  const temporary = takeWord(lexer, 'TEMPORARY');
  if (takeWord(lexer, 'TABLE')) return createTable(context, parseCreateTable(lexer, temporary));
  if (lexer.isWord('DATABASE') || lexer.isWord('SCHEMA')) return createDatabase(context);
  if (lexer.isWord('UNIQUE')) return createUnique(context);
  // CREATE [ALGORITHM = …] [DEFINER = …] [SQL SECURITY …] VIEW name
  for (let i = 0; i < 20 && !atEnd(lexer); i++) {
    if (takeWord(lexer, 'VIEW')) {
      if (takeWord(lexer, 'IF')) while (!takeWord(lexer, 'EXISTS') && !atEnd(lexer)) lexer.next();
      return dropStandIn(context, takeQualifiedName(lexer, 'a view name'));
    }
    lexer.next();
  }
}

function createDatabase(context: Context): void {
  const { lexer } = context;
  lexer.next();
  if (takeWord(lexer, 'IF')) while (!takeWord(lexer, 'EXISTS') && !atEnd(lexer)) lexer.next();
  const name = takeName(lexer, 'a database name');
  databaseOptions(context, name);
}

function databaseOptions(context: Context, name: string): void {
  const { lexer } = context;
  while (!atEnd(lexer)) {
    if (lexer.isWord('CHARSET') || lexer.isWord('CHARACTER') || lexer.isWord('COLLATE')) {
      const collation = lexer.isWord('COLLATE');
      const value = optionValue(lexer);
      const charset = collation ? charsetOfCollation(value) : charsetNamed(value);
      if (charset !== undefined && !(collation && context.catalog.databaseCharsets.has(name))) {
        context.catalog.databaseCharsets.set(name, charset);
      }
    } else {
      lexer.next();
    }
  }
}

/** CREATE UNIQUE INDEX name ON table (columns). */
function createUnique(context: Context): void {
  const { lexer } = context;
  lexer.next();
  while (!lexer.isWord('ON') && !atEnd(lexer)) lexer.next();
  if (!takeWord(lexer, 'ON')) return;
  const { database, name } = resolve(context, takeQualifiedName(lexer, 'a table name'));
  const entry = context.catalog.find(database, name);
  const columns: string[] = [];
  while (!lexer.isPunctuation(')') && !atEnd(lexer)) {
    lexer.next();
    if (lexer.kind === 'word' || lexer.kind === 'name') columns.push(lexer.text);
  }
  entry?.table.uniqueKeys.push({ name: undefined, columns });
}

function createTable(context: Context, parsed: ParsedTable): void {
  const { database, name } = resolve(context, parsed.name);
  const old = context.catalog.find(database, name);
  if (old !== undefined && old.table.name === name) {
    if (parsed.ifNotExists && old.entries !== undefined) return;
    if (old.rows > 0 && old.entries !== undefined) {
      context.failOrNote('table-twice', 'the dump holds this table a second time', { entry: old });
    } else if (old.rows > 0) {
      context.failOrNote('table-twice', 'the table is created after rows of it', { entry: old });
    }
  }
  const entry = old ?? newEntry(database, name, context.window.place(context.statementStart));
  const charset =
    parsed.charset ?? (database === undefined ? undefined : context.catalog.databaseCharsets.get(database));
  const source = parsed.like === undefined ? undefined : resolve(context, parsed.like);
  const like = source === undefined ? undefined : context.catalog.find(source.database, source.name);
  const entries =
    like?.entries?.map((one) => ({ ...one })) ?? parsed.columns.map((column) => columnEntry(column, charset));
  entry.entries = parsed.columns.length === 0 && like?.entries === undefined ? undefined : entries;
  entry.table.columns = entry.entries?.map((one) => one.column);
  entry.table.primaryKey = like === undefined ? [...new Set(parsed.primaryKey)] : [...like.table.primaryKey];
  entry.table.uniqueKeys = like === undefined ? parsed.uniqueKeys : [...like.table.uniqueKeys];
  applyPrimaryKey(entry);
  if (charset !== undefined) entry.table.charset = charset;
  if (parsed.select) {
    context.rowsUnknown(entry, 'CREATE TABLE … SELECT');
    context.noteOnce('insert-select', 'CREATE TABLE … SELECT carries no rows', { entry });
  }
  if (old === undefined) context.catalog.add(entry);
}

/** Columns of a primary key hold no NULL, whatever their definition says. */
export function applyPrimaryKey(entry: TableEntry): void {
  const key = new Set(entry.table.primaryKey.map((name) => name.toLowerCase()));
  for (const one of entry.entries ?? []) {
    if (key.has(one.column.name.toLowerCase()) && one.column.nullable)
      one.column = { ...one.column, nullable: false };
  }
  entry.table.columns = entry.entries?.map((one) => one.column);
}

export function columnEntry(parsed: ParsedColumn, tableCharset: string | undefined): ColumnEntry {
  const charset = parsed.charset ?? (hasCharset(parsed.base) ? tableCharset : undefined);
  const kind = kindOfType(parsed.base, charset);
  const bytes = kind === columnKinds.binary || kind === columnKinds.bit;
  const column: Column = {
    name: parsed.name,
    type: parsed.type,
    encoding: bytes ? 'base64' : 'text',
    nullable: parsed.nullable,
    ...(parsed.default === undefined ? {} : { default: parsed.default }),
    ...(charset === undefined || bytes || isGeometry(parsed.base) ? {} : { charset }),
    ...(parsed.generated ? { generated: true } : {}),
    ...(parsed.autoIncrement ? { autoIncrement: true } : {}),
  };
  const bits = parsed.base === 'bit' ? Math.max(1, Number.parseInt(parsed.size, 10) || 1) : 0;
  return { column, kind, base: parsed.base, bits, invisible: parsed.invisible };
}

/** Behind DROP. */
export function handleDrop(context: Context): void {
  const { lexer } = context;
  takeWord(lexer, 'TEMPORARY');
  if (!takeWord(lexer, 'TABLE') && !takeWord(lexer, 'TABLES')) return;
  if (takeWord(lexer, 'IF')) takeWord(lexer, 'EXISTS');
  while (!atEnd(lexer)) {
    const { database, name } = resolve(context, takeQualifiedName(lexer, 'a table name'));
    const entry = context.catalog.find(database, name);
    if (entry !== undefined && entry.rows > 0) {
      context.failOrNote('table-twice', 'the dump drops this table after its rows', { entry });
    } else if (entry !== undefined) {
      context.catalog.remove(entry);
    }
    if (!lexer.isPunctuation(',')) return;
    lexer.next();
  }
}

/** A view takes the place of the table that stood in for it. */
function dropStandIn(context: Context, qualified: QualifiedName): void {
  const { database, name } = resolve(context, qualified);
  const entry = context.catalog.find(database, name);
  if (entry !== undefined && entry.rows === 0 && !entry.announced) context.catalog.remove(entry);
}

/** Behind ALTER. */
export function handleAlter(context: Context): void {
  const { lexer } = context;
  if (lexer.isWord('DATABASE') || lexer.isWord('SCHEMA')) {
    lexer.next();
    databaseOptions(context, takeName(lexer, 'a database name'));
    return;
  }
  takeWord(lexer, 'ONLINE');
  takeWord(lexer, 'IGNORE');
  if (!takeWord(lexer, 'TABLE')) return;
  if (takeWord(lexer, 'IF')) takeWord(lexer, 'EXISTS');
  const { database, name } = resolve(context, takeQualifiedName(lexer, 'a table name'));
  const entry = context.catalog.find(database, name);
  if (entry !== undefined) alterTable(context, entry);
}

/** Behind RENAME. */
export function handleRename(context: Context): void {
  const { lexer } = context;
  if (!takeWord(lexer, 'TABLE') && !takeWord(lexer, 'TABLES')) return;
  while (!atEnd(lexer)) {
    const from = resolve(context, takeQualifiedName(lexer, 'a table name'));
    takeWord(lexer, 'TO');
    const to = resolve(context, takeQualifiedName(lexer, 'a table name'));
    const entry = context.catalog.find(from.database, from.name);
    if (entry !== undefined) renameTable(context, entry, to);
    if (!lexer.isPunctuation(',')) return;
    lexer.next();
  }
}

export function renameTable(
  context: Context,
  entry: TableEntry,
  to: { database: string | undefined; name: string },
): void {
  if (entry.rows > 0 || entry.announced) {
    context.failOrNote('rows-changed', `the dump renames this table to ${to.name} after its rows`, { entry });
    return;
  }
  context.catalog.remove(entry);
  entry.table.name = to.name;
  if (to.database !== undefined) entry.table.database = to.database;
  context.catalog.add(entry);
}

/** TRUNCATE, DELETE, UPDATE: harmless before rows of the table, a change of rows already given after. */
export function handleChange(context: Context, word: string): void {
  const { lexer } = context;
  let guard = 0;
  while (!atEnd(lexer) && guard++ < 8) {
    if (lexer.kind === 'word' && /^(TABLE|FROM|LOW_PRIORITY|QUICK|IGNORE)$/i.test(lexer.text)) lexer.next();
    else break;
  }
  if (lexer.kind !== 'word' && lexer.kind !== 'name') return;
  const { database, name } = resolve(context, takeQualifiedName(lexer, 'a table name'));
  const entry = context.catalog.find(database, name);
  if (entry === undefined || (entry.rows === 0 && entry.table.rowsUnknown === undefined)) return;
  context.rowsUnknown(entry, word);
  context.failOrNote('rows-changed', `${word} changes rows that were read`, { entry });
}
