/** What is said about single cells: each once for a table and column, however many cells there are. */
import { noteOf, type DumpCode } from '../error.ts';
import { decodeKeepingBytes } from '../charset/decode.ts';
import { maybeDoubleUtf8, undoDoubleUtf8 } from '../rows/double-utf8.ts';
import type { RowHost, RowProblem } from '../rows/row-host.ts';
import { isCharsetAssumed, literalCharset, type Shape } from '../rows/shape.ts';
import { clientMessage } from './between.ts';
import type { Context } from './context.ts';

export class RowNotes implements RowHost {
  readonly #context: Context;
  #shape: Shape | undefined;
  #assumed = false;
  #escape: { file: string; offset: number; line: number } | undefined;
  #escapeCertain = false;

  constructor(context: Context) {
    this.#context = context;
  }

  begin(shape: Shape): void {
    this.#shape = shape;
  }

  fail(code: DumpCode, what: string, problem: RowProblem): never {
    const entry = this.#shape?.entry;
    return this.#context.fail(code, what, {
      ...problem,
      entry,
      row: entry === undefined ? undefined : entry.rows + 1,
    });
  }

  invalidText(bytes: Buffer, start: number, end: number, at: number, shape: Shape, index: number): string {
    const { session } = this.#context;
    const column = shape.entries[index];
    const trouble = { entry: shape.entry, row: shape.entry.rows + 1, column: nameOf(shape, index), at };
    const unknown = isCharsetAssumed(column, session);
    const code = unknown ? 'charset-unknown' : 'text-invalid';
    const charset = literalCharset(column, session);
    const what = unknown
      ? `no statement names a charset, and the text is no ${charset}`
      : `the text is no ${charset}`;
    if (!this.#context.lenient) this.#context.fail(code, what, trouble);
    this.#context.noteOnce(code, what, trouble);
    return decodeKeepingBytes(bytes, start, end);
  }

  /** Text that did not come by the path that looks for these. */
  text(text: string, shape: Shape, index: number, at: number): string {
    if (Buffer.byteLength(text) === text.length || !maybeDoubleUtf8(text)) return text;
    return this.doubleUtf8(text, shape, index, at);
  }

  expression(shape: Shape, index: number, sql: string, at: number): string {
    const { entry } = shape;
    entry.unevaluated++;
    const trouble = { entry, row: entry.rows + 1, column: nameOf(shape, index), at };
    this.#context.noteOnce(
      'expression',
      'the value is an expression that is not evaluated; the cell holds its text',
      trouble,
    );
    return sql;
  }

  assumed(shape: Shape, index: number, at: number): void {
    if (this.#assumed) return;
    this.#assumed = true;
    const trouble = { entry: shape.entry, row: shape.entry.rows + 1, column: nameOf(shape, index), at };
    this.#context.note(
      'charset-assumed',
      `the file names no charset: text is read as ${this.#context.session.charset}`,
      trouble,
    );
  }

  doubleUtf8(text: string, shape: Shape, index: number, at: number): string {
    const meant = undoDoubleUtf8(text);
    if (meant === undefined) return text;
    const { entry } = shape;
    const column = nameOf(shape, index);
    entry.doubleUtf8[column] = (entry.doubleUtf8[column] ?? 0) + 1;
    const { repairDoubleUtf8: repair } = this.#context.options;
    const repaired = typeof repair === 'function' ? repair(entry.table, column) : repair === true;
    const what = `the text looks like UTF-8 stored twice${repaired ? ' and is repaired' : ''}`;
    this.#context.noteOnce('double-utf8', what, { entry, row: entry.rows + 1, column, at });
    return repaired ? meant : text;
  }

  sawEscape(at: number, escapesQuote: boolean): void {
    if (this.#context.session.sqlModeKnown || this.#escapeCertain) return;
    if (escapesQuote) this.#escapeCertain = true;
    this.#escape ??= this.#context.window.place(at);
  }

  zeroByte(shape: Shape, index: number, at: number): void {
    const kind = shape.entries[index]?.column.encoding;
    if (kind !== 'text') return;
    const trouble = { entry: shape.entry, row: shape.entry.rows + 1, column: nameOf(shape, index), at };
    if (!this.#context.lenient) this.#context.fail('null-byte', 'a zero byte stands in a text', trouble);
    this.#context.noteOnce('null-byte', 'a zero byte stands in a text', trouble);
  }

  clientMessage(at: number): number {
    return clientMessage(this.#context, at);
  }

  onDuplicate(shape: Shape, at: number): void {
    const { entry } = shape;
    this.#context.noteOnce('may-merge', 'ON DUPLICATE KEY UPDATE: a server keeps fewer rows if keys repeat', {
      entry,
      at,
    });
  }

  /**
   * A file that sets no sql_mode and has backslashes, none of them before a quote, reads differently under
   * NO_BACKSLASH_ESCAPES: to be said.
   */
  finish(): void {
    if (this.#escape === undefined || this.#escapeCertain) return;
    const message = 'the file sets no sql_mode: backslashes in strings are read as escapes';
    this.#context.events.push({ kind: 'note', note: noteOf('backslash-reading', message, this.#escape) });
  }
}

function nameOf(shape: Shape, index: number): string {
  return shape.columns?.[index] ?? `#${index + 1}`;
}
