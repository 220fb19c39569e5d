import { CutoverError, exitCodes } from '@cutover/core';
import { type DumpCell, readCell } from './cell.ts';
import { dumpBytes, partsOf } from './dump-bytes.ts';
import { needMore, Scanner, type Token } from './scanner.ts';
import { DumpSession, type Reading } from './session.ts';
import { charsetIn, charsetNamed, type DumpColumn, type DumpTable, readTableShape } from './table-shape.ts';

/** One row of a dump, as this reader sees it. */
export interface DumpRow {
  readonly table: DumpTable;
  /** Names in the order of the cells; undefined where the dump does not give them. */
  readonly columns: readonly string[] | undefined;
  readonly cells: readonly DumpCell[];
}

/**
 * Reads the rows of a dump byte by byte, in the memory of its longest row; `onTables` gets what it has CREATE TABLEs
 * for, views left out. It exists to check the reader that imports: it shares no code with it and aims at being short,
 * not fast. Plain and gzipped files of mysqldump, mariadb-dump, phpMyAdmin and the like, and folders of mydumper and
 * dumpling. Throws CutoverError `dump-not-understood` where a file is none of these, or is cut.
 */
export async function* readRows(
  paths: readonly string[],
  reading: Reading & { readonly onTables?: (tables: readonly DumpTable[]) => void } = {},
): AsyncGenerator<DumpRow[]> {
  const parts = await partsOf(paths);
  if (parts === undefined) throw notUnderstood('its rows are not in SQL');
  const known: Known = { tables: new Map(), charsets: new Map() };
  for (const part of parts) {
    const statements = new Statements(reading, known, part.database);
    for await (const chunk of dumpBytes(part.paths)) yield statements.take(chunk);
    yield statements.end();
  }
  reading.onTables?.([...known.tables.values()]);
}

/** What one part of a dump has told the next. */
interface Known {
  readonly tables: Map<string, DumpTable>;
  /** Default charsets by database. */
  readonly charsets: Map<string, string>;
}

/** An INSERT whose rows are being read. */
interface Insert {
  readonly table: DumpTable;
  readonly names: readonly string[] | undefined;
  readonly columns: readonly (DumpColumn | undefined)[];
}

class Statements {
  readonly #scanner = new Scanner();
  readonly #session: DumpSession;
  readonly #tables: Known['tables'];
  readonly #charsets: Known['charsets'];
  #delimiter = ';';
  #insert: Insert | undefined;
  #started = false;

  constructor(reading: Reading, { tables, charsets }: Known, database: string | undefined) {
    this.#session = new DumpSession(this.#scanner, reading);
    this.#session.database = database;
    this.#tables = tables;
    this.#charsets = charsets;
  }

  take(chunk: Buffer): DumpRow[] {
    const scanner = this.#scanner;
    if (!this.#started) {
      this.#started = true;
      assertText(chunk);
      if (chunk[0] === 0xef && chunk[1] === 0xbb) chunk = chunk.subarray(3);
    }
    scanner.feed(chunk, scanner.at);
    // A long row is begun again only once there is at least as much more of it.
    if (scanner.left < this.#wanted && !scanner.ended) return [];
    return this.#run();
  }

  #wanted = 0;

  end(): DumpRow[] {
    this.#scanner.ended = true;
    return this.#run();
  }

  /** As many rows as the bytes at hand hold; leaves the scanner where the next begins. */
  #run(): DumpRow[] {
    const scanner = this.#scanner;
    const rows: DumpRow[] = [];
    let mark = scanner.at;
    try {
      while (this.#next(rows)) mark = scanner.at;
      this.#wanted = 0;
    } catch (error) {
      if (error instanceof RangeError) throw notUnderstood(error.message);
      if (error !== needMore) throw error;
      scanner.at = mark;
      this.#wanted = scanner.left * 2;
    }
    return rows;
  }

  /** One statement without rows, the head of an INSERT, or one row; false at the end of the dump. */
  #next(rows: DumpRow[]): boolean {
    const scanner = this.#scanner;
    if (this.#insert !== undefined) {
      this.#row(this.#insert, rows);
      return true;
    }
    scanner.skipBlank();
    if (scanner.peek() === -1) return false;
    if (scanner.startsWith(this.#delimiter)) {
      scanner.at += this.#delimiter.length;
      return true;
    }
    const start = scanner.at;
    const word = scanner.word().toUpperCase();
    if (word === 'DELIMITER') this.#setDelimiter();
    else if (word === 'INSERT' || word === 'REPLACE') this.#insertHead();
    else {
      scanner.at = start;
      this.#statement(word);
    }
    return true;
  }

  #setDelimiter(): void {
    const scanner = this.#scanner;
    let text = '';
    for (; scanner.peek() !== -1 && scanner.peek() !== 10; scanner.at++)
      text += String.fromCharCode(scanner.peek());
    this.#delimiter = text.trim() || ';';
  }

  #statement(word: string): void {
    const tokens = this.#rest(word === 'CREATE');
    const last = tokens.at(-1);
    const name = last?.kind === 'string' ? '' : (last?.text ?? '');
    if (word === 'SET') this.#session.set(tokens.slice(1));
    else if (word === 'USE') this.#session.database = name;
    else if (word === 'CREATE') this.#create(tokens);
  }

  #create(tokens: readonly Token[]): void {
    const { database } = this.#session;
    const viewAt = tokens.findIndex((token) => token.kind === 'word' && /^(view|table)$/i.test(token.text));
    if (/^view$/i.test(wordAt(tokens, viewAt))) this.#forgetStandIn(tokens.slice(viewAt + 1));
    const second = tokens.find(({ kind }, i) => i > 0 && kind === 'word');
    if (second?.kind === 'word' && /^(database|schema)$/i.test(second.text)) {
      const named = tokens.find(({ kind }, i) => i > 1 && kind === 'name');
      const charset = charsetIn(tokens);
      if (named?.kind === 'name' && charset !== undefined)
        this.#charsets.set(named.text, charsetNamed(charset));
      return;
    }
    const shape = readTableShape(tokens, this.#charsets.get(database ?? ''));
    if (shape === undefined) return;
    const table = { database: shape.database ?? database, name: shape.name, columns: shape.columns };
    this.#tables.set(keyOf(table), table);
  }

  /** What was created as a table for a view to be made later. */
  #forgetStandIn(tokens: readonly Token[]): void {
    const name = wordAt(tokens, wordAt(tokens, 1) === '.' ? 2 : 0);
    for (const [key, table] of this.#tables) {
      if (table.name === name && (table.database === undefined || table.database === this.#session.database))
        this.#tables.delete(key);
    }
  }

  /**
   * The tokens up to the delimiter and past it. A stored program that is written without DELIMITER ends with the END
   * of its outermost BEGIN.
   */
  #rest(isCreate: boolean): Token[] {
    const scanner = this.#scanner;
    const tokens: Token[] = [];
    let isProgram = false;
    let depth = 0;
    for (;;) {
      const token = scanner.token(this.#delimiter);
      if (token === undefined) {
        if (scanner.peek() === -1 || depth <= 0) break;
        scanner.at += this.#delimiter.length;
        continue;
      }
      const before = tokens.at(-1);
      const word = token.kind === 'word' ? token.text.toUpperCase() : '';
      if (isCreate && tokens.length < 24)
        isProgram ||= /^(TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE)$/.test(word);
      const afterEnd = before?.kind === 'word' && before.text.toUpperCase() === 'END';
      if (isProgram && (word === 'BEGIN' || (word === 'CASE' && !afterEnd))) depth++;
      if (isProgram && afterEnd && !/^(IF|LOOP|WHILE|REPEAT|FOR)$/.test(word)) depth--;
      tokens.push(token);
      if (isProgram && word === 'END' && depth > 0 && this.#endsHere()) depth--;
    }
    if (scanner.peek() !== -1) scanner.at += this.#delimiter.length;
    return tokens;
  }

  /** Whether nothing but the delimiter follows an END. */
  #endsHere(): boolean {
    this.#scanner.skipBlank();
    return this.#scanner.peek() === -1 || this.#scanner.startsWith(this.#delimiter);
  }

  #insertHead(): void {
    const scanner = this.#scanner;
    let token = scanner.token(this.#delimiter);
    const isWord = (pattern: RegExp): boolean => token?.kind === 'word' && pattern.test(token.text);
    while (isWord(/^(low_priority|delayed|high_priority|ignore|into)$/i))
      token = scanner.token(this.#delimiter);
    const names: string[] = [];
    while (token?.kind === 'name' || (token?.kind === 'word' && !isWord(/^(values?|select|set)$/i))) {
      names.push(token.text);
      token = scanner.token(this.#delimiter);
      if (token?.kind === 'mark' && token.text === '.') token = scanner.token(this.#delimiter);
      else break;
    }
    let listed: string[] | undefined;
    if (token?.kind === 'mark' && token.text === '(') {
      listed = [];
      for (
        token = scanner.token(this.#delimiter);
        token !== undefined;
        token = scanner.token(this.#delimiter)
      ) {
        if (token.kind === 'mark' && token.text === ')') break;
        if (token.kind !== 'mark' && token.kind !== 'string') listed.push(token.text);
      }
      token = scanner.token(this.#delimiter);
    }
    // INSERT … SELECT carries no rows.
    if (!isWord(/^values?$/i)) this.#rest(false);
    else this.#insert = this.#insertInto(names, listed);
  }

  #insertInto(names: readonly string[], listed: readonly string[] | undefined): Insert {
    const plain = {
      database: names.length > 1 ? names[0] : this.#session.database,
      name: names.at(-1) ?? '',
      columns: undefined,
    };
    const table = this.#tables.get(keyOf(plain)) ?? plain;
    const stored = table.columns?.filter(({ generated }) => !generated);
    const order = listed ?? stored?.map(({ name }) => name);
    const byName = new Map((table.columns ?? []).map((column) => [column.name.toLowerCase(), column]));
    const columns = order?.map((name) => byName.get(name.toLowerCase())) ?? [];
    return { table, names: order, columns };
  }

  #row(insert: Insert, rows: DumpRow[]): void {
    const scanner = this.#scanner;
    scanner.skipBlank();
    if (/^r$/i.test(String.fromCharCode(Math.max(scanner.peek(), 0)))) scanner.word();
    scanner.skipBlank();
    if (scanner.peek() !== 0x28) throw new RangeError(`no row where one of ${insert.table.name} should be`);
    const start = ++scanner.at;
    let { names } = insert;
    let cells = this.#cells(insert.columns);
    const all = insert.table.columns;
    if (names?.length !== cells.length && all?.length === cells.length) {
      // Computed columns are written too, as mariadb-dump does it.
      scanner.at = start;
      cells = this.#cells(all);
      names = all.map(({ name }) => name);
    }
    scanner.skipBlank();
    const goesOn = scanner.peek() === 0x2c;
    if (goesOn) scanner.at++;
    else if (!scanner.startsWith(this.#delimiter)) this.#rest(false);
    else scanner.at += this.#delimiter.length;
    rows.push({ table: insert.table, columns: names, cells });
    if (!goesOn) this.#insert = undefined;
  }

  #cells(columns: readonly (DumpColumn | undefined)[]): DumpCell[] {
    const scanner = this.#scanner;
    const cells: DumpCell[] = [];
    scanner.skipBlank();
    while (scanner.peek() !== 0x29) {
      cells.push(readCell(scanner, columns[cells.length], this.#session.charset));
      if (scanner.peek() === 0x2c) scanner.at++;
    }
    scanner.at++;
    return cells;
  }
}

function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token === undefined || token.kind === 'string' ? '' : token.text;
}

const keyOf = ({ database, name }: Pick<DumpTable, 'database' | 'name'>): string =>
  `${database ?? ''}\0${name}`;

function assertText(chunk: Buffer): void {
  const start = chunk.toString('latin1', 0, 6);
  if (/^(BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|\xff\xfe|\xfe\xff|PK)/.test(start))
    throw notUnderstood('it is neither plain text in UTF-8 nor gzip');
}

function notUnderstood(why: string): CutoverError {
  return new CutoverError(
    'dump-not-understood',
    `the independent reader does not understand the dump: ${why}`,
    {
      next: 'give a whole dump, plain or gzipped',
      exitCode: exitCodes.unknown,
    },
  );
}
