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
import type { Lexer } from '../lex/lexer.ts';
import { atEnd, expectPunctuation, takeName, Unreadable } from '../lex/parse.ts';
import { statementEnd } from '../lex/statement-end.ts';
import { needMore, type Window } from '../lex/window.ts';
import type { Value } from '../types.ts';
import { cellOf, isTrouble } from './cell.ts';
import { parseLiteral, type Literal } from './literal.ts';
import { CUT_OFF, PlainRows } from './plain-rows.ts';
import type { RowHost, RowProblem } from './row-host.ts';
import { MAX_COLUMNS, settle, type Shape } from './shape.ts';
import { TextCells } from './text-cells.ts';

const QUOTE = 0x27;
const COMMA = 0x2c;
const OPEN = 0x28;
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
  readonly #text: TextCells;
  readonly #plain: PlainRows;

  constructor(lexer: Lexer, host: RowHost) {
    this.#lexer = lexer;
    this.#host = host;
    this.#text = new TextCells(lexer.session, host);
    this.#plain = new PlainRows(lexer.session, host, this.#text);
  }

  begin(shape: Shape, at: number): void {
    this.#shape = shape;
    this.#state = 'row';
    this.at = at;
    this.#plain.begin(shape.count);
  }

  /**
   * Adds rows to `out` until it is `full`, a row has another number of values than those in it (`other`, which
   * only the first row of a statement can), or the statement has ended (`at` is behind it).
   */
  read(out: Value[][], limit: number): 'full' | 'other' | 'end' {
    const shape = this.#shape as Shape;
    const { window: w, blanks, session } = this.#lexer;
    const { open } = blanks;
    try {
      for (;;) {
        if (this.#state === 'separator') {
          if (!this.#separator(shape)) return 'end';
          if (out.length >= limit) return 'full';
        }
        if (shape.count > 0 && w.text !== undefined && (!session.trailBytes || w.ascii)) {
          this.#plainRows(w, shape, out, limit);
          if (out.length >= limit) return 'full';
          if ((this.#state as string) === 'separator') continue;
        }
        if (!this.#slowRow(shape, out)) {
          blanks.open = open;
          return 'other';
        }
      }
    } catch (thrown) {
      // The conditional comments opened within the row that is read again are opened again.
      blanks.open = open;
      throw thrown;
    }
  }

  /** Reads rows as long as they are plain; leaves `at` and the state where one is not. */
  #plainRows(w: Window, shape: Shape, out: Value[][], limit: number): void {
    const { bytes } = w;
    const { skip, entry } = shape;
    let p = this.at;
    while (out.length < limit) {
      if (bytes[p] === 0x0a) p++;
      const close = bytes[p] === OPEN ? this.#plain.find(w, shape, p + 1) : -1;
      if (close < 0) {
        // A row that only ran into the end of the window is not worth a second look before there is more.
        if (close === CUT_OFF && !w.eof) {
          this.#state = 'row';
          throw needMore;
        }
        break;
      }
      out.push(skip ? none : this.#plain.make(w, shape, p, close));
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

  /** Behind a row: true if another follows (`at` before it), false at the end of the statement (`at` behind it). */
  #separator(shape: Shape): boolean {
    const lexer = this.#lexer;
    const w = lexer.window;
    let at = this.#skipBlanks(this.at);
    if (at < w.end && w.bytes[at] === COMMA) {
      at = this.#skipBlanks(at + 1);
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

  /** Past blanks, comments, and messages of the dump program that got between two rows. */
  #skipBlanks(from: number): number {
    const { blanks, window: w } = this.#lexer;
    let at = blanks.skip(w, from);
    while (isLetter(w.bytes[at])) {
      const length = this.#host.clientMessage(at);
      if (length === 0) break;
      at = blanks.skip(w, at + length);
    }
    return at;
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

  /** One row of any kind; false, and nothing read, if `out` has rows of another number of values. */
  #slowRow(shape: Shape, out: Value[][]): boolean {
    const lexer = this.#lexer;
    const start = this.#skipBlanks(this.at);
    lexer.at = start;
    lexer.next();
    if (lexer.isWord('ROW')) lexer.next();
    if (lexer.kind === 'eof')
      this.#host.fail('truncated-in-statement', 'the dump ends inside an INSERT', { at: start });
    if (!lexer.isPunctuation('(')) this.#broken('expected "(" at the start of a row', { at: start });
    const literals = this.#literals(shape, start);
    if (shape.count !== literals.length) this.#agree(shape, literals.length, start);
    const last = out.at(-1);
    if (!shape.skip && last !== undefined && last.length !== literals.length) return false;
    const after = lexer.at;
    out.push(shape.skip ? none : this.#cells(shape, literals, start));
    shape.entry.rows++;
    this.at = after;
    this.#state = 'separator';
    return true;
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
    if (isLetter(this.#lexer.window.bytes[problem.at])) this.#host.clientMessage(problem.at);
    const cut = this.#lexer.at >= this.#lexer.window.end;
    return this.#host.fail(
      cut ? 'truncated-in-statement' : 'syntax',
      cut ? 'the dump ends inside an INSERT' : what,
      problem,
    );
  }

  #agree(shape: Shape, count: number, at: number): void {
    if (shape.count < 0 && settle(shape, count, this.#lexer.session)) return this.#plain.begin(count);
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
          ? this.#text.beyondAscii(cell, shape, i, at)
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

function isLetter(byte: number | undefined): boolean {
  const lower = (byte ?? 0) | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function wantedOf(shape: Shape): number {
  return shape.entry.entries?.filter((one) => one.column.generated !== true).length ?? 0;
}

const none: Value[] = [];

function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
