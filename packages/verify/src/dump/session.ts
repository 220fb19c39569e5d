import { leadsOf } from './decode.ts';
import type { Scanner, Token } from './scanner.ts';
import { charsetNamed } from './table-shape.ts';

export interface Reading {
  /** The sql_mode of a dump that does not say it. */
  readonly sqlMode?: string;
  /** The charset of a dump that does not say it. */
  readonly charset?: string;
}

/** What SET and USE statements of a dump have said so far. */
export class DumpSession {
  charset: string;
  database: string | undefined;
  readonly #scanner: Scanner;
  readonly #initial: { readonly charset: string; readonly mode: string };
  readonly #saved = new Map<string, string>();
  #mode: string;

  constructor(scanner: Scanner, reading: Reading) {
    this.#initial = { charset: charsetNamed(reading.charset ?? 'utf8mb4'), mode: reading.sqlMode ?? '' };
    this.#scanner = scanner;
    this.charset = this.#initial.charset;
    this.#mode = this.#initial.mode;
    this.#tell();
  }

  /** The tokens of a SET statement, without the word itself. */
  set(tokens: readonly Token[]): void {
    const assignments: Token[][] = [[]];
    for (const token of tokens) {
      if (token.kind === 'mark' && token.text === ',') assignments.push([]);
      else if (token.kind !== 'mark') assignments.at(-1)!.push(token);
    }
    for (const one of assignments) this.#assign(one);
    this.#tell();
  }

  #assign(tokens: readonly Token[]): void {
    const texts = tokens
      .map((token) => (token.kind === 'string' ? token.bytes.toString() : token.text))
      .filter((text) => !/^@*(session|local|global)$/i.test(text));
    const [name = '', value = ''] = [texts[0]?.toLowerCase(), texts[1]];
    if (name === 'names' || /^@*character_set_client$/.test(name)) {
      const meant = this.#valueOf(value);
      this.charset = /^default$/i.test(meant) ? this.#initial.charset : charsetNamed(meant);
    } else if (name === 'character' && /^set$/i.test(value)) this.charset = charsetNamed(texts[2] ?? '');
    else if (/^(@@)?sql_mode$/.test(name)) this.#mode = this.#valueOf(value);
    else if (name.startsWith('@')) this.#saved.set(name, this.#valueOf(value));
  }

  /** A value, or what a variable stands for. */
  #valueOf(text: string): string {
    const name = text.toLowerCase();
    if (/^@@(character_set_client|character_set_connection|character_set_results)$/.test(name))
      return this.charset;
    if (name === '@@sql_mode') return this.#mode;
    return name.startsWith('@') ? (this.#saved.get(name) ?? 'default') : text;
  }

  #tell(): void {
    const modes = (/^default$/i.test(this.#mode) ? this.#initial.mode : this.#mode).toUpperCase().split(',');
    this.#scanner.escapes = !modes.some((mode) => mode.trim() === 'NO_BACKSLASH_ESCAPES');
    this.#scanner.ansiQuotes = modes.some((mode) =>
      /^(ANSI|ANSI_QUOTES|DB2|MAXDB|MSSQL|ORACLE|POSTGRESQL)$/.test(mode.trim()),
    );
    this.#scanner.isLead = leadsOf(this.charset);
  }
}
