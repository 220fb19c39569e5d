/** One value of a row, read token by token: the path for all that is not a plain string, number or NULL. */
import { charsetNamed } from '../charset/names.ts';
import type { Lexer } from '../lex/lexer.ts';
import { atEnd, Unreadable } from '../lex/parse.ts';
import { callFunction } from './functions.ts';

export type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'default' }
  | { readonly kind: 'number'; readonly text: string }
  /** Bytes of a quoted string; `charset` is its introducer's, undefined for the session's. */
  | { readonly kind: 'string'; readonly bytes: Buffer; readonly charset: string | undefined }
  /** Bytes of a hexadecimal or bit literal, or of a function that makes bytes. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Characters, as a function made them. */
  | { readonly kind: 'text'; readonly text: string }
  /** An expression that is not evaluated here. */
  | { readonly kind: 'raw'; readonly sql: string };

const MAX_DEPTH = 32;

/** The lexer stands on the first token of the value; it is left on the comma or parenthesis behind it. */
export function parseLiteral(lexer: Lexer, depth = 0, endAllowed = false): Literal {
  const start = lexer.start;
  const open = lexer.blanks.open;
  const value = depth > MAX_DEPTH ? undefined : tryLiteral(lexer, depth);
  if (value !== undefined && isBehind(lexer, endAllowed)) return value;
  lexer.at = start;
  lexer.blanks.open = open;
  return skipExpression(lexer, endAllowed);
}

function tryLiteral(lexer: Lexer, depth: number): Literal | undefined {
  switch (lexer.kind) {
    case 'string':
      return takeStrings(lexer, undefined);
    case 'number':
      return takeNumber(lexer, '');
    case 'hex':
      return takeBytes(lexer, hexBytes(lexer.text));
    case 'bits':
      return takeBytes(lexer, bitBytes(lexer.text));
    case 'punctuation':
      return takeSigned(lexer, depth);
    case 'word':
      return takeWordValue(lexer, depth);
    default:
      return undefined;
  }
}

/** Strings that stand next to each other are one. */
function takeStrings(lexer: Lexer, charset: string | undefined): Literal {
  const first = copyString(lexer);
  const parts = [first];
  while (lexer.next() === 'string') parts.push(copyString(lexer));
  const bytes = parts.length === 1 ? first : Buffer.concat(parts);
  if (lexer.isWord('COLLATE')) {
    lexer.next();
    lexer.next();
  }
  return { kind: 'string', bytes, charset };
}

function copyString(lexer: Lexer): Buffer {
  const { bytes, length } = lexer.stringBytes();
  return Buffer.from(bytes.subarray(0, length));
}

function takeNumber(lexer: Lexer, sign: string): Literal {
  const text = sign + lexer.text;
  lexer.next();
  return { kind: 'number', text };
}

function takeBytes(lexer: Lexer, bytes: Buffer | undefined): Literal | undefined {
  lexer.next();
  return bytes === undefined ? undefined : { kind: 'bytes', bytes };
}

function takeSigned(lexer: Lexer, depth: number): Literal | undefined {
  if (lexer.text === '(') {
    lexer.next();
    const inner = parseLiteral(lexer, depth + 1);
    if (inner.kind === 'raw' || inner.kind === 'default' || !lexer.isPunctuation(')')) return undefined;
    lexer.next();
    return inner;
  }
  if (lexer.text !== '-' && lexer.text !== '+') return undefined;
  const sign = lexer.text;
  lexer.next();
  return lexer.kind === 'number' ? takeNumber(lexer, sign) : undefined;
}

function takeWordValue(lexer: Lexer, depth: number): Literal | undefined {
  const word = lexer.text.toUpperCase();
  if (word === 'NULL') return lexer.next() && { kind: 'null' };
  if (word === 'TRUE' || word === 'FALSE')
    return lexer.next() && { kind: 'number', text: word === 'TRUE' ? '1' : '0' };
  if (word === 'DEFAULT')
    return lexer.next() === 'punctuation' && !lexer.isPunctuation('(') ? { kind: 'default' } : undefined;
  const start = lexer.start;
  if (word.startsWith('_')) {
    const charset = charsetNamed(word.slice(1));
    lexer.next();
    if (charset === undefined) return undefined;
    if (lexer.kind === 'string') return takeStrings(lexer, charset);
    const bytes =
      lexer.kind === 'hex' ? hexBytes(lexer.text) : lexer.kind === 'bits' ? bitBytes(lexer.text) : undefined;
    if (bytes === undefined) return undefined;
    lexer.next();
    return charset === 'binary' ? { kind: 'bytes', bytes } : { kind: 'string', bytes, charset };
  }
  if (word === 'N' && lexer.window.bytes[lexer.at] === 0x27) {
    lexer.next();
    return takeStrings(lexer, 'utf8mb4');
  }
  if ((word === 'DATE' || word === 'TIME' || word === 'TIMESTAMP') && lexer.next() === 'string') {
    return takeStrings(lexer, undefined);
  }
  if (lexer.start === start) lexer.next();
  return lexer.isPunctuation('(') ? callFunction(word, lexer, depth) : undefined;
}

export function hexBytes(digits: string): Buffer | undefined {
  if (!/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

export function bitBytes(digits: string): Buffer | undefined {
  if (!/^[01]*$/.test(digits)) return undefined;
  const bytes = Buffer.alloc(Math.ceil(digits.length / 8));
  for (let i = 0; i < digits.length; i++) {
    if (digits[digits.length - 1 - i] === '1') {
      const at = bytes.length - 1 - (i >> 3);
      bytes[at] = (bytes[at] ?? 0) | (1 << (i & 7));
    }
  }
  return bytes;
}

/** The token that may follow a value: of INSERT … SET the end of the statement too. */
function isBehind(lexer: Lexer, endAllowed: boolean): boolean {
  return lexer.isPunctuation(',') || lexer.isPunctuation(')') || (endAllowed && lexer.kind === 'end');
}

/** From the value's first token (read again) to the comma or parenthesis behind it. */
function skipExpression(lexer: Lexer, endAllowed: boolean): Literal {
  lexer.next();
  const start = lexer.start;
  let end = start;
  let depth = 0;
  while (depth > 0 || !isBehind(lexer, endAllowed)) {
    if (atEnd(lexer))
      throw new Unreadable(lexer.start, lexer.kind === 'end' ? 'the statement ends inside a row' : 'cut');
    if (lexer.isPunctuation('(')) depth++;
    else if (lexer.isPunctuation(')')) depth--;
    end = lexer.at;
    lexer.next();
  }
  if (end === start) throw new Unreadable(start, 'a value is missing');
  return { kind: 'raw', sql: lexer.window.bytes.utf8Slice(start, end) };
}
