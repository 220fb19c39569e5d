import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';
import { agrees, type ChunkMark } from './agreement.ts';
import { createStatement, type LiveTable, quoteName, withoutCounter } from './catalog.ts';
import { RowDigest, type TableDigest } from './digest.ts';
import { InsertWriter, tableHead, tableTail } from './dump-text.ts';
import { asCutoverError, isInterrupted } from './errors.ts';
import { interruptions } from './insist.ts';
import { behind, forceIndex, keyExpressions, type KeyPosition, orderBy, positionOf } from './keyset.ts';
import { type PartFacts, PartWriter } from './part.ts';
import type { Session } from './session.ts';

/** A finished part in a file of parts. */
export interface StoredPart {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  readonly plainBytes: number;
  readonly sha256: string;
}

const chunkRows = 50_000;
const pageBytes = 16 << 20;

export interface WorkOptions {
  readonly dir: string;
  readonly level: number;
  /** Rows asked for at once, where the table has a key; by default from the length of its rows. */
  readonly pageRows?: number | undefined;
  readonly onRows: (rows: number) => void;
}

/** One table on its way into the archive: where reading stands, and what has been written. */
export class TableWork {
  readonly table: LiveTable;
  /** Times that it was begun anew. */
  rereads = 0;
  resumes = 0;
  /** Bytes of the longest INSERT. */
  longest = 0;
  part: StoredPart | undefined;
  /** The rows are those of the snapshot that is being taken. */
  settled = false;
  reused = false;
  chunks: ChunkMark[] = [];
  readonly #options: WorkOptions;
  readonly #path: string;
  #digest: RowDigest;
  #position: KeyPosition | undefined;
  #writer: PartWriter | undefined;
  #inserts: InsertWriter;
  #stopped = 0;
  #stoppedAt = 0;

  constructor(table: LiveTable, ordinal: number, options: WorkOptions) {
    this.table = table;
    this.#options = options;
    this.#path = `${options.dir}/${String(ordinal).padStart(6, '0')}.sql.gz`;
    this.#digest = new RowDigest(table);
    this.#inserts = new InsertWriter(table);
  }

  get digest(): TableDigest {
    return this.#digest.value();
  }

  get begun(): boolean {
    return this.part !== undefined || this.#writer !== undefined;
  }

  /** Takes the part of an earlier archive instead of reading; it still has to be held against the server. */
  reuse(part: StoredPart, digest: TableDigest, chunks: readonly ChunkMark[], longest: number): void {
    this.part = part;
    this.longest = longest;
    this.#digest = new RowDigest(this.table, digest);
    this.chunks = [...chunks];
    this.reused = true;
  }

  /** Forgets what was read. */
  async reset(): Promise<void> {
    const written = this.begun && !this.reused;
    await this.#writer?.discard();
    if (written) this.#options.onRows(-this.#digest.rows);
    if (this.begun) this.rereads++;
    this.#writer = undefined;
    this.part = undefined;
    this.settled = false;
    this.reused = false;
    this.#position = undefined;
    this.chunks = [];
    this.#digest = new RowDigest(this.table);
    this.#inserts = new InsertWriter(this.table);
  }

  /**
   * Reads what is left of the table. Throws the driver's error when the connection is lost; a table with a key
   * then goes on behind its last row, another has to begin anew. `pause` is awaited between pages. Throws
   * CutoverError `source-altered`.
   */
  async read(session: Session, pause: () => Promise<void>): Promise<void> {
    // Lost between the end of the table and the checks behind it.
    if (this.part !== undefined) return;
    if (this.#writer === undefined) {
      this.#writer = new PartWriter(this.#path, this.#options.level);
      await this.#writer.write(tableHead(this.table));
    } else if (this.#position === undefined && this.#digest.rows > 0) {
      await this.reset();
      return this.read(session, pause);
    } else this.resumes++;
    for (;;) {
      try {
        while (await this.#page(session)) await pause();
        break;
      } catch (error) {
        if (!session.alive || !isInterrupted(error)) throw error;
        await this.#interrupted(error);
        if (this.#position === undefined && this.#digest.rows > 0) {
          await this.reset();
          return this.read(session, pause);
        }
      }
    }
    await this.#assertUnaltered(session);
    await this.#finish();
  }

  /** Waits a little; throws where a table with a key got no further, or one without was begun too often. */
  async #interrupted(error: unknown): Promise<void> {
    const { rows } = this.#digest;
    if (this.#position !== undefined && rows > this.#stoppedAt) this.#stopped = 0;
    this.#stoppedAt = rows;
    if (++this.#stopped > interruptions) throw asCutoverError(error, `table ${this.table.name}`);
    await sleep(50 * this.#stopped);
  }

  /** Reads one page; false where it was the last. */
  async #page(session: Session): Promise<boolean> {
    const { table } = this;
    const limit = this.#pageRows();
    const columns = [...table.columns.map(({ name }) => quoteName(name)), ...keyExpressions(table)].join(
      ', ',
    );
    const where = this.#position === undefined ? '' : ` WHERE ${behind(table, this.#position)}`;
    const page = table.key === undefined ? '' : `${orderBy(table)} LIMIT ${limit}`;
    let count = 0;
    await session.each(
      `SELECT ${columns} FROM ${quoteName(table.name)}${forceIndex(table)}${where}${page}`,
      async (rows) => {
        for (const row of rows) {
          this.#digest.add(row);
          const statements = this.#inserts.add(row);
          if (statements !== undefined) await this.#writer?.write(statements);
        }
        count += rows.length;
        const last = rows.at(-1);
        if (last !== undefined) this.#position = positionOf(table, last);
        const marked = this.chunks.at(-1)?.rows ?? 0;
        if (this.#position !== undefined && this.#digest.rows - marked >= chunkRows) {
          this.chunks.push({ upTo: this.#position, ...this.digest });
        }
        this.#options.onRows(rows.length);
      },
    );
    return table.key !== undefined && count === limit;
  }

  #pageRows(): number {
    const { averageRowBytes } = this.table;
    return (
      this.#options.pageRows ??
      Math.max(100, Math.min(50_000, Math.floor(pageBytes / Math.max(averageRowBytes, 64))))
    );
  }

  async #assertUnaltered(session: Session): Promise<void> {
    const now = await createStatement(session, this.table.name);
    if (withoutCounter(now) === withoutCounter(this.table.create)) return;
    throw new CutoverError('source-altered', `table ${this.table.name} was altered while it was being read`, {
      next: 'start again when nobody is changing the schema',
      data: { table: this.table.name },
    });
  }

  async #finish(): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined) return;
    const rest = this.#inserts.flush();
    if (rest !== undefined) await writer.write(rest);
    await writer.write(tableTail(this.table));
    const facts: PartFacts = await writer.finish();
    this.longest = this.#inserts.longest;
    this.part = { ...facts, offset: 0 };
    this.#writer = undefined;
  }

  async discard(): Promise<void> {
    await this.#writer?.discard();
    this.#writer = undefined;
  }

  /**
   * Whether the server's rows are those that were read: all of them, or of a table that is being read those up
   * to where reading stands. Computed on the server, piece by piece, with a `pause` between them.
   */
  async agrees(session: Session, pause: () => Promise<void>): Promise<boolean> {
    const whole = this.part !== undefined;
    if (!whole && this.#position === undefined) return this.#digest.rows === 0;
    return agrees(session, this.table, this.digest, this.chunks, whole ? undefined : this.#position, pause);
  }
}
