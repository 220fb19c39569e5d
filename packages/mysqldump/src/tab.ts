/** The text of a table as SELECT … INTO OUTFILE writes it (mysqldump --tab): lines, tabs, backslashes. */
import { decodeUtf8 } from './charset/decode.ts';
import { hasAsciiTrailBytes, isUtf8 } from './charset/names.ts';
import type { Window } from './lex/window.ts';
import { needMore } from './lex/window.ts';
import { cellOf, isTrouble } from './rows/cell.ts';
import { cellKinds, columnCharset, settle, shapeOf, type Shape } from './rows/shape.ts';
import type { Context } from './statement/context.ts';
import type { RowNotes } from './statement/row-notes.ts';
import type { TableEntry } from './schema/catalog.ts';
import { splitFields, splitFieldsByCharacter } from './tab-fields.ts';
import type { Value } from './types.ts';

const NEWLINE = 10;

export class TabReader {
  readonly shape: Shape;
  /** Index in the window of the next line. */
  at: number;
  readonly #context: Context;
  readonly #notes: RowNotes;
  /** Text is in the column's charset or in UTF-8: what is UTF-8 is taken for it, and noted. */
  readonly #ambiguous: boolean;
  /** By field: the charset of its text where a backslash can be a part of a character in it. Empty: in none. */
  readonly #trailing: readonly (string | undefined)[];

  /** The table must be known from its .sql file. */
  constructor(context: Context, notes: RowNotes, entry: TableEntry, at: number, ambiguous: boolean) {
    this.#ambiguous = ambiguous;
    this.#context = context;
    this.#notes = notes;
    this.at = at;
    const { name, database } = entry.table;
    this.shape = shapeOf(entry, undefined, context.options.tables?.(name, database) === false);
    const { session } = context;
    const trailing = (entry.entries ?? []).map((column) => {
      // Bytes without a charset of their own are escaped as bytes.
      if (column.column.charset === undefined || column.column.charset === 'binary') return undefined;
      const charset = session.charset === 'binary' ? columnCharset(column, session) : session.charset;
      return hasAsciiTrailBytes(charset) ? charset : undefined;
    });
    this.#trailing = trailing.some((charset) => charset !== undefined) ? trailing : [];
  }

  /** Adds rows to `out` up to the limit; true at the end of the text. Throws `needMore` as the other parsers do. */
  read(out: Value[][], limit: number): boolean {
    const w = this.#context.window;
    while (out.length < limit) {
      if (!w.has(this.at)) return true;
      const { fields, end } = this.#line(w);
      const { shape } = this;
      if (shape.count !== fields.length) this.#agree(fields.length);
      out.push(shape.skip ? [] : fields.map((field, i) => this.#cell(field, i)));
      shape.entry.rows++;
      this.at = end + 1;
    }
    return false;
  }

  #line(w: Window): { readonly fields: (Buffer | null)[]; readonly end: number } {
    const trailing = this.#trailing;
    if (trailing.length === 0) {
      const end = this.#lineEnd(w);
      return { fields: splitFields(w.bytes, this.at, end), end };
    }
    const line = splitFieldsByCharacter(w.bytes, this.at, w.end, (i) => trailing[i], this.#ambiguous);
    return line.end < 0 ? this.#endsInside(w) : line;
  }

  /** The newline that ends the line: one behind a backslash belongs to a value. */
  #lineEnd(w: Window): number {
    let newline = w.indexOf(NEWLINE, this.at);
    let escape = w.backslashFrom(this.at);
    for (;;) {
      if (escape < (newline < 0 ? w.end : newline)) {
        if (newline === escape + 1) newline = w.indexOf(NEWLINE, escape + 2);
        escape = w.backslashFrom(escape + 2);
      } else if (newline >= 0) {
        return newline;
      } else {
        return this.#endsInside(w);
      }
    }
  }

  #endsInside(w: Window): never {
    if (!w.eof) throw needMore;
    const { entry } = this.shape;
    return this.#context.fail('truncated-in-statement', 'the text ends inside a line', {
      at: this.at,
      entry,
      row: entry.rows + 1,
    });
  }

  #agree(count: number): void {
    const { entry } = this.shape;
    if (this.shape.count < 0 && settle(this.shape, count, this.#context.session)) return;
    const wanted = this.shape.count < 0 ? (entry.entries?.length ?? 0) : this.shape.count;
    const code = count > wanted ? 'too-many-values' : 'too-few-values';
    this.#context.fail(code, `the line has ${count} fields for ${wanted} columns`, {
      at: this.at,
      entry,
      row: entry.rows + 1,
    });
  }

  #cell(field: Buffer | null, i: number): Value {
    if (field === null) return null;
    const { shape } = this;
    if (
      this.#ambiguous &&
      shape.kinds[i] === cellKinds.text &&
      !isUtf8(columnCharset(shape.entries[i], this.#context.session))
    ) {
      const text = decodeUtf8(field, 0, field.length);
      if (text !== undefined && text.length !== field.length) {
        this.#notes.assumed(shape, i, this.at);
        return text;
      }
    }
    const cell = cellOf(
      { kind: 'string', bytes: field, charset: undefined },
      shape.entries[i],
      this.#context.session,
    );
    if (!isTrouble(cell)) return typeof cell === 'string' ? this.#notes.text(cell, shape, i, this.at) : cell;
    return this.#notes.invalidText(field, 0, field.length, this.at, shape, i);
  }
}
