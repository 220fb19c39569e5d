/** What earlier statements set for the reading of later ones: charset, sql_mode, database, delimiter. */
import { charsetNamed, charsetOfCollation, hasAsciiTrailBytes } from './charset/names.ts';

/** Plain JSON, part of a cursor. */
export interface SessionState {
  /** Charset of the statements, as `charsetNamed` spells it. */
  readonly charset: string;
  /** The file (or the `charset` option) named that charset; otherwise it is assumed. */
  readonly charsetKnown: boolean;
  readonly sqlMode: string;
  readonly sqlModeKnown: boolean;
  readonly database: string | undefined;
  readonly delimiter: string;
  /** User variables that hold a saved setting (`@OLD_SQL_MODE`). */
  readonly variables: Readonly<Record<string, string | null>>;
}

const ansiModes = new Set(['ANSI', 'ANSI_QUOTES', 'DB2', 'MAXDB', 'MSSQL', 'ORACLE', 'POSTGRESQL']);

export class Session {
  charset: string;
  charsetKnown: boolean;
  sqlMode: string;
  sqlModeKnown: boolean;
  database: string | undefined;
  delimiter: Buffer = Buffer.from(';');
  /** What SET NAMES said last: the charset the dump's program was run with. */
  names: string | undefined;
  variables = new Map<string, string | null>();

  /** Derived: backslashes escape. */
  escapes = true;
  /** Derived: double quotes are around names. */
  ansiQuotes = false;
  /** Derived: a backslash or backtick may be half of a character. */
  trailBytes = false;

  #pinned = false;
  /** What text is read in that no statement names a charset for. */
  readonly initialCharset: string;
  /** The `charset` option named that one. */
  readonly charsetGiven: boolean;
  readonly #initialMode: string;

  constructor(charset: string | undefined, sqlMode: string | undefined) {
    this.initialCharset = charset ?? 'utf8mb4';
    this.charsetGiven = charset !== undefined;
    this.#initialMode = sqlMode ?? '';
    this.charset = this.initialCharset;
    this.charsetKnown = charset !== undefined;
    this.sqlMode = this.#initialMode;
    this.sqlModeKnown = sqlMode !== undefined;
    this.#derive();
  }

  /** Reads everything in this charset from here on, whatever statements say. */
  pin(charset: string): void {
    this.charset = charset;
    this.charsetKnown = true;
    this.#pinned = true;
    this.#derive();
  }

  /** Back to the charset that is assumed: a file restored what it never set. */
  forgetCharset(): void {
    if (this.#pinned) return;
    this.charset = this.initialCharset;
    this.charsetKnown = this.charsetGiven;
    this.#derive();
  }

  /** For the text of a table, whose charset no statement names. */
  use(charset: string): void {
    this.charset = charset;
    this.charsetKnown = true;
    this.#derive();
  }

  setCharset(name: string): boolean {
    if (this.#pinned) return true;
    const charset = name.toLowerCase() === 'default' ? this.initialCharset : charsetNamed(name);
    if (charset === undefined) return false;
    this.charset = charset;
    this.charsetKnown = true;
    this.#derive();
    return true;
  }

  /** `collation_connection` and the like change nothing here: what they would convert is in the client's charset. */
  setCollation(name: string): boolean {
    return charsetOfCollation(name) !== undefined;
  }

  setSqlMode(mode: string): void {
    this.sqlMode = mode.toUpperCase() === 'DEFAULT' ? this.#initialMode : mode;
    this.sqlModeKnown = true;
    this.#derive();
  }

  #derive(): void {
    const modes = this.sqlMode
      .toUpperCase()
      .split(',')
      .map((mode) => mode.trim());
    this.escapes = !modes.includes('NO_BACKSLASH_ESCAPES');
    this.ansiQuotes = modes.some((mode) => ansiModes.has(mode));
    this.trailBytes = hasAsciiTrailBytes(this.charset);
  }

  save(): SessionState {
    return {
      charset: this.charset,
      charsetKnown: this.charsetKnown,
      sqlMode: this.sqlMode,
      sqlModeKnown: this.sqlModeKnown,
      database: this.database,
      delimiter: this.delimiter.toString('latin1'),
      variables: Object.fromEntries(this.variables),
    };
  }

  restore(state: SessionState): void {
    this.charset = state.charset;
    this.charsetKnown = state.charsetKnown;
    this.sqlMode = state.sqlMode;
    this.sqlModeKnown = state.sqlModeKnown;
    this.database = state.database;
    this.delimiter = Buffer.from(state.delimiter, 'latin1');
    this.variables = new Map(Object.entries(state.variables));
    this.#derive();
  }

  /** A new connection, as each file of a directory is loaded through one. */
  reset(database: string | undefined): void {
    this.names = undefined;
    this.charset = this.initialCharset;
    this.sqlMode = this.#initialMode;
    this.delimiter = Buffer.from(';');
    this.database = database;
    this.variables.clear();
    this.#derive();
  }
}
