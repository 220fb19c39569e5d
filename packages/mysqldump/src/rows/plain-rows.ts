/**
 * Plain rows: quoted strings, numbers and NULL with nothing between them but commas, which nearly all rows are.
 * First the places of all values are found by jumping from quote to quote, then the row's text is made at once and
 * cut into values: one call into the engine for a row costs less than one for each value.
 */
import { closeUp, unescape } from '../lex/strings.ts';
import type { Window } from '../lex/window.ts';
import type { Session } from '../session.ts';
import type { Value } from '../types.ts';
import { cellOf } from './cell.ts';
import type { RowHost } from './row-host.ts';
import { cellKinds, type Shape } from './shape.ts';
import type { TextCells } from './text-cells.ts';

const QUOTE = 0x27;
const COMMA = 0x2c;
const CLOSE = 0x29;
/** Strings up to this length are copied when cut from another one; longer ones refer to it. */
const SHORT = 12;
/** Bytes of a row whose values may be cut from one text. */
const LONG_ROW = 1024;
/** A value longer than this gets a text of its own, and so do those behind it. */
const LONG_VALUE = 128;

/** No place of a row's end, but why `find` has none: the window ends first. */
export const CUT_OFF = -2;

const MARK_STRING = 0;
const MARK_NUMBER = 1;
const MARK_NULL = 2;
/** With backslashes, without doubled quotes. */
const MARK_ESCAPED = 3;
/** With doubled quotes, and maybe backslashes. */
const MARK_DOUBLED = 4;
/** In double quotes, with either. */
const MARK_DOUBLE_QUOTES = 5;

export class PlainRows {
  readonly #session: Session;
  readonly #host: RowHost;
  readonly #cells: TextCells;
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

  constructor(session: Session, host: RowHost, cells: TextCells) {
    this.#session = session;
    this.#host = host;
    this.#cells = cells;
  }

  /** Before rows of `count` values. */
  begin(count: number): void {
    this.#watchesEscapes = !this.#session.sqlModeKnown;
    if (count <= this.#starts.length) return;
    this.#starts = new Int32Array(count);
    this.#ends = new Int32Array(count);
    this.#marks = new Uint8Array(count);
  }

  /** Fills `starts`, `ends` and `marks`; index of the row's closing parenthesis, -1 if the row is not plain. */
  find(w: Window, shape: Shape, from: number): number {
    const { bytes } = w;
    const last = shape.count - 1;
    const { escapes, ansiQuotes } = this.#session;
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

  /** The row whose values `find` found last, between its parentheses. */
  make(w: Window, shape: Shape, from: number, to: number): Value[] {
    const { bytes } = w;
    const { kinds } = shape;
    const starts = this.#starts;
    const ends = this.#ends;
    const marks = this.#marks;
    if (w.zeroFrom(from) < to) this.#zeroBytes(w, shape);
    const { count } = shape;
    const row = new Array<Value>(count);
    // A value cut from the row's text keeps that text alive: it must not be long.
    const shared = Math.min(to, this.#shared);
    let text: string | undefined;
    if (shared - from <= LONG_ROW && w.nonAsciiFrom(from) >= shared) text = bytes.latin1Slice(from, shared);
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
          this.#session,
        ) as Value;
      }
      return e - s <= SHORT ? (w.text as string).substring(s, e) : bytes.latin1Slice(s, e);
    }
    if (mark !== MARK_STRING) return this.#escaped(w, shape, i, mark, s, e);
    if (kind === cellKinds.binary) return w.plain.slice(s, e);
    if (kind === cellKinds.bit) return this.#cells.bits(shape, i, bytes, s, e);
    if (e - s <= SHORT && kind !== cellKinds.wide) {
      let high = 0;
      for (let j = s; j < e; j++) high |= bytes[j] as number;
      if (high < 128) return (w.text as string).substring(s, e);
    }
    return this.#cells.text(w, shape, i, s, e);
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
    if (mark === MARK_ESCAPED && !this.#session.trailBytes) {
      const to = s + closeUp(w.text as string, w.twin, s, e);
      return this.#cells.content(w, shape, i, w.twin, s, to, s, e);
    }
    const { bytes, length } = unescape(w.bytes, s, e, mark === MARK_DOUBLED ? QUOTE : 0x22, this.#session);
    return this.#cells.content(w, shape, i, bytes, 0, length, s, e);
  }
}
