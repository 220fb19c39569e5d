/**
 * The reader without its input: bytes in a window become events. It stands either between statements or in the
 * rows of an INSERT, and throws nothing but `DumpError`.
 */
import type { Cursor } from './cursor.ts';
import { DumpError, type DumpCode } from './error.ts';
import { Lexer } from './lex/lexer.ts';
import { atEnd, Unreadable } from './lex/parse.ts';
import { statementEnd } from './lex/statement-end.ts';
import { needMore, Window } from './lex/window.ts';
import { RowReader } from './rows/row-reader.ts';
import type { Shape } from './rows/shape.ts';
import { Session } from './session.ts';
import { ClosingLine } from './statement/closing-line.ts';
import { Context } from './statement/context.ts';
import { readInsertHead } from './statement/insert.ts';
import { RowNotes } from './statement/row-notes.ts';
import { handlerOf } from './statement/statements.ts';
import { skipToStatement } from './statement/between.ts';
import { summaries } from './statement/summary.ts';
import type { EndEvent, ReadOptions, Value } from './types.ts';

const BATCH = 512;

/** What the machine wants next. */
export type Wish = 'bytes' | 'delivery' | 'nothing';

export class Machine {
  readonly window = new Window();
  readonly session: Session;
  readonly context: Context;
  readonly closing = new ClosingLine();
  /** Index in the window of what is read next. */
  at = 0;
  readonly #lexer: Lexer;
  readonly #rows: RowReader;
  readonly #notes: RowNotes;
  readonly #batchRows: number;
  #shape: Shape | undefined;
  #batch: Value[][] = [];
  #batchShape: Shape | undefined;
  #batchAt = 0;
  #batchFirst = 1;

  constructor(options: ReadOptions, charset: string | undefined) {
    this.session = new Session(charset, options.sqlMode);
    this.#lexer = new Lexer(this.window, this.session);
    this.context = new Context(this.window, this.session, this.#lexer, options);
    this.#notes = new RowNotes(this.context);
    this.#rows = new RowReader(this.#lexer, this.#notes);
    this.#batchRows = Math.max(1, options.batchRows ?? BATCH);
  }

  /** Reads until an event can be delivered, bytes are needed, or the input has ended. */
  run(): Wish {
    try {
      for (;;) {
        if (this.#shape !== undefined) this.#readRows(this.#shape);
        else if (!this.#readStatement()) return 'nothing';
        if (this.context.events.length > 0) return 'delivery';
      }
    } catch (thrown) {
      if (thrown === needMore) return 'bytes';
      if (this.context.lenient && thrown instanceof DumpError && isCut(thrown.code))
        return this.#giveUpAtCut(thrown);
      throw thrown;
    }
  }

  /** The window dropped its first bytes. */
  shift(by: number): void {
    this.at -= by;
    this.#rows.at -= by;
    this.context.statementStart = Math.max(0, this.context.statementStart - by);
  }

  /** Rows of all tables so far. */
  get rowsRead(): number {
    let rows = 0;
    for (const entry of this.context.catalog.all()) rows += entry.rows;
    return rows;
  }

  /** The file is UTF-16: it is read as UTF-8, whatever charset its statements name. */
  utf16(): void {
    this.session.pin('utf8mb4');
    this.context.note(
      'utf16-source',
      'the file is UTF-16, as PowerShell redirection writes; bytes of binary columns may have changed',
      { at: this.window.end },
    );
  }

  /** The first byte that must stay in the window. */
  get keepFrom(): number {
    return this.#shape === undefined ? this.at : this.#rows.at;
  }

  /** Lenient reading of a file that is cut: every row before the cut has been read, the rest is nothing. */
  #giveUpAtCut(error: DumpError): Wish {
    this.context.events.push({
      kind: 'note',
      note: { ...error.toJSON(), code: error.code, message: error.message, next: error.next },
    });
    this.#shape = undefined;
    this.at = this.window.end;
    this.closing.awaited = true;
    this.flush();
    return 'delivery';
  }

  #readStatement(): boolean {
    const { context } = this;
    const lexer = this.#lexer;
    const { blanks } = lexer;
    const open = blanks.open;
    this.at = skipToStatement(context, this.closing, this.at, (at) => (this.at = at));
    if (this.at >= this.window.end) return false;
    const start = this.at;
    context.statementStart = start;
    const opened = blanks.open;
    try {
      lexer.at = start;
      lexer.next();
      if (lexer.kind === 'end') {
        this.at = lexer.at;
        return true;
      }
      const word = lexer.kind === 'word' ? lexer.text.toUpperCase() : '';
      if (word === 'DELIMITER') return this.#delimiter(lexer);
      if (word === 'INSERT' || word === 'REPLACE') return this.#insert(word);
      return this.#other(word, start, opened);
    } catch (thrown) {
      blanks.open = thrown === needMore ? opened : open;
      if (thrown instanceof Unreadable) return this.#unreadable(thrown);
      throw thrown;
    }
  }

  #unreadable(thrown: Unreadable): never {
    if (atEnd(this.#lexer) && this.#lexer.kind !== 'end') {
      const code = this.#lexer.kind === 'cut' ? 'truncated-in-string' : 'truncated-in-statement';
      return this.context.fail(code, 'the dump ends inside a statement', { at: thrown.at });
    }
    return this.context.fail('syntax', thrown.what, { at: thrown.at });
  }

  #delimiter(lexer: Lexer): true {
    const text = lexer.restOfLine(lexer.at);
    // The client takes the first word; a delimiter in quotes counts without them.
    const delimiter = text.replace(/^(['"`])(.*)\1$/, '$2').split(/\s/)[0] ?? '';
    if (delimiter === '') this.context.fail('syntax', 'DELIMITER without a delimiter');
    this.session.delimiter = Buffer.from(delimiter);
    this.at = lexer.at;
    this.context.statement++;
    return true;
  }

  #insert(word: string): true {
    const { context } = this;
    this.#lexer.next();
    const head = readInsertHead(context, word);
    context.statement++;
    if (head.kind === 'none') {
      this.at = head.at;
      return true;
    }
    if (head.kind === 'set') return this.#insertSet(head.shape, head.at);
    this.#startBatch(head.shape, head.at);
    this.#shape = head.shape;
    this.#rows.begin(head.shape, head.at);
    return true;
  }

  #insertSet(shape: Shape, at: number): true {
    const lexer = this.#lexer;
    const found = statementEnd(lexer, at);
    if (found.cut !== undefined)
      this.context.fail('truncated-in-statement', 'the dump ends inside an INSERT', { at });
    this.#notes.begin(shape);
    this.flush();
    this.#batchFirst = shape.entry.rows + 1;
    this.#batchAt = this.window.base + at;
    this.#rows.begin(shape, at);
    this.#rows.readSet(this.#batch);
    this.#batchShape = shape;
    lexer.blanks.open = found.open;
    this.at = found.after;
    return true;
  }

  #other(word: string, start: number, opened: number): true {
    const { context } = this;
    const lexer = this.#lexer;
    const handler = handlerOf(word);
    lexer.blanks.open = opened;
    const found = statementEnd(lexer, start);
    if (found.cut !== undefined) this.#cutStatement(word, found.cut, start);
    context.statement++;
    if (handler === undefined) {
      context.failOrNote('statement-unknown', `no MySQL statement starts like this`, { at: start });
    } else {
      this.flush();
      lexer.at = start;
      lexer.next();
      lexer.next();
      handler(context, word);
    }
    lexer.blanks.open = found.open;
    this.at = found.after;
    return true;
  }

  /** A statement that ends with the input: harmless ones may lack their semicolon, the rest is a cut. */
  #cutStatement(word: string, cut: string, start: number): void {
    const { context } = this;
    if (cut === 'string') context.fail('truncated-in-string', 'the dump ends inside a string', { at: start });
    if (cut === 'program')
      context.fail('program-unfinished', 'the dump ends inside a stored program', { at: start });
    if (handlerOf(word) === undefined || word === 'CREATE' || word === 'ALTER') {
      context.fail('truncated-in-statement', 'the dump ends inside a statement', { at: start });
    }
    context.note('unterminated', 'the last statement has no delimiter', { at: start });
  }

  #startBatch(shape: Shape, at: number): void {
    const old = this.#batchShape;
    const same =
      old !== undefined &&
      old.entry === shape.entry &&
      old.skip === shape.skip &&
      (old.listed?.join('\0') ?? '') === (shape.listed?.join('\0') ?? '') &&
      (old.listed === undefined) === (shape.listed === undefined);
    if (!same || this.#batch.length === 0) {
      this.flush();
      this.#batchShape = shape;
      this.#batchFirst = shape.entry.rows + 1;
      this.#batchAt = this.window.base + at;
    }
  }

  #readRows(shape: Shape): void {
    this.#notes.begin(shape);
    const done = this.#rows.read(this.#batch, this.#batchRows);
    this.#afterRows(shape, done);
    if (done) {
      this.at = this.#rows.at;
      this.#shape = undefined;
    }
  }

  /** Delivers a full batch, and (at the end of a statement) one that is worth it. */
  #afterRows(shape: Shape, done: boolean): void {
    const full = this.#batch.length >= this.#batchRows;
    if (!full && !(done && this.#batch.length * 4 >= this.#batchRows)) return;
    this.#batchShape = shape;
    this.flush();
    if (!done) {
      this.#batchShape = shape;
      this.#batchFirst = shape.entry.rows + 1;
      this.#batchAt = this.window.base + this.#rows.at;
    }
  }

  /** Puts the rows read so far into an event. */
  flush(): void {
    const shape = this.#batchShape;
    const rows = this.#batch;
    this.#batchShape = undefined;
    if (shape === undefined || rows.length === 0) return;
    this.#batch = [];
    this.context.announce(shape.entry);
    if (shape.skip) return;
    const place = this.window.place(this.#batchAt - this.window.base);
    this.context.events.push({
      kind: 'rows',
      table: shape.entry.table,
      columns: shape.columns,
      rows,
      firstRow: this.#batchFirst,
      file: place.file,
      offset: place.offset,
    });
  }

  /** The events that only the end of the whole input can tell. */
  finish(): EndEvent {
    this.flush();
    this.closing.assertSeen(this.context, this.at);
    this.#notes.finish();
    for (const entry of this.context.catalog.all()) this.context.announce(entry);
    return {
      kind: 'end',
      complete: this.closing.seen,
      ...(this.closing.completedAt === undefined ? {} : { completedAt: this.closing.completedAt }),
      tables: summaries(this.context.catalog),
      bytes: this.window.base + this.window.end,
      cursor: this.cursor(),
    };
  }

  /** The last statement boundary. */
  cursor(): Cursor {
    const place = this.window.place(this.at);
    return {
      version: 1,
      file: 0,
      offset: place.offset,
      line: place.line,
      statement: this.context.statement,
      session: this.session.save(),
      tables: this.context.catalog.save(),
      awaitsClosingLine: this.closing.awaited,
      closed: this.closing.seen,
    };
  }
}

function isCut(code: DumpCode): boolean {
  return code === 'truncated-in-statement' || code === 'truncated-in-string' || code === 'program-unfinished';
}
