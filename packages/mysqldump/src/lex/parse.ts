/** Small pieces of grammar shared by the statements. */
import type { Lexer } from './lexer.ts';

export interface QualifiedName {
  readonly database: string | undefined;
  readonly name: string;
}

/** Thrown where a statement that is complete does not read as its grammar wants. */
export class Unreadable {
  readonly at: number;
  readonly what: string;

  constructor(at: number, what: string) {
    this.at = at;
    this.what = what;
  }
}

export function fail(lexer: Lexer, expected: string): never {
  throw new Unreadable(lexer.start, `expected ${expected}`);
}

/** True, and the lexer past it, if the last token is the word. */
export function takeWord(lexer: Lexer, word: string): boolean {
  if (!lexer.isWord(word)) return false;
  lexer.next();
  return true;
}

export function takePunctuation(lexer: Lexer, character: string): boolean {
  if (!lexer.isPunctuation(character)) return false;
  lexer.next();
  return true;
}

export function expectPunctuation(lexer: Lexer, character: string): void {
  if (!takePunctuation(lexer, character)) fail(lexer, `"${character}"`);
}

/**
 * The last token as a name. A string in double quotes is a name too where one must stand: a dump written under
 * ANSI_QUOTES that does not say so has no other reading.
 */
export function takeName(lexer: Lexer, what: string): string {
  let name: string;
  if (lexer.kind === 'word' || lexer.kind === 'name' || lexer.kind === 'number') name = lexer.text;
  else if (lexer.kind === 'string' && lexer.quote === 0x22) name = lexer.stringText();
  else fail(lexer, what);
  lexer.next();
  return name;
}

export function takeQualifiedName(lexer: Lexer, what: string): QualifiedName {
  const first = takeName(lexer, what);
  if (!lexer.isPunctuation('.')) return { database: undefined, name: first };
  lexer.next();
  return { database: first, name: takeName(lexer, what) };
}

/** Past a balanced parenthesis; the lexer stands on its opening. */
export function skipParentheses(lexer: Lexer): void {
  let depth = 0;
  do {
    if (lexer.isPunctuation('(')) depth++;
    else if (lexer.isPunctuation(')')) depth--;
    else if (lexer.kind === 'end' || lexer.kind === 'eof' || lexer.kind === 'cut') fail(lexer, '")"');
    lexer.next();
  } while (depth > 0);
}

export function atEnd(lexer: Lexer): boolean {
  return lexer.kind === 'end' || lexer.kind === 'eof' || lexer.kind === 'cut';
}

/** The value behind CHARSET, CHARACTER SET or COLLATE, with or without `=`. */
export function optionValue(lexer: Lexer): string {
  const two = lexer.isWord('CHARACTER');
  lexer.next();
  if (two && !takeWord(lexer, 'SET')) return '';
  takePunctuation(lexer, '=');
  const value = lexer.kind === 'string' ? lexer.stringText() : lexer.text;
  if (!atEnd(lexer)) lexer.next();
  return value;
}
