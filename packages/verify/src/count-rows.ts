import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/**
 * Counts the rows of each table in a dump by looking only at quotes, brackets and semicolons. It shares
 * no code with the reader or the importer, so that neither can hide a row from it, and it decodes nothing.
 * Knows plain and gzipped files in charsets whose trail bytes are not ASCII; needs backslash escapes.
 */
export async function countRows(paths: readonly string[]): Promise<Map<string, number>> {
  const counter = new TupleCounter();
  for (const path of paths) {
    const handle = await open(path);
    const magic = (await handle.read(Buffer.alloc(2), 0, 2, 0)).buffer;
    await handle.close();
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    const bytes = magic[0] === 0x1f && magic[1] === 0x8b ? file.pipe(createGunzip()) : file;
    for await (const chunk of bytes) counter.push(chunk as Buffer);
  }
  return counter.end();
}

const newline = 10;
const quoteClosers: Readonly<Record<number, true>> = { 39: true, 34: true, 96: true };

/** The statement's start is kept this far, to read the table's name from. */
const headLength = 2000;

/**
 * States: `code` outside quotes and comments; `quote` inside '…', "…" or `…`; `line` and `block` inside
 * comments; `body` between `DELIMITER ;;` and `DELIMITER ;`, where nothing is counted.
 */
class TupleCounter {
  readonly #rows = new Map<string, number>();
  #state: 'code' | 'quote' | 'line' | 'block' = 'code';
  #quote = 0;
  #escaped = false;
  #previous = 0;
  #depth = 0;
  #head = '';
  #table: string | undefined;
  #counting = false;
  #inBody = false;

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) this.#byte(chunk[at]!);
  }

  end(): Map<string, number> {
    return this.#rows;
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case 'quote':
        this.#inQuote(byte);
        break;
      case 'line':
        if (byte === newline) this.#state = 'code';
        break;
      case 'block':
        if (this.#previous === 42 && byte === 47) {
          this.#state = 'code';
          this.#previous = 0;
          return;
        }
        break;
      default:
        this.#inCode(byte);
    }
    this.#previous = byte;
  }

  #inQuote(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === 92 && this.#quote !== 96) this.#escaped = true;
    else if (byte === this.#quote) this.#state = 'code';
    if (this.#quote === 96) this.#remember(byte);
  }

  #inCode(byte: number): void {
    if (this.#startsComment(byte)) return;
    if (quoteClosers[byte] === true) {
      this.#state = 'quote';
      this.#quote = byte;
      if (byte === 96) this.#remember(byte);
      return;
    }
    if (byte === newline && /^\s*delimiter\s/i.test(this.#head)) {
      this.#inBody = !/^\s*delimiter\s+;\s*$/i.test(this.#head);
      this.#head = '';
      return;
    }
    if (this.#inBody) {
      // Only a line of its own that says DELIMITER ends the body.
      if (byte === newline) this.#head = '';
      else this.#remember(byte);
      return;
    }
    this.#inStatement(byte);
  }

  #inStatement(byte: number): void {
    if (byte === 40) {
      if (this.#depth++ === 0) this.#openBracket();
    } else if (byte === 41) {
      this.#depth--;
    } else if (byte === 59 && this.#depth === 0 && !/^delimiter\s/i.test(this.#head)) {
      this.#head = '';
      this.#table = undefined;
      this.#counting = false;
      return;
    } else if (this.#counting && this.#depth === 0 && byte !== 44 && byte > 32) {
      // A word after the tuples (ON DUPLICATE KEY …): what follows are no rows.
      this.#counting = false;
      this.#table = undefined;
      this.#head = 'done';
    }
    if (!this.#counting) this.#remember(byte);
  }

  /** A bracket at depth 0: a row, if the statement is an INSERT whose VALUES has been seen. */
  #openBracket(): void {
    if (!this.#counting) {
      const insert =
        /^\s*(?:insert|replace)\s+(?:(?:low_priority|delayed|high_priority|ignore)\s+)*(?:into\s+)?((?:`(?:[^`]|``)*`|[\w$]+)(?:\s*\.\s*(?:`(?:[^`]|``)*`|[\w$]+))?)\s*(?:\([^)]*\))?\s*values?\s*$/i.exec(
          this.#head,
        );
      if (insert === null) return;
      this.#table = tableName(insert[1]!);
      this.#counting = true;
    }
    if (this.#table !== undefined) this.#rows.set(this.#table, (this.#rows.get(this.#table) ?? 0) + 1);
  }

  #startsComment(byte: number): boolean {
    if (byte === 42 && this.#previous === 47) {
      this.#state = 'block';
      this.#head = this.#head.slice(0, -1);
      return true;
    }
    if (byte === 35) {
      this.#state = 'line';
      return true;
    }
    if (byte <= 32 && this.#previous === 45 && this.#head.endsWith('--')) {
      this.#head = this.#head.slice(0, -2);
      if (byte !== newline) this.#state = 'line';
      return true;
    }
    return false;
  }

  #remember(byte: number): void {
    if (this.#head.length < headLength && (this.#head !== '' || byte > 32))
      this.#head += String.fromCharCode(byte);
  }
}

/** `db`.`table` or table, unquoted, as UTF-8. */
function tableName(text: string): string {
  const last = /(`(?:[^`]|``)*`|[\w$]+)$/.exec(text.trim())![1]!;
  const plain = last.startsWith('`') ? last.slice(1, -1).replaceAll('``', '`') : last;
  return Buffer.from(plain, 'latin1').toString('utf8');
}
