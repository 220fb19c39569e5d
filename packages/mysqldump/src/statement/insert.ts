/** INSERT and REPLACE up to their rows. */
import {
  expectPunctuation,
  fail,
  takeName,
  takePunctuation,
  takeQualifiedName,
  takeWord,
} from '../lex/parse.ts';
import { statementEnd } from '../lex/statement-end.ts';
import { shapeOf, type Shape } from '../rows/shape.ts';
import type { TableEntry } from '../schema/catalog.ts';
import type { Context } from './context.ts';
import { resolve } from './tables.ts';

export type InsertHead =
  | { readonly kind: 'rows'; readonly shape: Shape; readonly at: number }
  /** INSERT … SET a = 1, b = 2: one row. */
  | { readonly kind: 'set'; readonly shape: Shape; readonly at: number }
  /** INSERT … SELECT, of which nothing is read. */
  | { readonly kind: 'none'; readonly at: number };

/** The lexer stands behind INSERT or REPLACE; nothing is remembered before the head is complete. */
export function readInsertHead(context: Context, word: string): InsertHead {
  const { lexer } = context;
  let ignore = false;
  while (lexer.kind === 'word' && /^(LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)$/i.test(lexer.text)) {
    ignore ||= lexer.isWord('IGNORE');
    lexer.next();
  }
  takeWord(lexer, 'INTO');
  const start = lexer.start;
  const qualified = takeQualifiedName(lexer, 'a table name');
  if (takeWord(lexer, 'PARTITION')) takeList(context);
  let listed: string[] | undefined;
  if (lexer.isPunctuation('(')) {
    listed = takeList(context);
    if (listed === undefined) return select(context, qualified, start);
  }
  if (lexer.isWord('SELECT') || lexer.isWord('TABLE') || lexer.isWord('WITH') || lexer.isPunctuation('(')) {
    return select(context, qualified, start);
  }
  const set = lexer.isWord('SET');
  if (!set && !lexer.isWord('VALUES') && !lexer.isWord('VALUE')) fail(lexer, 'VALUES, SET or SELECT');
  const at = lexer.at;
  const { database, name } = resolve(context, qualified);
  const entry = context.tableFor(database, name, start);
  if (listed !== undefined) assertKnown(context, entry, listed, start);
  if (ignore || word === 'REPLACE') {
    const spelled = ignore ? 'INSERT IGNORE' : 'REPLACE';
    context.noteOnce('may-merge', `${spelled}: a server keeps fewer rows if keys repeat`, {
      entry,
      at: start,
    });
  }
  const skip = context.options.tables?.(entry.table.name, entry.table.database) === false;
  return { kind: set ? 'set' : 'rows', shape: shapeOf(entry, listed, skip), at };
}

/** A list of names in parentheses; undefined (and the lexer where it was) for a SELECT in parentheses. */
function takeList(context: Context): string[] | undefined {
  const { lexer } = context;
  lexer.next();
  if (lexer.isWord('SELECT')) return undefined;
  const names: string[] = [];
  while (!lexer.isPunctuation(')')) {
    let name = takeName(lexer, 'a column name');
    // A column may be qualified: `t`.`a`, or `db`.`t`.`a`.
    while (takePunctuation(lexer, '.')) name = takeName(lexer, 'a column name');
    names.push(name);
    if (!lexer.isPunctuation(')')) expectPunctuation(lexer, ',');
  }
  lexer.next();
  return names;
}

function assertKnown(context: Context, entry: TableEntry, listed: readonly string[], at: number): void {
  const seen = new Set<string>();
  const known = entry.entries && new Set(entry.entries.map((one) => one.column.name.toLowerCase()));
  for (const name of listed) {
    const lower = name.toLowerCase();
    if (known?.has(lower) === false) {
      context.fail(
        'column-unknown',
        `the INSERT names column ${name}, which the CREATE TABLE does not have`,
        { entry, at, column: name },
      );
    }
    if (seen.has(lower))
      context.fail('column-unknown', `the INSERT names column ${name} twice`, { entry, at, column: name });
    seen.add(lower);
  }
}

function select(
  context: Context,
  qualified: { database: string | undefined; name: string },
  at: number,
): InsertHead {
  const found = statementEnd(context.lexer, at);
  if (found.cut !== undefined)
    context.fail('truncated-in-statement', 'the dump ends inside an INSERT … SELECT', { at });
  const { database, name } = resolve(context, qualified);
  const entry = context.tableFor(database, name, at);
  context.rowsUnknown(entry, 'INSERT … SELECT');
  context.note('insert-select', 'INSERT … SELECT carries no rows: how many the table holds is unknown', {
    entry,
    at,
  });
  context.lexer.blanks.open = found.open;
  return { kind: 'none', at: found.after };
}
