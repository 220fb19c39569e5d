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
import { unescape } from '../lex/strings.ts';
import type { Window } from '../lex/window.ts';
import type { Value } from '../types.ts';
import { cellOf, isTrouble } from './cell.ts';
import { parseLiteral, type Literal } from './literal.ts';
import { maybeDoubleUtf8 } from './double-utf8.ts';
import { cellKinds, settle, type Shape } from './shape.ts';

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
const SHORT = 12;

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

  constructor(lexer: Lexer, host: RowHost) {
    this.#lexer = lexer;
    this.#host = host;
  }

  begin(shape: Shape, at: number): void {
    this.#shape = shape;
    this.#state = 'row';
    this.at = at;
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
        if (shape.count >= 0 && w.text !== undefined && (!this.#lexer.session.trailBytes || w.ascii)) {
          this.#fastRows(w, w.text, shape, out, limit);
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

  /** Reads rows as long as they are plain; leaves `at` and the state where one is not. */
  #fastRows(w: Window, text: string, shape: Shape, out: Value[][], limit: number): void {
    const { bytes, end } = w;
    const { kinds, count, skip, entry } = shape;
    const { escapes } = this.#lexer.session;
    const ascii = w.ascii;
    let p = this.at;
    rows: while (out.length < limit) {
      let q = p;
      if (bytes[q] === 0x0a) q++;
      if (bytes[q] !== OPEN) break;
      q++;
      const row: Value[] = skip ? none : new Array<Value>(count);
      let i = 0;
      for (;;) {
        let c = bytes[q] as number;
        if (c === QUOTE) {
          const s = q + 1;
          let close = bytes.indexOf(QUOTE, s);
          if (close < 0 || close >= end) break rows;
          let plain = true;
          if ((escapes && w.backslashFrom(s) < close) || bytes[close + 1] === QUOTE) {
            close = this.#escapedEnd(w, s, close, escapes);
            if (close < 0) break rows;
            plain = false;
          }
          if (!skip) {
            const kind = kinds[i] as number;
            if (plain && kind <= 1 && (ascii || close - s <= SHORT)) {
              if (close - s <= SHORT) {
                let high = 0;
                if (!ascii) for (let j = s; j < close; j++) high |= bytes[j] as number;
                row[i] = high < 128 ? text.substring(s, close) : this.#text(w, shape, i, s, close);
              } else {
                row[i] = bytes.latin1Slice(s, close);
              }
            } else {
              row[i] = this.#quoted(w, shape, i, s, close, plain);
            }
          }
          if (w.zeroFrom(s) < close) this.#host.zeroByte(shape, i, s);
          q = close + 1;
        } else if ((c >= 0x30 && c <= 0x39) || c === 0x2d) {
          const s = q;
          do c = bytes[++q] as number;
          while ((c >= 0x30 && c <= 0x39) || c === 0x2e);
          if (c !== COMMA && c !== CLOSE) {
            if (c !== 0x65 && c !== 0x45) break rows;
            c = bytes[++q] as number;
            if (c === 0x2d || c === 0x2b) q++;
            else if (c < 0x30 || c > 0x39) break rows;
            do c = bytes[++q] as number;
            while (c >= 0x30 && c <= 0x39);
          }
          if (!skip) {
            const kind = kinds[i] as number;
            if (kind !== cellKinds.plain && kind !== cellKinds.text && kind !== cellKinds.unknown) break rows;
            row[i] = q - s <= SHORT ? text.substring(s, q) : bytes.latin1Slice(s, q);
          }
          if (q - s === 1 && bytes[s] === 0x2d) break rows;
        } else if (c === 0x4e) {
          if (bytes[q + 1] !== 0x55 || bytes[q + 2] !== 0x4c || bytes[q + 3] !== 0x4c) break rows;
          if (!skip) row[i] = null;
          q += 4;
        } else {
          break rows;
        }
        c = bytes[q] as number;
        if (c === COMMA) {
          q++;
          if (++i === count) break rows;
        } else if (c === CLOSE) {
          break;
        } else {
          break rows;
        }
      }
      if (i !== count - 1) break;
      out.push(row);
      entry.rows++;
      this.at = q + 1;
      if (bytes[q + 1] !== COMMA) {
        this.#state = 'separator';
        return;
      }
      // The comma is taken only with the row behind it in sight; so a batch may end between the two.
      if (out.length >= limit) {
        this.#state = 'separator';
        return;
      }
      p = q + 2;
      this.at = p;
    }
    this.#state = 'row';
  }

  /** Closing quote of a string with escapes or doubled quotes, -1 if the window ends first. */
  #escapedEnd(w: Window, from: number, close: number, escapes: boolean): number {
    const { bytes, end } = w;
    let escape = escapes ? w.backslashFrom(from) : Number.MAX_SAFE_INTEGER;
    if (escape < close) this.#host.sawEscape(escape, bytes[escape + 1] === QUOTE);
    for (;;) {
      if (escape < close) {
        if (close === escape + 1) {
          close = bytes.indexOf(QUOTE, escape + 2);
          if (close < 0 || close >= end) return -1;
          this.#host.sawEscape(escape, true);
        }
        escape = w.backslashFrom(escape + 2);
      } else if (bytes[close + 1] === QUOTE) {
        const next = close + 2;
        close = bytes.indexOf(QUOTE, next);
        if (close < 0 || close >= end) return -1;
        if (escape < next) escape = w.backslashFrom(next);
      } else {
        return close;
      }
    }
  }

  /** The cell of the string content [s, e). */
  #quoted(w: Window, shape: Shape, i: number, s: number, e: number, plain: boolean): Value {
    const kind = shape.kinds[i] as number;
    if (kind === cellKinds.binary && plain) return w.plain.slice(s, e);
    if (plain && kind !== cellKinds.bit) return this.#text(w, shape, i, s, e);
    const content = plain ? undefined : unescape(w.bytes, s, e, QUOTE, this.#lexer.session);
    const bytes = content?.bytes ?? w.bytes;
    const from = content === undefined ? s : 0;
    const to = content === undefined ? e : content.length;
    if (kind === cellKinds.binary) return new Uint8Array(bytes.subarray(from, to));
    if (kind === cellKinds.bit) {
      const cell = cellOf(
        { kind: 'string', bytes: bytes.subarray(from, to), charset: undefined },
        shape.entries[i],
        this.#lexer.session,
      );
      return cell as Value;
    }
    if (w.ascii) return bytes.latin1Slice(from, to);
    return this.#decode(bytes, from, to, shape, i, s);
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
    if (!this.#lexer.session.charsetKnown) this.#host.assumed(shape, i, at);
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
    return this.#host.fail('syntax', 'expected "," or the end of the statement behind a row', { at });
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
    if (!lexer.isPunctuation('('))
      this.#host.fail('syntax', 'expected "(" at the start of a row', { at: start });
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
    return this.#host.fail('syntax', thrown.what, { ...problem, at });
  }

  #agree(shape: Shape, count: number, at: number): void {
    if (shape.count < 0 && settle(shape, count, this.#lexer.session)) return;
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
    if (w.zeroFrom(at) < this.at && bytes.includes(0)) this.#host.zeroByte(shape, i, at);
  }
}

function wantedOf(shape: Shape): number {
  return shape.entry.entries?.filter((one) => one.column.generated !== true).length ?? 0;
}

const none: Value[] = [];

function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
