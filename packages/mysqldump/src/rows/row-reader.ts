/**
 * Rows of one INSERT … VALUES. The common row (quoted strings, numbers, NULL, nothing between them) is read by
 * jumping from quote to quote; anything else falls back, row by row, to the lexer.
 *
 * | state     | stands at                                     | next                         |
 * |-----------|-----------------------------------------------|------------------------------|
 * | row       | before a row's opening parenthesis            | separator, or an error       |
 * | separator | behind a row                                  | row, or done at the delimiter |
 *
 * `needMore` can be thrown anywhere: `at` and the state then are those of the last complete row.
 */
import { decodeUtf8 } from '../charset/decode.ts';
import type { DumpCode } from '../error.ts';
import type { Lexer } from '../lex/lexer.ts';
import { atEnd, expectPunctuation, takeName, Unreadable } from '../lex/parse.ts';
import { statementEnd } from '../lex/statement-end.ts';
import { closeUp, unescape } from '../lex/strings.ts';
import { needMore, type Window } from '../lex/window.ts';
import type { Value } from '../types.ts';
import { cellOf, isTrouble } from './cell.ts';
import { parseLiteral, type Literal } from './literal.ts';
import { maybeDoubleUtf8 } from './double-utf8.ts';
import { cellKinds, isCharsetAssumed, MAX_COLUMNS, settle, type Shape } from './shape.ts';

export interface RowProblem {
  readonly at: number;
  readonly row?: number;
  readonly column?: string | undefined;
  readonly excerptFrom?: number;
}

/** What the reader of rows tells, and asks, the reader of the dump. */
export interface RowHost {
  /** Never returns. */
  fail(code: DumpCode, what: string, problem: RowProblem): never;
  /** Text that is none in its charset: strict reading fails, lenient gets a string that keeps the bytes. */
  invalidText(bytes: Buffer, start: number, end: number, at: number, shape: Shape, index: number): string;
  expression(shape: Shape, index: number, sql: string, at: number): string;
  /** Text beyond ASCII passed by in a file that names no charset. */
  assumed(shape: Shape, index: number, at: number): void;
  doubleUtf8(text: string, shape: Shape, index: number, at: number): string;
  /** A string held a backslash escape. */
  sawEscape(at: number, escapesQuote: boolean): void;
  zeroByte(shape: Shape, index: number, at: number): void;
  onDuplicate(shape: Shape, at: number): void;
}

const QUOTE = 0x27;
const COMMA = 0x2c;
const OPEN = 0x28;
const CLOSE = 0x29;
/** Strings up to this length are copied when cut from another one; longer ones refer to it. */
const SHORT = 12;
/** Bytes of a row whose values may be cut from one text. */
const LONG_ROW = 1024;
/** A value longer than this gets a text of its own, and so do those behind it. */
const LONG_VALUE = 128;

/** No place of a row's end, but why there is none: the window ends first. */
const CUT_OFF = -2;

const MARK_STRING = 0;
const MARK_NUMBER = 1;
const MARK_NULL = 2;
/** With backslashes, without doubled quotes. */
const MARK_ESCAPED = 3;
/** With doubled quotes, and maybe backslashes. */
const MARK_DOUBLED = 4;
/** In double quotes, with either. */
const MARK_DOUBLE_QUOTES = 5;

interface PlacedLiteral {
  readonly literal: Literal;
  readonly at: number;
}

export class RowReader {
  /** Index in the window where the next row or separator is read. */
  at = 0;
  #shape: Shape | undefined;
  #state: 'row' | 'separator' = 'row';
  readonly #lexer: Lexer;
  readonly #host: RowHost;
  /** Where the values of the row at hand are, and what they are; as long as the widest table so far. */
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #marks = new Uint8Array(64);
  /** The string that `#escapedEnd` looked at last has doubled quotes. */
  #doubled = false;
  /** The file sets no sql_mode, so that the host wants to know of escapes. */
  #watchesEscapes = false;
  /** Values of the row at hand that end before this are cut from one text. */
  #shared = 0;

  constructor(lexer: Lexer, host: RowHost) {
    this.#lexer = lexer;
    this.#host = host;
  }

  begin(shape: Shape, at: number): void {
    this.#shape = shape;
    this.#state = 'row';
    this.at = at;
    this.#reserve(shape.count);
    this.#watchesEscapes = !this.#lexer.session.sqlModeKnown;
  }

  #reserve(count: number): void {
    if (count <= this.#starts.length) return;
    this.#starts = new Int32Array(count);
    this.#ends = new Int32Array(count);
    this.#marks = new Uint8Array(count);
  }

  /** Adds rows to `out` until it holds `limit` (false) or the statement has ended (true, `at` behind it). */
  read(out: Value[][], limit: number): boolean {
    const shape = this.#shape as Shape;
    const w = this.#lexer.window;
    const open = this.#lexer.blanks.open;
    try {
      for (;;) {
        if (this.#state === 'separator') {
          if (!this.#separator(shape)) return true;
          if (out.length >= limit) return false;
        }
        if (shape.count > 0 && w.text !== undefined && (!this.#lexer.session.trailBytes || w.ascii)) {
          this.#fastRows(w, shape, out, limit);
          if (out.length >= limit) return false;
          if ((this.#state as string) === 'separator') continue;
        }
        this.#slowRow(shape, out);
      }
    } catch (thrown) {
      // The conditional comments opened within the row that is read again are opened again.
      this.#lexer.blanks.open = open;
      throw thrown;
    }
  }

  /**
   * Reads rows as long as they are plain; leaves `at` and the state where one is not. First the places of all
   * values of a row are found, then its text is made at once and cut into values: one call into the engine for
   * a row costs less than one for each value.
   */
  #fastRows(w: Window, shape: Shape, out: Value[][], limit: number): void {
    const { bytes } = w;
    const { count, skip, entry } = shape;
    let p = this.at;
    while (out.length < limit) {
      if (bytes[p] === 0x0a) p++;
      const close = bytes[p] === OPEN ? this.#findValues(w, shape, p + 1) : -1;
      if (close < 0) {
        // A row that only ran into the end of the window is not worth a second look before there is more.
        if (close === CUT_OFF && !w.eof) {
          this.#state = 'row';
          throw needMore;
        }
        break;
      }
      out.push(skip ? none : this.#makeRow(w, shape, p, close, count));
      entry.rows++;
      p = close + 1;
      this.at = p;
      // The comma is taken only with the row behind it wanted: a batch may end between the two.
      if (bytes[p] !== COMMA || out.length >= limit) {
        this.#state = 'separator';
        return;
      }
      this.at = ++p;
    }
    this.#state = 'row';
  }

  /** Fills `starts`, `ends` and `marks`; index of the row's closing parenthesis, -1 if the row is not plain. */
  #findValues(w: Window, shape: Shape, from: number): number {
    const { bytes } = w;
    const last = shape.count - 1;
    const { escapes, ansiQuotes } = this.#lexer.session;
    const starts = this.#starts;
    const ends = this.#ends;
    const marks = this.#marks;
    const text = w.text as string;
    let escape = escapes ? w.backslashFrom(from) : Number.MAX_SAFE_INTEGER;
    this.#shared = Number.MAX_SAFE_INTEGER;
    let q = from;
    for (let i = 0; ; i++) {
      let c = bytes[q] as number;
      if (c === QUOTE || (c === 0x22 && !ansiQuotes)) {
        const s = q + 1;
        let close = text.indexOf(c === QUOTE ? "'" : '"', s);
        if (close < 0) return CUT_OFF;
        if (escape < s) escape = w.backslashFrom(s);
        marks[i] = MARK_STRING;
        if (escape < close || bytes[close + 1] === c) {
          close = this.#escapedEnd(w, s, close, escapes, c);
          if (close < 0) return CUT_OFF;
          marks[i] = c !== QUOTE ? MARK_DOUBLE_QUOTES : this.#doubled ? MARK_DOUBLED : MARK_ESCAPED;
        }
        starts[i] = s;
        ends[i] = close;
        if (close - s > LONG_VALUE && this.#shared > s) this.#shared = s;
        q = close + 1;
        c = bytes[q] as number;
      } else if ((c >= 0x30 && c <= 0x39) || c === 0x2d) {
        const s = q;
        c = bytes[++q] as number;
        while ((c >= 0x30 && c <= 0x39) || c === 0x2e) c = bytes[++q] as number;
        if (c !== COMMA && c !== CLOSE) {
          if (c !== 0x65 && c !== 0x45) return -1;
          c = bytes[++q] as number;
          if (c === 0x2d || c === 0x2b) c = bytes[++q] as number;
          if (!(c >= 0x30 && c <= 0x39)) return -1;
          while (c >= 0x30 && c <= 0x39) c = bytes[++q] as number;
        }
        if (q - s === 1 && bytes[s] === 0x2d) return -1;
        marks[i] = MARK_NUMBER;
        starts[i] = s;
        ends[i] = q;
      } else if (c === 0x4e && bytes[q + 1] === 0x55 && bytes[q + 2] === 0x4c && bytes[q + 3] === 0x4c) {
        marks[i] = MARK_NULL;
        q += 4;
        c = bytes[q] as number;
      } else {
        return -1;
      }
      if (c === COMMA) {
        if (i === last) return -1;
        q++;
      } else {
        return c === CLOSE && i === last ? q : -1;
      }
    }
  }

  #makeRow(w: Window, shape: Shape, from: number, to: number, count: number): Value[] {
    const { bytes } = w;
    const { kinds } = shape;
    const starts = this.#starts;
    const ends = this.#ends;
    const marks = this.#marks;
    if (w.zeroFrom(from) < to) this.#zeroBytes(w, shape);
    const row = new Array<Value>(count);
    // A value cut from the row's text keeps that text alive: it must not be long.
    const shared = Math.min(to, this.#shared);
    let text: string | undefined;
    if (shared - from <= LONG_ROW) {
      text = w.ascii ? bytes.latin1Slice(from, shared) : bytes.utf8Slice(from, shared);
      // Fewer characters than bytes: not all of ASCII. A broken byte makes a character too, U+FFFD.
      if (text.length !== shared - from || (!w.validUtf8 && text.includes('\ufffd'))) text = undefined;
    }
    for (let i = 0; i < count; i++) {
      const mark = marks[i] as number;
      const kind = kinds[i] as number;
      if (mark === MARK_NULL) row[i] = null;
      else if (
        kind <= cellKinds.plain &&
        mark <= MARK_NUMBER &&
        text !== undefined &&
        (ends[i] as number) <= shared
      ) {
        row[i] = text.substring((starts[i] as number) - from, (ends[i] as number) - from);
      } else {
        row[i] = this.#value(w, shape, i, mark, starts[i] as number, ends[i] as number);
      }
    }
    return row;
  }

  /** A value that is not cut from the text of its row. */
  #value(w: Window, shape: Shape, i: number, mark: number, s: number, e: number): Value {
    const { bytes } = w;
    const kind = shape.kinds[i] as number;
    if (mark === MARK_NUMBER) {
      if (kind === cellKinds.binary || kind === cellKinds.bit) {
        return cellOf(
          { kind: 'number', text: bytes.latin1Slice(s, e) },
          shape.entries[i],
          this.#lexer.session,
        ) as Value;
      }
      return e - s <= SHORT ? (w.text as string).substring(s, e) : bytes.latin1Slice(s, e);
    }
    if (mark !== MARK_STRING) return this.#escaped(w, shape, i, mark, s, e);
    if (kind === cellKinds.binary) return w.plain.slice(s, e);
    if (kind === cellKinds.bit) return this.#bits(shape, i, bytes, s, e);
    if (e - s <= SHORT && kind !== cellKinds.wide) {
      let high = 0;
      for (let j = s; j < e; j++) high |= bytes[j] as number;
      if (high < 128) return (w.text as string).substring(s, e);
    }
    return this.#text(w, shape, i, s, e);
  }

  #zeroBytes(w: Window, shape: Shape): void {
    for (let i = 0; i < shape.count; i++) {
      const mark = this.#marks[i] as number;
      const s = this.#starts[i] as number;
      if (mark !== MARK_NULL && w.zeroFrom(s) < (this.#ends[i] as number)) this.#host.zeroByte(shape, i, s);
    }
  }

  /** Closing quote of a string with escapes or doubled quotes, -1 if the window ends first. */
  #escapedEnd(w: Window, from: number, firstClose: number, escapes: boolean, quote: number): number {
    const { bytes } = w;
    const text = w.text as string;
    const mark = quote === QUOTE ? "'" : '"';
    let close = firstClose;
    this.#doubled = false;
    let escape = escapes ? w.backslashFrom(from) : Number.MAX_SAFE_INTEGER;
    if (this.#watchesEscapes && escape < close) this.#host.sawEscape(escape, false);
    for (;;) {
      if (escape < close) {
        const next = escape + 2;
        if (close === escape + 1) {
          close = text.indexOf(mark, next);
          if (close < 0) return -1;
          if (this.#watchesEscapes) this.#host.sawEscape(escape, true);
        }
        escape = bytes[next] === 0x5c ? next : w.backslashFrom(next);
      } else if (bytes[close + 1] === quote) {
        const next = close + 2;
        this.#doubled = true;
        close = text.indexOf(mark, next);
        if (close < 0) return -1;
        if (escape < next) escape = w.backslashFrom(next);
      } else {
        return close;
      }
    }
  }

  /** The cell of the string content [s, e), which holds escapes or doubled quotes. */
  #escaped(w: Window, shape: Shape, i: number, mark: number, s: number, e: number): Value {
    if (mark === MARK_ESCAPED && !this.#lexer.session.trailBytes) {
      return this.#content(w, shape, i, w.twin, s, s + closeUp(w.text as string, w.twin, s, e), s);
    }
    const { bytes, length } = unescape(
      w.bytes,
      s,
      e,
      mark === MARK_DOUBLED ? QUOTE : 0x22,
      this.#lexer.session,
    );
    return this.#content(w, shape, i, bytes, 0, length, s);
  }

  /** The cell of bytes without escapes that stand somewhere else; `at` is where they stood. */
  #content(w: Window, shape: Shape, i: number, bytes: Buffer, s: number, e: number, at: number): Value {
    const kind = shape.kinds[i] as number;
    if (kind === cellKinds.binary) return new Uint8Array(bytes.subarray(s, e));
    if (kind === cellKinds.bit) return this.#bits(shape, i, bytes, s, e);
    if (w.ascii && kind !== cellKinds.wide) return bytes.latin1Slice(s, e);
    if (w.validUtf8 && shape.decoders[i] === decodeUtf8) {
      const value = bytes.utf8Slice(s, e);
      return value.length === e - s ? value : this.#beyondAscii(value, shape, i, at);
    }
    return this.#decode(bytes, s, e, shape, i, at);
  }

  #bits(shape: Shape, i: number, bytes: Buffer, s: number, e: number): Value {
    const literal = { kind: 'string', bytes: bytes.subarray(s, e), charset: undefined } as const;
    return cellOf(literal, shape.entries[i], this.#lexer.session) as Value;
  }

  #text(w: Window, shape: Shape, i: number, s: number, e: number): Value {
    const { bytes } = w;
    if (w.ascii && shape.kinds[i] !== cellKinds.wide) return bytes.latin1Slice(s, e);
    if (w.validUtf8 && shape.decoders[i] === decodeUtf8) {
      const value = bytes.utf8Slice(s, e);
      return value.length === e - s ? value : this.#beyondAscii(value, shape, i, s);
    }
    return this.#decode(bytes, s, e, shape, i, s);
  }

  #decode(bytes: Buffer, s: number, e: number, shape: Shape, i: number, at: number): Value {
    const decoder = shape.decoders[i] ?? decodeUtf8;
    const value = decoder(bytes, s, e);
    if (value !== undefined) return this.#beyondAscii(value, shape, i, at);
    if (shape.kinds[i] === cellKinds.unknown) return new Uint8Array(bytes.subarray(s, e));
    return this.#host.invalidText(bytes, s, e, at, shape, i);
  }

  #beyondAscii(value: string, shape: Shape, i: number, at: number): string {
    if (isCharsetAssumed(shape.entries[i], this.#lexer.session)) this.#host.assumed(shape, i, at);
    if (!maybeDoubleUtf8(value)) return value;
    return this.#host.doubleUtf8(value, shape, i, at);
  }

  /** Behind a row: true if another follows (`at` before it), false at the end of the statement (`at` behind it). */
  #separator(shape: Shape): boolean {
    const lexer = this.#lexer;
    const w = lexer.window;
    let at = lexer.blanks.skip(w, this.at);
    if (at < w.end && w.bytes[at] === COMMA) {
      at = lexer.blanks.skip(w, at + 1);
      // A conditional comment may have held the comma, and a trailing one is what is left of a cut dump.
      w.has(at);
      this.at = at;
      this.#state = 'row';
      return true;
    }
    lexer.at = at;
    lexer.next();
    if (lexer.kind === 'end') {
      this.at = lexer.at;
      return false;
    }
    if (lexer.kind === 'eof') {
      return this.#host.fail('truncated-in-statement', 'the dump ends inside an INSERT, behind a whole row', {
        at,
      });
    }
    if (lexer.isWord('ON') || lexer.isWord('AS') || lexer.isWord('RETURNING')) {
      const found = statementEnd(lexer, at);
      if (found.cut !== undefined)
        this.#host.fail('truncated-in-statement', 'the dump ends inside an INSERT', { at });
      this.#host.onDuplicate(shape, at);
      lexer.blanks.open = found.open;
      this.at = found.after;
      return false;
    }
    return this.#broken('expected "," or the end of the statement behind a row', { at });
  }

  /** The one row of INSERT … SET a = 1, b = 2, whose statement is complete in the window. */
  readSet(out: Value[][]): void {
    const lexer = this.#lexer;
    const shape = this.#shape as Shape;
    const start = this.at;
    const names: string[] = [];
    const literals: PlacedLiteral[] = [];
    lexer.at = start;
    lexer.next();
    do {
      if (names.length > 0) lexer.next();
      names.push(takeName(lexer, 'a column name'));
      expectPunctuation(lexer, '=');
      literals.push({ at: lexer.start, literal: parseLiteral(lexer, 0, true) });
    } while (lexer.isPunctuation(','));
    (shape as { listed: readonly string[] }).listed = names;
    this.#agree(shape, names.length, start);
    out.push(shape.skip ? none : this.#cells(shape, literals, start));
    shape.entry.rows++;
  }

  #slowRow(shape: Shape, out: Value[][]): void {
    const lexer = this.#lexer;
    const w = lexer.window;
    const start = lexer.blanks.skip(w, this.at);
    lexer.at = start;
    lexer.next();
    if (lexer.isWord('ROW')) lexer.next();
    if (lexer.kind === 'eof')
      this.#host.fail('truncated-in-statement', 'the dump ends inside an INSERT', { at: start });
    if (!lexer.isPunctuation('(')) this.#broken('expected "(" at the start of a row', { at: start });
    const literals = this.#literals(shape, start);
    if (shape.count !== literals.length) this.#agree(shape, literals.length, start);
    const after = lexer.at;
    out.push(shape.skip ? none : this.#cells(shape, literals, start));
    shape.entry.rows++;
    this.at = after;
    this.#state = 'separator';
  }

  #literals(shape: Shape, start: number): PlacedLiteral[] {
    const lexer = this.#lexer;
    const literals: PlacedLiteral[] = [];
    lexer.next();
    if (lexer.isPunctuation(')')) return literals;
    for (;;) {
      // A conditional comment may hold a value with its comma, so that one comma more stands before the end.
      const at = lexer.start;
      try {
        literals.push({ literal: parseLiteral(lexer), at });
      } catch (thrown) {
        if (!(thrown instanceof Unreadable)) throw thrown;
        this.#unreadable(shape, start, at, thrown, literals.length);
      }
      if (lexer.isPunctuation(')')) return literals;
      if (literals.length > MAX_COLUMNS) this.#agree(shape, literals.length, start);
      lexer.next();
    }
  }

  #unreadable(shape: Shape, start: number, at: number, thrown: Unreadable, index: number): never {
    const lexer = this.#lexer;
    const column = shape.columns?.[index] ?? shape.listed?.[index];
    const problem = { at: thrown.at, column, excerptFrom: start };
    if (atEnd(lexer) && lexer.kind !== 'end') {
      if (lexer.kind === 'cut')
        this.#host.fail('truncated-in-string', 'the dump ends inside a string', {
          ...problem,
          at: lexer.start,
        });
      this.#host.fail('truncated-in-statement', 'the dump ends inside a row', problem);
    }
    return this.#broken(thrown.what, { ...problem, at });
  }

  /** Not what a row looks like: broken, or cut if it touches the end of the input. */
  #broken(what: string, problem: RowProblem): never {
    const cut = this.#lexer.at >= this.#lexer.window.end;
    return this.#host.fail(
      cut ? 'truncated-in-statement' : 'syntax',
      cut ? 'the dump ends inside an INSERT' : what,
      problem,
    );
  }

  #agree(shape: Shape, count: number, at: number): void {
    if (shape.count < 0 && settle(shape, count, this.#lexer.session)) return this.#reserve(count);
    const wanted = shape.count >= 0 ? shape.count : (shape.listed?.length ?? wantedOf(shape));
    this.#host.fail(
      count > wanted ? 'too-many-values' : 'too-few-values',
      `the row has ${count} values for ${wanted} columns`,
      { at, excerptFrom: at },
    );
  }

  #cells(shape: Shape, literals: readonly PlacedLiteral[], start: number): Value[] {
    const { session } = this.#lexer;
    return literals.map(({ literal, at }, i) => {
      const cell = cellOf(literal, shape.entries[i], session);
      if (!isTrouble(cell)) {
        if (literal.kind === 'string') this.#noteString(literal.bytes, shape, i, at);
        return typeof cell === 'string' && literal.kind === 'string' && !isAsciiText(cell)
          ? this.#beyondAscii(cell, shape, i, at)
          : cell;
      }
      if (cell.trouble === 'expression') return this.#host.expression(shape, i, cell.sql, at);
      return this.#host.invalidText(cell.bytes, 0, cell.bytes.length, start, shape, i);
    });
  }

  #noteString(bytes: Buffer, shape: Shape, i: number, at: number): void {
    const w = this.#lexer.window;
    const close = w.indexOf(QUOTE, at + 1);
    const escape = w.backslashFrom(at);
    if (this.#lexer.session.escapes && escape < (close < 0 ? w.end : close + 1)) {
      this.#host.sawEscape(escape, w.bytes[escape + 1] === QUOTE);
    }
    if (
      w.zeroFrom(at) < this.#lexer.at &&
      bytes.includes(0) &&
      w.bytes.subarray(at, this.#lexer.at).includes(0)
    )
      this.#host.zeroByte(shape, i, at);
  }
}

function wantedOf(shape: Shape): number {
  return shape.entry.entries?.filter((one) => one.column.generated !== true).length ?? 0;
}

const none: Value[] = [];

function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
