/**
 * Errors and notes of the reader. Both carry the same stable codes and fields: a note is what strict reading
 * reports without stopping, or what `lenient` reading went past.
 */

/** Every code, with the next action that is right for most cases of it. */
export const nextActions = {
  aborted: 'Start again, or resume from the cursor of the reader.',
  'backslash-reading': 'If the server ran with NO_BACKSLASH_ESCAPES, read again with that sqlMode.',
  'backslash-trailing': 'Check the charset option.',
  'charset-assumed': 'If the text is wrong, read again with the charset option.',
  'charset-unknown': 'Give the charset the dump was written in with the charset option.',
  'client-message':
    'Delete that line from the dump, or dump again with 2> redirected elsewhere; lenient reading goes past it.',
  'column-unknown': 'Make the INSERT agree with the CREATE TABLE: this dump mixes two versions of the table.',
  'compression-broken': 'Copy the file again and compare its checksum with the origin.',
  'cursor-mismatch': 'Use the cursor only with the file it was taken from.',
  'double-utf8': 'Read with repairDoubleUtf8 for this column if the text is meant to be repaired.',
  'dump-incomplete': 'Dump again; lenient reading delivers every row before the cut.',
  empty: 'Check that the dump command wrote to this file.',
  expression: 'The cell holds the text of the expression; compute its value, or load the dump into a server.',
  'file-unreadable': 'Check the path and its permissions.',
  'format-unsupported': 'Write the dump as SQL text (mysqldump without --xml).',
  'insert-select': 'Count these rows on a server that has loaded the dump.',
  'layout-unsupported':
    'Give the whole folder that mydumper, dumpling or --tab wrote, or the .sql files in order.',
  'may-merge': 'Compare the count with a server if the keys of these rows may repeat.',
  'note-limit': 'Read the first notes of this kind; the rest are of the same kind.',
  'null-byte': 'Copy the file again: a disk or transfer error leaves such bytes.',
  'program-unfinished': 'Dump again; the statement has no end.',
  'range-boundary': 'Cut the file with cutDump, or read it whole.',
  'rows-changed':
    'Load the dump into a server and dump it again: rows that were read are changed by a later statement.',
  'rows-elsewhere': 'Add the rows that this statement takes from elsewhere, or count them on a server.',
  'schema-unreadable': 'Check this CREATE TABLE by hand, or report it with the statement.',
  'session-unknown': 'Give the sqlMode and charset options.',
  'statement-too-long': 'Raise maxStatementBytes if the statement is meant to be that long.',
  'statement-unknown': 'Check the statement; lenient reading goes past it.',
  syntax: 'Look at that place of the file; dump again if it was edited or cut.',
  'table-twice': 'Give one dump of each table: this one holds the table twice.',
  'text-invalid':
    'Give the charset the dump was written in with the charset option; lenient reading keeps the bytes as U+DC80..U+DCFF.',
  'too-few-values': 'Make the INSERT agree with its columns: this dump mixes two versions of the table.',
  'too-many-values': 'Make the INSERT agree with its columns: this dump mixes two versions of the table.',
  'truncated-in-statement':
    'Dump or copy again: the file is cut; lenient reading delivers every row before the cut.',
  'truncated-in-string':
    'Dump or copy again: the file is cut; lenient reading delivers every row before the cut.',
  unterminated: 'Nothing, if the last statement of the file is meant to end without its semicolon.',
  'utf16-source':
    'Redirect with cmd or use --result-file: PowerShell rewrites the dump as UTF-16 and may have changed bytes.',
} as const;

export type DumpCode = keyof typeof nextActions;

/** Where and what, as far as known. `offset` counts bytes of the uncompressed file from 0, `line` from 1. */
export interface DumpPlace {
  readonly file?: string;
  readonly offset?: number;
  readonly line?: number;
  /** Ordinal of the statement in the input, from 1. */
  readonly statement?: number;
  readonly database?: string;
  readonly table?: string;
  /** Ordinal of the row in its table, from 1. */
  readonly row?: number;
  readonly column?: string;
  /** A few words of the place; the contents of strings and long digits are masked. */
  readonly excerpt?: string;
}

export interface DumpNote extends DumpPlace {
  readonly code: DumpCode;
  readonly message: string;
  readonly next: string;
}

/** Anything a dump can be refused for. The message names the place; `next` says what to do. */
export class DumpError extends Error {
  readonly code: DumpCode;
  readonly next: string;
  readonly place: DumpPlace;

  constructor(
    code: DumpCode,
    what: string,
    place: DumpPlace = {},
    options: { cause?: unknown; next?: string } = {},
  ) {
    super(messageOf(what, place), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DumpError';
    this.code = code;
    this.next = options.next ?? nextActions[code];
    this.place = place;
  }

  get file(): string | undefined {
    return this.place.file;
  }
  get offset(): number | undefined {
    return this.place.offset;
  }
  get line(): number | undefined {
    return this.place.line;
  }
  get table(): string | undefined {
    return this.place.table;
  }
  get row(): number | undefined {
    return this.place.row;
  }
  get column(): string | undefined {
    return this.place.column;
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, next: this.next, ...this.place };
  }
}

export function noteOf(code: DumpCode, what: string, place: DumpPlace): DumpNote {
  return { code, message: messageOf(what, place), next: nextActions[code], ...place };
}

function messageOf(what: string, place: DumpPlace): string {
  const parts: string[] = [];
  if (place.file !== undefined) {
    let where = place.file;
    if (place.line !== undefined && place.line > 0) where += `:${place.line}`;
    if (place.offset !== undefined) where += ` (byte ${place.offset}`;
    if (place.offset !== undefined)
      where += place.statement === undefined ? ')' : `, statement ${place.statement})`;
    parts.push(where);
  }
  if (place.table !== undefined) {
    let table = `table ${place.database === undefined ? '' : `${place.database}.`}${place.table}`;
    if (place.row !== undefined) table += `, row ${place.row}`;
    if (place.column !== undefined) table += `, column ${place.column}`;
    parts.push(table);
  }
  const head = parts.length > 0 ? `${parts.join(': ')}: ` : '';
  return `${head}${what}${place.excerpt === undefined ? '' : ` near ${place.excerpt}`}`;
}
