import type { Connection, Query } from 'mysql2';
import { connectionClosed } from './errors.ts';
import { Watch } from './watch.ts';

/** A row as the server sent it: bytes of each cell, null for NULL. */
export type RawRow = (Buffer | null)[];

export interface AnswerOptions {
  /** Gets batches of rows, the next only when it is done with one. */
  readonly take: (rows: RawRow[]) => void | Promise<void>;
  readonly fields?: ((names: string[]) => void) | undefined;
  readonly silenceMs: number;
  /** Called before the answer fails for a reason after which the connection is of no more use. */
  readonly onUnusable: (why: unknown) => void;
}

/** Rows are handed over when this many bytes of them are there. */
const batchBytes = 1 << 18;

/** The answer to one statement. While a batch is being taken, the connection is paused. */
export class Answer {
  readonly #connection: Connection;
  readonly #options: AnswerOptions;
  readonly #watch: Watch;
  #rows: RawRow[] = [];
  #bytes = 0;
  #busy: Promise<void> | undefined;
  #ended = false;
  #failed = false;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(connection: Connection, options: AnswerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#watch = new Watch(options.silenceMs, () =>
      this.#unusable(Object.assign(new Error('the server is silent'), { code: 'SOURCE_SILENT' })),
    );
  }

  /** Sends the statement; resolves when every row was taken. Throws the driver's error, or that of `take`. */
  read(sql: string): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const options = { sql, rowsAsArray: true, typeCast: false } as Parameters<Connection['query']>[0];
    const query = this.#connection.query(options) as Query;
    query.on('fields', (list: { name: string }[] | undefined) => {
      this.#watch.touch();
      this.#options.fields?.((list ?? []).map(({ name }) => name));
    });
    query.on('result', (row: unknown) => this.#row(row));
    query.on('error', this.#fail);
    query.on('end', () => {
      this.#ended = true;
      this.#flush();
    });
    this.#connection.on('error', this.#fail);
    this.#connection.on('end', this.#closed);
    this.#watch.start();
    return done;
  }

  #row(row: unknown): void {
    this.#watch.touch();
    if (!Array.isArray(row)) return;
    this.#rows.push(row as RawRow);
    for (const cell of row as RawRow) this.#bytes += cell === null ? 1 : cell.length + 8;
    if (this.#bytes >= batchBytes) this.#flush();
  }

  #flush(): void {
    if (this.#busy !== undefined || this.#failed) return;
    if (this.#rows.length > 0) this.#busy = this.#hand();
    else if (this.#ended) {
      this.#settle();
      this.#resolve();
    }
  }

  async #hand(): Promise<void> {
    const batch = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    this.#connection.pause();
    this.#watch.paused = true;
    try {
      await this.#options.take(batch);
    } catch (error) {
      // The rest of the answer is still on its way.
      this.#busy = undefined;
      return this.#unusable(error);
    }
    this.#busy = undefined;
    this.#watch.touch();
    this.#watch.paused = false;
    this.#connection.resume();
    if (this.#ended || this.#bytes >= batchBytes) this.#flush();
  }

  readonly #closed = (): void => this.#unusable(connectionClosed());

  #unusable(why: unknown): void {
    if (this.#failed) return;
    this.#options.onUnusable(why);
    this.#fail(why);
  }

  readonly #fail = (error: unknown): void => {
    if (this.#failed) return;
    this.#failed = true;
    this.#settle();
    // Whoever goes on after this must not meet a batch that is still being taken.
    void (this.#busy ?? Promise.resolve()).then(() => this.#reject(error as Error));
  };

  #settle(): void {
    this.#watch.stop();
    this.#connection.off('error', this.#fail);
    this.#connection.off('end', this.#closed);
  }
}
