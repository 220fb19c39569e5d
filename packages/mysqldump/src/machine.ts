/**
 * The reader without its input: bytes in a window become events. It stands either between statements or in the
 * rows of an INSERT, and throws nothing but `DumpError`.
 */
import { type Boundary, RowBatch } from './batch.ts';
import type { Cursor, Place } from './cursor.ts';
import { DumpError, type DumpCode } from './error.ts';
import type { Ending } from './input/ending.ts';
import { Lexer } from './lex/lexer.ts';
import { atEnd, Unreadable } from './lex/parse.ts';
import { statementEnd } from './lex/statement-end.ts';
import { needMore, Window } from './lex/window.ts';
import { RowReader } from './rows/row-reader.ts';
import type { Shape } from './rows/shape.ts';
import { Session } from './session.ts';
import { ClosingLine, isFinished } from './statement/closing-line.ts';
import { Context } from './statement/context.ts';
import { readInsertHead } from './statement/insert.ts';
import { RowNotes } from './statement/row-notes.ts';
import { handlerOf } from './statement/statements.ts';
import { skipToStatement } from './statement/between.ts';
import { TabReader } from './tab.ts';
import { summaries } from './statement/summary.ts';
import type { EndEvent, ReadOptions } from './types.ts';

const BATCH = 256;

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
  readonly #batch: RowBatch;
  #shape: Shape | undefined;
  #tab: TabReader | undefined;
  /** Where reading stops. */
  readonly #to: Place | undefined;
  #stopped = false;
  /** Byte of the input, over all files, at which the statement before ended; undefined while one is read. */
  #gapFrom: number | undefined;
  /** That place was reached, or passed; how many conditional comments were open there. */
  #openAtStop: number | undefined;
  /** Lenient reading went past a cut. */
  #cut = false;

  constructor(options: ReadOptions, charset: string | undefined) {
    this.session = new Session(charset, options.sqlMode);
    this.#lexer = new Lexer(this.window, this.session);
    this.context = new Context(this.window, this.session, this.#lexer, options);
    this.#notes = new RowNotes(this.context);
    this.#rows = new RowReader(this.#lexer, this.#notes);
    this.#to = options.to;
    this.#batch = new RowBatch(this.context, Math.max(1, options.batchRows ?? BATCH));
  }

  /** Reads until an event can be delivered, bytes are needed, or the input has ended. */
  run(): Wish {
    try {
      for (;;) {
        if (this.#tab !== undefined) {
          if (this.#readTab(this.#tab)) return 'nothing';
        } else if (this.#shape !== undefined) this.#readRows(this.#shape);
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
    if (this.#tab !== undefined) this.#tab.at -= by;
    this.context.statementStart = Math.max(0, this.context.statementStart - by);
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

  /** Rows of all tables so far. */
  get rowsRead(): number {
    return this.#batch.rowsRead;
  }

  /** The first byte that must stay in the window. */
  get keepFrom(): number {
    return this.#tab?.at ?? (this.#shape === undefined ? this.at : this.#rows.at);
  }

  /** Lenient reading of a file that is cut: every row before the cut has been read, the rest is nothing. */
  #giveUpAtCut(error: DumpError): Wish {
    this.context.events.push({
      kind: 'note',
      note: { ...error.toJSON(), code: error.code, message: error.message, next: error.next },
    });
    this.#shape = undefined;
    this.at = this.window.end;
    this.#cut = true;
    this.#batch.flush();
    return 'delivery';
  }

  #readStatement(): boolean {
    const { context } = this;
    const lexer = this.#lexer;
    const { blanks } = lexer;
    const open = blanks.open;
    this.#gapFrom ??= this.window.base + this.at;
    this.at = skipToStatement(context, this.closing, this.at, (at) => this.#reached(at));
    if (this.at >= this.window.end || this.#isStop(this.#gapFrom)) return false;
    this.#gapFrom = undefined;
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

  /** Between statements: what comes next may open a conditional comment, in which no reader can go on. */
  #reached(at: number): void {
    this.at = at;
    if (this.#to === undefined || this.#openAtStop !== undefined) return;
    const to = this.window.absolute(this.#to);
    if (to !== undefined && this.window.base + at >= to) this.#openAtStop = this.#lexer.blanks.open;
  }

  /** Whether the range ends before the statement that starts here; the one before ended at `gapFrom`. */
  #isStop(gapFrom: number): boolean {
    if (this.#to === undefined || this.#openAtStop === undefined) return false;
    if (gapFrom > this.window.absolute(this.#to)! || this.#openAtStop > 0) {
      this.context.fail('range-boundary', `byte ${this.#to.offset} is inside a statement`, { at: this.at });
    }
    this.#stopped = true;
    return true;
  }

  /** A statement that does not read on: broken, or cut if what is wrong touches the end of the input. */
  #unreadable(thrown: Unreadable): never {
    const lexer = this.#lexer;
    if ((atEnd(lexer) && lexer.kind !== 'end') || lexer.at >= this.window.end) {
      const code = lexer.kind === 'cut' ? 'truncated-in-string' : 'truncated-in-statement';
      return this.context.fail(code, 'the dump ends inside a statement', { at: thrown.at });
    }
    return this.context.fail('syntax', thrown.what, { at: thrown.at });
  }

  #delimiter(lexer: Lexer): true {
    const text = lexer.restOfLine(lexer.at);
    // The client takes the first word; a delimiter in quotes counts without them.
    const delimiter = text.replace(/^(['"`])(.*)\1$/, '$2').split(/\s/)[0] ?? '';
    if (delimiter === '') {
      const cut = lexer.at >= this.window.end;
      this.context.fail(cut ? 'truncated-in-statement' : 'syntax', 'DELIMITER without a delimiter');
    }
    if (this.#flushedBefore(this.context.statementStart)) return true;
    this.session.delimiter = Buffer.from(delimiter);
    this.at = lexer.at;
    this.context.statement++;
    return true;
  }

  #insert(word: string): true {
    const { context } = this;
    this.#lexer.next();
    const { open } = this.#lexer.blanks;
    const head = readInsertHead(context, word);
    if (head.kind === 'none') {
      context.statement++;
      this.at = head.at;
      return true;
    }
    if (head.kind === 'set') return this.#insertSet(head.shape, head.at);
    this.#batch.begin(head.shape, head.at, open);
    context.statement++;
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
    this.#batch.flush();
    this.#batch.begin(shape, at, lexer.blanks.open);
    this.context.statement++;
    this.#rows.begin(shape, at);
    this.#rows.readSet(this.#batch.rows);
    this.#batch.flush();
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
    if (this.#flushedBefore(start)) return true;
    if (found.cut !== undefined) this.#cutStatement(word, found.cut, start);
    context.statement++;
    if (handler === undefined) {
      context.failOrNote('statement-unknown', `no MySQL statement starts like this`, { at: start });
    } else {
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

  /** A statement that may change how the rest is read waits until the rows before it are delivered. */
  #flushedBefore(start: number): boolean {
    if (this.#batch.rows.length === 0) return false;
    this.#batch.flush();
    this.at = start;
    return this.context.events.length > 0;
  }

  #readRows(shape: Shape): void {
    this.#notes.begin(shape);
    const batch = this.#batch;
    const stop = this.#rows.read(batch.rows, batch.limit);
    if (stop === 'end') {
      batch.endStatement();
      this.at = this.#rows.at;
      this.#shape = undefined;
    } else {
      batch.split(shape, this.#rows.at);
    }
  }

  /** The events that only the end of the whole input can tell; `ending`: of an input whose maker tells it elsewhere. */
  finish(ending?: Ending): EndEvent {
    this.#batch.flush();
    const isEnded = !this.#stopped && !this.#cut && this.#atEnd(ending);
    const completedAt = ending?.finishedAt ?? this.closing.completedAt;
    this.#notes.finish();
    if (!this.#stopped) for (const entry of this.context.catalog.all()) this.context.announce(entry);
    return {
      kind: 'end',
      complete: isEnded,
      ...(completedAt === undefined ? {} : { completedAt }),
      tables: summaries(this.context.catalog),
      bytes: this.window.base + this.window.end,
      cursor: this.cursor(),
    };
  }

  /** Whether the maker says that this is all. */
  #atEnd(ending: Ending | undefined): boolean {
    if (this.#lexer.blanks.unterminated || this.#lexer.blanks.open > 0) {
      this.context.failOrNote('truncated-in-statement', 'the dump ends inside a comment', { at: this.at });
    }
    this.closing.assertSeen(this.context, this.at);
    return ending === undefined ? this.closing.seen : isFinished(this.context, ending);
  }

  /** From here on the window holds the text of a table, until `endTab`. */
  beginTab(table: { readonly name: string; readonly definedIn: string }): void {
    const { names, charsetGiven, initialCharset } = this.session;
    // Run without a charset of its own the program lets the server write each column in the column's charset, and
    // yet names its default in the .sql file, as it does when it was asked for that one.
    const usual = /^MySQL [345]\b/.test(this.closing.maker ?? '') ? 'utf8' : 'utf8mb4';
    const ambiguous = !charsetGiven && (names === undefined || names === usual);
    this.session.use(charsetGiven ? initialCharset : ambiguous ? 'binary' : (names ?? 'binary'));
    this.#tab = new TabReader(
      this.context,
      this.#notes,
      this.context.tableIn(table, this.at),
      this.at,
      ambiguous,
    );
    this.#batch.begin(this.#tab.shape, this.at, 0);
  }

  #readTab(tab: TabReader): boolean {
    this.#notes.begin(tab.shape);
    const done = tab.read(this.#batch.rows, this.#batch.limit);
    this.#batch.split(tab.shape, tab.at);
    if (done) {
      this.at = tab.at;
      this.#tab = undefined;
    }
    return done && this.context.events.length === 0;
  }

  /** Goes on from a cursor; the window's next byte is the one it names. */
  restore(cursor: Cursor): void {
    this.session.restore(cursor.session);
    this.context.catalog.restore(cursor.tables, cursor.databaseCharsets);
    this.#batch.rowsRead = cursor.rows;
    this.context.statement = cursor.statement;
    this.#lexer.blanks.open = cursor.comments;
    this.closing.awaited = cursor.awaitsClosingLine;
    this.closing.seen = cursor.closed;
  }

  /** Replaces the window's content, for looking at single statements. */
  feed(bytes: Uint8Array): void {
    this.window.compact(this.window.end, bytes.length);
    this.window.append(bytes);
    this.window.refresh(false);
    this.at = 0;
    this.context.statementStart = 0;
    this.#shape = undefined;
    this.#batch.rows = [];
  }

  /** Reads one statement that is no INSERT, if it is complete and known. */
  readOne(): void {
    try {
      this.#readStatement();
    } catch (thrown) {
      if (thrown !== needMore && !(thrown instanceof DumpError)) throw thrown;
    }
    this.context.events.length = 0;
  }

  /** The last statement boundary before which every row was delivered. */
  get boundary(): Boundary {
    const { events } = this.context;
    const between = this.#shape === undefined && this.#batch.rows.length === 0;
    const here = between && !events.some(({ kind }) => kind === 'rows');
    const { open } = this.#lexer.blanks;
    return (here ? undefined : this.#batch.resumeFrom()) ?? this.#batch.boundaryAt(this.at, open);
  }

  /** All that is needed to go on from there. */
  cursor(boundary = this.boundary): Cursor {
    return {
      version: 1,
      ...boundary.position,
      session: this.session.save(),
      tables: this.context.catalog.save(boundary.counts),
      databaseCharsets: Object.fromEntries(this.context.catalog.databaseCharsets),
      awaitsClosingLine: this.closing.awaited,
      closed: this.closing.seen,
    };
  }
}

function isCut(code: DumpCode): boolean {
  return code === 'truncated-in-statement' || code === 'truncated-in-string' || code === 'program-unfinished';
}
