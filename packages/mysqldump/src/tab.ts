/** The text of a table as SELECT … INTO OUTFILE writes it (mysqldump --tab): lines, tabs, backslashes. */
import { decodeUtf8 } from './charset/decode.ts';
import { isUtf8 } from './charset/names.ts';
import { escapedByte } from './lex/strings.ts';
import type { Window } from './lex/window.ts';
import { needMore } from './lex/window.ts';
import { cellOf, isTrouble } from './rows/cell.ts';
import { cellKinds, columnCharset, settle, shapeOf, type Shape } from './rows/shape.ts';
import type { Context } from './statement/context.ts';
import type { RowNotes } from './statement/row-notes.ts';
import type { Value } from './types.ts';

const TAB = 9;
const NEWLINE = 10;
const BACKSLASH = 0x5c;

export class TabReader {
  readonly shape: Shape;
  /** Index in the window of the next line. */
  at: number;
  readonly #context: Context;
  readonly #notes: RowNotes;
  /** Text is in the column's charset or in UTF-8: what is UTF-8 is taken for it, and noted. */
  readonly #ambiguous: boolean;

  /** The table must be known from its .sql file. */
  constructor(context: Context, notes: RowNotes, table: string, at: number, ambiguous: boolean) {
    this.#ambiguous = ambiguous;
    this.#context = context;
    this.#notes = notes;
    this.at = at;
    const entry = context.tableFor(context.session.database, table, at);
    this.shape = shapeOf(entry, undefined, context.options.tables?.(table, entry.table.database) === false);
  }

  /** Adds rows to `out` up to the limit; true at the end of the text. Throws `needMore` as the other parsers do. */
  read(out: Value[][], limit: number): boolean {
    const w = this.#context.window;
    while (out.length < limit) {
      if (!w.has(this.at)) return true;
      const end = this.#lineEnd(w);
      const fields = splitFields(w.bytes, this.at, end);
      const { shape } = this;
      if (shape.count !== fields.length) this.#agree(fields.length);
      out.push(shape.skip ? [] : fields.map((field, i) => this.#cell(field, i)));
      shape.entry.rows++;
      this.at = end + 1;
    }
    return false;
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
        if (!w.eof) throw needMore;
        const entry = this.shape.entry;
        return this.#context.fail('truncated-in-statement', 'the text ends inside a line', {
          at: this.at,
          entry,
          row: entry.rows + 1,
        });
      }
    }
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

/** Fields of a line without their escapes; `\N` is NULL. */
function splitFields(bytes: Buffer, from: number, end: number): (Buffer | null)[] {
  const fields: (Buffer | null)[] = [];
  const out = Buffer.allocUnsafe(end - from);
  let length = 0;
  let start = 0;
  let isNull = false;
  for (let at = from; at <= end; at++) {
    const byte = at === end ? TAB : (bytes[at] ?? 0);
    if (byte === TAB) {
      fields.push(isNull && length === start ? null : out.subarray(start, length));
      start = length;
      isNull = false;
    } else if (byte === BACKSLASH && at + 1 < end) {
      const next = bytes[++at] ?? 0;
      if (next === 0x4e && length === start) isNull = true;
      else out[length++] = escapedByte(next);
    } else {
      out[length++] = byte;
    }
  }
  return fields;
}
