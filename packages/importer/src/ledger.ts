import { open, rename } from 'node:fs/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { rowName } from '@cutover/records';
import type { Fate } from './map-pass.ts';
import { contentDigest } from './row-digest.ts';
import { ScratchFile } from './scratch-file.ts';

/** One line of the ledger: what became of one source row. Private. */
export interface LedgerLine {
  readonly table: string;
  readonly row: string;
  /** The row as it was read, before anything was mended; see `rowDigest`. */
  readonly digest: string;
  readonly outcome: Fate['outcome'];
  /** Paths of the records it became, and the digests of their contents. */
  readonly records?: readonly string[];
  readonly contents?: readonly string[];
  /** Its private records, as `<sheet>/<id>`. */
  readonly privates?: readonly string[];
  readonly into?: string;
  readonly rule?: string;
  readonly message?: string;
  /** Record id and legacy value of the identifier, where the row carries one. */
  readonly identity?: { readonly id: string; readonly value: string | null };
}

/** One line for all rows of a table that is excluded as a whole: the profile knows no keys of it. */
export interface LedgerTableLine {
  readonly table: string;
  readonly row?: never;
  readonly revision?: never;
  readonly outcome: 'excluded';
  readonly rule: string;
  readonly rows: number;
  /** See `TableSum`. */
  readonly digest: string;
}

/** One line for one earlier state of a row, where these were asked for. `paths`: where it stands in their branch. */
export interface LedgerRevisionLine {
  readonly table: string;
  readonly row?: never;
  /** E.g. `history_projects/17`. */
  readonly revision: string;
  readonly outcome: 'imported' | 'folded' | 'excluded';
  readonly rule?: string;
  readonly message?: string;
  readonly into?: string;
  readonly paths?: readonly string[];
  readonly rows: 1;
  readonly digest: string;
}

export function ledgerLine(fate: Fate): LedgerLine {
  const { records, privates, into, rule, message, identity } = fate;
  // Put together field by field: this is made for every row, and copies of copies are what takes time.
  const line: Writable<LedgerLine> = {
    table: fate.table,
    row: rowName(fate.row),
    digest: fate.digest,
    outcome: fate.outcome,
  };
  if (records !== undefined) {
    line.records = records.map((record) => record.path);
    line.contents = records.map((record) => contentDigest(record.content));
  }
  if (privates !== undefined && privates.length > 0)
    line.privates = privates.map((draft) => `${draft.sheet}/${draft.fields.id}`);
  if (into !== undefined) line.into = rowName(into);
  if (rule !== undefined) line.rule = rule;
  if (message !== undefined) line.message = message;
  if (identity !== undefined && records?.[0] !== undefined)
    line.identity = { id: records[0].id, value: identity };
  return line;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Bytes of lines that are compressed at once, and how many blocks of them may wait for it. */
const blockBytes = 1 << 16;
/** Room for them and the line that is one too many, unless that is a long one. */
const roomBytes = 2 * blockBytes;
const blocksWaiting = 4;

/** A gzipped JSON-lines file that appears whole or not at all. */
export class LinesWriter {
  readonly #path: string;
  readonly #gzip: Gzip;
  readonly #file: ScratchFile;
  /** Lines are bytes at once: as strings they would live until there are enough of them. */
  #block: Buffer = Buffer.allocUnsafeSlow(roomBytes);
  #used = 0;
  /** Blocks of that size that are compressed, to be used again. */
  readonly #free: Buffer[] = [];
  #closing: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#gzip = createGzip({ level: 1 });
    this.#file = new ScratchFile(`${path}.writing`);
    this.#gzip.pipe(this.#file.stream);
  }

  /** Adds a line; a promise asks the caller to wait. */
  write(line: unknown): void | Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#used + text.length * 3 > this.#block.length) {
      const size = this.#used + Buffer.byteLength(text);
      if (size > this.#block.length) this.#block = Buffer.concat([this.#block.subarray(0, this.#used)], size);
    }
    this.#used += this.#block.write(text, this.#used);
    if (this.#used < blockBytes) return;
    this.#flush();
    if (this.#gzip.writableLength > blocksWaiting * blockBytes) return this.#file.until(this.#gzip, 'drain');
  }

  #flush(): void {
    const block = this.#block;
    this.#gzip.write(block.subarray(0, this.#used), () => {
      if (block.length === roomBytes) this.#free.push(block);
    });
    this.#block = this.#free.pop() ?? Buffer.allocUnsafeSlow(roomBytes);
    this.#used = 0;
  }

  /** Ends the file; once, however often it is asked for: what is closed never says so again. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#gzip.end(this.#block.subarray(0, this.#used));
    await this.#file.until(this.#file.stream, 'close');
    const handle = await open(`${this.#path}.writing`, 'r+');
    await handle.sync();
    await handle.close();
    await rename(`${this.#path}.writing`, this.#path);
  }
}

/** A quarantined row, verbatim: binary values as base64. Private. */
export function quarantineLine(fate: Fate): Record<string, unknown> {
  const values = fate.verbatim.columns.map((column, i) => {
    const value = fate.verbatim.values[i] ?? null;
    return [column, value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value];
  });
  return { ...ledgerLine(fate), values: Object.fromEntries(values) as unknown };
}
