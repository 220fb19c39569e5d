import type { Session } from '../session.ts';
import { isDashes, lineEnd, Blanks, conditionalStart } from './blank.ts';
import { isWordByte, type Lexer } from './lexer.ts';
import { nameEnd, stringEnd } from './strings.ts';
import type { Window } from './window.ts';

export interface StatementEnd {
  /** Index of the delimiter, or the end of the input. */
  readonly end: number;
  /** Index behind the delimiter. */
  readonly after: number;
  /** The input ended first: outside of anything, inside a string or name, or inside a stored program. */
  readonly cut: undefined | 'open' | 'string' | 'program';
  /** Conditional comments that are open behind it. */
  readonly open: number;
}

const programs = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
const notPrograms = new Set([
  'TABLE',
  'VIEW',
  'INDEX',
  'DATABASE',
  'SCHEMA',
  'USER',
  'ROLE',
  'SEQUENCE',
  'SERVER',
]);
const endsOfBlocks = new Set(['IF', 'LOOP', 'REPEAT', 'WHILE', 'FOR']);

/**
 * Finds the delimiter that ends the statement at `from`, past strings, names and comments. The body of a
 * stored program holds semicolons of its own; a dump without DELIMITER commands leaves it to the reader to
 * match BEGIN with END.
 */
export function statementEnd(lexer: Lexer, from: number): StatementEnd {
  const w = lexer.window;
  const { session } = lexer;
  const blanks = new Blanks();
  blanks.open = lexer.blanks.open;
  const blocks = new Blocks();
  let at = from;
  for (;;) {
    if (!w.has(at))
      return { end: w.end, after: w.end, cut: blocks.depth > 0 ? 'program' : 'open', open: blanks.open };
    const byte = w.bytes[at] ?? 0;
    if (byte === session.delimiter[0] && lexer.atDelimiter(at)) {
      blocks.delimiter();
      if (blocks.depth <= 0 || session.delimiter[0] !== 0x3b || session.delimiter.length > 1) {
        return { end: at, after: at + session.delimiter.length, cut: undefined, open: blanks.open };
      }
      at += session.delimiter.length;
    } else if (isWordByte(byte)) {
      const start = at;
      do at++;
      while (w.has(at) && isWordByte(w.bytes[at] ?? 0) && !lexer.atDelimiter(at));
      if (at - start < 12) blocks.word(w.bytes.latin1Slice(start, at));
    } else {
      const next = skipOne(w, session, blanks, at, byte);
      if (next < 0) return { end: w.end, after: w.end, cut: 'string', open: blanks.open };
      at = next;
    }
  }
}

/** Behind the string, name, comment or byte at `at`; -1 if the input ends inside it. */
function skipOne(w: Window, session: Session, blanks: Blanks, at: number, byte: number): number {
  switch (byte) {
    case 0x27:
    case 0x22: {
      const close = stringEnd(w, session, at + 1, byte);
      return close < 0 ? -1 : close + 1;
    }
    case 0x60:
      return nameEnd(w, session, at + 1, byte);
    case 0x23:
      return lineEnd(w, at);
    case 0x2d:
      return isDashes(w, at) ? lineEnd(w, at) : at + 1;
    case 0x2f:
      return skipComment(w, blanks, at);
    case 0x2a:
      if (blanks.open > 0 && w.has(at + 1) && w.bytes[at + 1] === 0x2f) {
        blanks.open--;
        return at + 2;
      }
      return at + 1;
    default:
      return at + 1;
  }
}

function skipComment(w: Window, blanks: Blanks, at: number): number {
  if (!w.has(at + 1) || w.bytes[at + 1] !== 0x2a) return at + 1;
  const inside = conditionalStart(w, at);
  if (inside >= 0) {
    blanks.open++;
    return inside;
  }
  return blanks.skipBlock(w, at);
}

/** Counts the blocks of a stored program. */
class Blocks {
  depth = 0;
  #words = 0;
  #first = '';
  #program: boolean | undefined;
  #afterEnd = false;

  word(text: string): void {
    const word = text.toUpperCase();
    this.#words++;
    if (this.#words === 1) this.#first = word;
    if (this.#words === 2 && this.#first === 'BEGIN' && word === 'NOT') {
      this.#program = true;
      this.depth = 1;
    }
    if (this.#program === undefined) this.#decide(word);
    if (this.#program !== true) return;
    if (this.#afterEnd) {
      this.#afterEnd = false;
      if (endsOfBlocks.has(word)) return;
      this.depth--;
      if (word === 'CASE') return;
    }
    if (word === 'BEGIN' || word === 'CASE') this.depth++;
    else if (word === 'END') this.#afterEnd = true;
  }

  /** `END` directly before a delimiter ends a BEGIN or CASE. */
  delimiter(): void {
    if (this.#afterEnd) this.depth--;
    this.#afterEnd = false;
  }

  #decide(word: string): void {
    if (this.#first !== 'CREATE' || this.#words > 24 || notPrograms.has(word)) this.#program = false;
    else if (programs.has(word)) this.#program = true;
  }
}
