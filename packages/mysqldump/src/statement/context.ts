/** What the handlers of statements share while a dump is read. */
import { DumpError, noteOf, type DumpCode, type DumpPlace } from '../error.ts';
import { maskedExcerpt } from '../lex/excerpt.ts';
import type { Lexer } from '../lex/lexer.ts';
import type { Window } from '../lex/window.ts';
import { Catalog, newEntry, type TableEntry } from '../schema/catalog.ts';
import type { Session } from '../session.ts';
import type { DumpEvent, ReadOptions } from '../types.ts';

export interface Trouble {
  readonly at?: number | undefined;
  readonly entry?: TableEntry | undefined;
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  readonly excerptFrom?: number | undefined;
  /** A file that is not the one that is being read. */
  readonly file?: string;
}

export class Context {
  readonly window: Window;
  readonly session: Session;
  readonly lexer: Lexer;
  readonly catalog = new Catalog();
  readonly options: ReadOptions;
  readonly lenient: boolean;
  /** Events that are ready to go out, in order. */
  readonly events: DumpEvent[] = [];
  /** Statements begun. */
  statement = 0;
  /** Where the statement that is being read starts, in the window. */
  statementStart = 0;

  constructor(window: Window, session: Session, lexer: Lexer, options: ReadOptions) {
    this.window = window;
    this.session = session;
    this.lexer = lexer;
    this.options = options;
    this.lenient = options.lenient === true;
  }

  place(trouble: Trouble): DumpPlace {
    const { entry, file } = trouble;
    const table = {
      ...(entry?.table.database === undefined ? {} : { database: entry.table.database }),
      ...(entry === undefined ? {} : { table: entry.table.name }),
    };
    if (file !== undefined) return { file, ...table };
    const at = trouble.at ?? this.statementStart;
    const excerpt = maskedExcerpt(this.window, trouble.excerptFrom ?? Math.min(this.statementStart, at), at);
    return {
      ...this.window.place(at),
      statement: this.statement,
      ...table,
      ...(trouble.row === undefined ? {} : { row: trouble.row }),
      ...(trouble.column === undefined ? {} : { column: trouble.column }),
      ...(excerpt === '' ? {} : { excerpt }),
    };
  }

  fail(code: DumpCode, what: string, trouble: Trouble = {}): never {
    throw new DumpError(code, what, this.place(trouble));
  }

  note(code: DumpCode, what: string, trouble: Trouble = {}): void {
    this.events.push({ kind: 'note', note: noteOf(code, what, this.place(trouble)) });
  }

  /** Notes once for each table (and column). */
  noteOnce(code: DumpCode, what: string, trouble: Trouble & { entry: TableEntry }): void {
    const key = `${code}\0${trouble.column ?? ''}`;
    if (trouble.entry.noted.has(key)) return;
    trouble.entry.noted.add(key);
    this.note(code, what, trouble);
  }

  /** Strict reading stops; lenient reading notes it and goes on. */
  failOrNote(code: DumpCode, what: string, trouble: Trouble = {}): void {
    if (!this.lenient) this.fail(code, what, trouble);
    this.note(code, what, trouble);
  }

  /** The table of that name, made known here if no CREATE TABLE did. */
  tableFor(database: string | undefined, name: string, at: number): TableEntry {
    const known = this.catalog.find(database, name);
    if (known !== undefined) return known;
    const entry = newEntry(database, name, this.window.place(at));
    this.catalog.add(entry);
    return entry;
  }

  /** The one table that a file defines; where there is none, or several, the one of that name. */
  tableIn(
    { name, definedIn }: { readonly name: string; readonly definedIn: string },
    at: number,
  ): TableEntry {
    const defined = [...this.catalog.all()].filter(({ table }) => table.position.file === definedIn);
    return defined.length === 1 ? defined[0]! : this.tableFor(this.session.database, name, at);
  }

  /** Flags a table of which a server would hold rows that the dump does not carry. */
  rowsUnknown(entry: TableEntry, reason: string): void {
    entry.table.rowsUnknown ??= reason;
  }

  announce(entry: TableEntry): void {
    if (entry.announced) return;
    entry.announced = true;
    this.events.push({ kind: 'table', table: entry.table });
  }
}
