/** SET: what changes the reading of the rest (charset, sql_mode), and the variables they are saved in. */
import { atEnd, takeWord } from '../lex/parse.ts';
import type { Lexer } from '../lex/lexer.ts';
import type { Context } from './context.ts';

/** The lexer stands behind SET. */
export function handleSet(context: Context): void {
  const { lexer } = context;
  if (lexer.isWord('PASSWORD') || lexer.isWord('ROLE') || lexer.isWord('RESOURCE')) return;
  if (lexer.isWord('TRANSACTION') || lexer.isWord('STATEMENT')) return;
  while (!atEnd(lexer)) {
    assign(context);
    while (!lexer.isPunctuation(',') && !atEnd(lexer)) lexer.next();
    if (!atEnd(lexer)) lexer.next();
  }
}

function assign(context: Context): void {
  const { lexer } = context;
  if (takeWord(lexer, 'NAMES')) {
    const name = valueOf(context);
    setCharset(context, name);
    context.session.names = context.session.charset;
    return;
  }
  if (lexer.isWord('CHARSET') || lexer.isWord('CHARACTER')) {
    if (takeWord(lexer, 'CHARACTER')) takeWord(lexer, 'SET');
    else lexer.next();
    return setCharset(context, valueOf(context));
  }
  let scope = '';
  for (const word of ['GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY']) {
    if (takeWord(lexer, word)) scope = word;
  }
  if (lexer.kind !== 'variable' && lexer.kind !== 'word' && lexer.kind !== 'name') return;
  const name = lexer.kind === 'variable' ? lexer.text : `@@${lexer.text.toLowerCase()}`;
  lexer.next();
  if (lexer.isPunctuation(':')) lexer.next();
  if (!lexer.isPunctuation('=')) return;
  lexer.next();
  const value = valueOf(context);
  if (!name.startsWith('@@')) {
    if (value !== undefined) context.session.variables.set(name.slice(1), value);
    return;
  }
  if (scope === 'GLOBAL' || scope.startsWith('PERSIST') || name.startsWith('@@global.')) return;
  setVariable(context, name.replace(/^@@(?:session\.|local\.)?/, ''), value);
}

function setVariable(context: Context, name: string, value: string | null | undefined): void {
  if (name === 'character_set_client' || name === 'character_set') setCharset(context, value);
  else if (name === 'sql_mode') setSqlMode(context, value);
}

function setCharset(context: Context, value: string | null | undefined): void {
  // What was saved before anything was announced is the client's own charset, which the file does not tell.
  if (value === null) return context.session.forgetCharset();
  if (value !== undefined && context.session.setCharset(value)) return;
  context.failOrNote('session-unknown', `unknown character set ${value ?? ''}`);
}

function setSqlMode(context: Context, value: string | null | undefined): void {
  if (value === null) return;
  if (value === undefined)
    context.failOrNote('session-unknown', 'sql_mode is set to an expression this reader does not evaluate');
  else context.session.setSqlMode(value);
}

/** The value of a setting; null for a variable that holds none, undefined for what is not evaluated. */
function valueOf(context: Context): string | null | undefined {
  const { lexer } = context;
  const { kind, text } = lexer;
  if (kind === 'string') {
    const string = lexer.stringText();
    lexer.next();
    return string;
  }
  if (kind === 'variable') {
    lexer.next();
    return variable(context, text);
  }
  if (kind === 'number') {
    lexer.next();
    return text;
  }
  if (kind !== 'word' && kind !== 'name') return undefined;
  lexer.next();
  if (kind === 'word' && lexer.isPunctuation('(')) return call(context, lexer, text.toUpperCase());
  return kind === 'word' && text.toUpperCase() === 'NULL' ? null : text;
}

function variable({ session }: Context, text: string): string | null {
  if (!text.startsWith('@@')) return session.variables.get(text.slice(1)) ?? null;
  switch (text.replace(/^@@(?:session\.|local\.|global\.)?/, '')) {
    case 'character_set_client':
    case 'character_set_results':
    case 'character_set_connection':
      return session.charsetKnown ? session.charset : null;
    case 'sql_mode':
      return session.sqlMode;
    default:
      return null;
  }
}

/** CONCAT, IFNULL, COALESCE and REPLACE over settings: how some dumpers add to the sql_mode. */
function call(context: Context, lexer: Lexer, name: string): string | null | undefined {
  const values: (string | null | undefined)[] = [];
  lexer.next();
  while (!lexer.isPunctuation(')') && !atEnd(lexer)) {
    values.push(valueOf(context));
    if (lexer.isPunctuation(',')) lexer.next();
    else if (!lexer.isPunctuation(')')) return undefined;
  }
  if (!atEnd(lexer)) lexer.next();
  if (values.includes(undefined)) return undefined;
  const known = values as (string | null)[];
  switch (name) {
    case 'CONCAT':
      return known.includes(null) ? null : known.join('');
    case 'IFNULL':
    case 'COALESCE':
      return known.find((value) => value !== null) ?? null;
    case 'REPLACE':
      return known.length === 3 && !known.includes(null)
        ? (known[0] ?? '').replaceAll(known[1] ?? '', known[2] ?? '')
        : undefined;
    default:
      return undefined;
  }
}
