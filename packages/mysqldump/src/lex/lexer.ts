/** Tokens of SQL, straight from the window. */
import { decoderOf, decodeKeepingBytes } from '../charset/decode.ts';
import type { Session } from '../session.ts';
import { Blanks, lineEnd } from './blank.ts';
import { nameEnd, stringEnd, unescape } from './strings.ts';
import { needMore, type Window } from './window.ts';

export type TokenKind =
  /** A bare word: a keyword or a name. */
  | 'word'
  /** A name in backticks (or double quotes under ANSI_QUOTES). */
  | 'name'
  | 'string'
  | 'number'
  /** `0x…`, `x'…'`: `text` holds the hexadecimal digits. */
  | 'hex'
  /** `0b…`, `b'…'`: `text` holds the binary digits. */
  | 'bits'
  /** `@x` or `@@x`: `text` holds it in lower case without quotes. */
  | 'variable'
  | 'punctuation'
  /** The delimiter. */
  | 'end'
  /** The end of the input. */
  | 'eof'
  /** A string or name the input ends in. */
  | 'cut';

/** The token read last, and the position behind it. */
export class Lexer {
  kind: TokenKind = 'eof';
  start = 0;
  /** Behind the token. */
  at = 0;
  /** The word as written, the name without quotes, digits, punctuation; empty for strings. */
  text = '';
  /** Of a string: where its content is. */
  contentStart = 0;
  contentEnd = 0;
  quote = 0;

  readonly blanks = new Blanks();
  window: Window;
  readonly session: Session;

  constructor(window: Window, session: Session) {
    this.window = window;
    this.session = session;
  }

  /** Reads the next token; throws `needMore` where the window ends before it is certain. */
  next(): TokenKind {
    const w = this.window;
    this.start = this.blanks.skip(w, this.at);
    const kind = this.#read(w);
    this.kind = kind;
    return kind;
  }

  /** True, and past it, if the last token is this word (given in upper case). */
  isWord(word: string): boolean {
    return this.kind === 'word' && this.text.length === word.length && this.text.toUpperCase() === word;
  }

  isPunctuation(character: string): boolean {
    return this.kind === 'punctuation' && this.text === character;
  }

  /** The text of the string token in this charset (the session's without one). */
  stringText(charset?: string): string {
    const { bytes, length } = this.stringBytes();
    return (
      decoderOf(charset ?? this.session.charset)(bytes, 0, length) ?? decodeKeepingBytes(bytes, 0, length)
    );
  }

  /** The bytes of the string token; shared, see `unescape`. */
  stringBytes(): { bytes: Buffer; length: number } {
    return unescape(this.window.bytes, this.contentStart, this.contentEnd, this.quote, this.session);
  }

  #read(w: Window): TokenKind {
    const { bytes } = w;
    const at = this.start;
    if (at >= w.end) return this.#token('eof', at, '');
    if (this.atDelimiter(at)) return this.#token('end', at + this.session.delimiter.length, '');
    const byte = bytes[at] ?? 0;
    if (byte === 0x27 || (byte === 0x22 && !this.session.ansiQuotes)) return this.#string(w, at, byte);
    if (byte === 0x60 || byte === 0x22) return this.#name(w, at, byte);
    if (byte === 0x40) return this.#variable(w, at);
    if (isDigitByte(byte) || (byte === 0x2e && w.has(at + 1) && isDigitByte(bytes[at + 1] ?? 0))) {
      return this.#number(w, at);
    }
    if (isWordByte(byte)) return this.#word(w, at);
    return this.#token('punctuation', at + 1, String.fromCharCode(byte));
  }

  #token(kind: TokenKind, at: number, text: string): TokenKind {
    this.at = at;
    this.text = text;
    return kind;
  }

  /** The delimiter stands at `at`. `\g` and `\G` end a statement too, as in the client. */
  atDelimiter(at: number): boolean {
    const w = this.window;
    const { delimiter } = this.session;
    if (w.bytes[at] !== delimiter[0]) return false;
    for (let i = 1; i < delimiter.length; i++) {
      if (!w.has(at + i) || w.bytes[at + i] !== delimiter[i]) return false;
    }
    return true;
  }

  #string(w: Window, at: number, quote: number): TokenKind {
    const close = stringEnd(w, this.session, at + 1, quote);
    this.quote = quote;
    this.contentStart = at + 1;
    if (close < 0) {
      this.contentEnd = w.end;
      return this.#token('cut', w.end, '');
    }
    this.contentEnd = close;
    return this.#token('string', close + 1, '');
  }

  #name(w: Window, at: number, quote: number): TokenKind {
    const after = nameEnd(w, this.session, at + 1, quote);
    if (after < 0) return this.#token('cut', w.end, '');
    const mark = String.fromCharCode(quote);
    return this.#token('name', after, this.#decode(at + 1, after - 1).replaceAll(mark + mark, mark));
  }

  #decode(start: number, end: number): string {
    const { bytes } = this.window;
    return decoderOf(this.session.charset)(bytes, start, end) ?? decodeKeepingBytes(bytes, start, end);
  }

  #variable(w: Window, at: number): TokenKind {
    let p = at + 1;
    while (w.has(p) && w.bytes[p] === 0x40) p++;
    const marks = '@'.repeat(p - at);
    const byte = w.has(p) ? (w.bytes[p] ?? 0) : 0;
    if (byte === 0x60 || byte === 0x27 || byte === 0x22) {
      const after = nameEnd(w, this.session, p + 1, byte);
      if (after < 0) return this.#token('cut', w.end, '');
      return this.#token('variable', after, marks + this.#decode(p + 1, after - 1).toLowerCase());
    }
    const end = this.#wordEnd(w, p, true);
    return this.#token('variable', end, marks + this.#decode(p, end).toLowerCase());
  }

  #number(w: Window, at: number): TokenKind {
    const { bytes } = w;
    const radix = bytes[at] === 0x30 && w.has(at + 1) ? bytes[at + 1] : 0;
    if (radix === 0x78 || radix === 0x62) {
      const end = this.#wordEnd(w, at + 2, false);
      const digits = bytes.latin1Slice(at + 2, end);
      if (radix === 0x78 && /^[0-9a-fA-F]+$/.test(digits)) return this.#token('hex', end, digits);
      if (radix === 0x62 && /^[01]+$/.test(digits)) return this.#token('bits', end, digits);
    }
    let p = at;
    while (w.has(p) && (isDigitByte(bytes[p] ?? 0) || bytes[p] === 0x2e)) p++;
    if (w.has(p) && ((bytes[p] ?? 0) | 0x20) === 0x65) {
      let e = p + 1;
      if (w.has(e) && (bytes[e] === 0x2b || bytes[e] === 0x2d)) e++;
      if (w.has(e) && isDigitByte(bytes[e] ?? 0)) {
        p = e;
        while (w.has(p) && isDigitByte(bytes[p] ?? 0)) p++;
      }
    }
    // A name may start with a digit (`2024_sales`), which makes all of it a word.
    if (w.has(p) && isWordByte(bytes[p] ?? 0) && isWordByte(bytes[at] ?? 0) && !hasDot(bytes, at, p))
      return this.#word(w, at);
    return this.#token('number', p, bytes.latin1Slice(at, p));
  }

  #word(w: Window, at: number): TokenKind {
    const { bytes } = w;
    const end = this.#wordEnd(w, at, false);
    if (end - at === 1 && bytes[end] === 0x27 && end < w.end) {
      const letter = (bytes[at] ?? 0) | 0x20;
      if (letter === 0x78 || letter === 0x62) {
        const close = w.indexOf(0x27, end + 1);
        if (close < 0) {
          w.has(w.end);
          return this.#token('cut', w.end, '');
        }
        return this.#token(letter === 0x78 ? 'hex' : 'bits', close + 1, bytes.latin1Slice(end + 1, close));
      }
    }
    return this.#token('word', end, this.#decode(at, end));
  }

  #wordEnd(w: Window, at: number, dots: boolean): number {
    let p = at;
    while (w.has(p) && (isWordByte(w.bytes[p] ?? 0) || (dots && w.bytes[p] === 0x2e))) {
      // A delimiter such as $$ may follow a word directly, and is made of what words are made of.
      if (p > at && this.atDelimiter(p)) break;
      p++;
    }
    return p;
  }

  /** Goes to the end of the line, without the newline; the text of it. */
  restOfLine(from: number): string {
    const end = lineEnd(this.window, from);
    this.at = end;
    return this.#decode(from, end).trim();
  }
}

function hasDot(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x2e) return true;
  return false;
}

function isDigitByte(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Letters, digits, `_`, `$` and everything beyond ASCII. */
export function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x24 ||
    byte >= 0x80
  );
}

export { needMore };
