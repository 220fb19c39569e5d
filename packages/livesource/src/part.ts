import { createHash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

/** What a finished part is: one gzip member. */
export interface PartFacts {
  readonly path: string;
  readonly bytes: number;
  readonly plainBytes: number;
  /** Over the compressed bytes. */
  readonly sha256: string;
}

/** One gzip member in a file of its own. Parts put one behind another are a gzip file. */
export class PartWriter {
  readonly path: string;
  readonly #gzip: Gzip;
  readonly #file: WriteStream;
  readonly #hash = createHash('sha256');
  readonly #done: Promise<void>;
  #plainBytes = 0;

  constructor(path: string, level: number) {
    this.path = path;
    this.#gzip = createGzip({ level });
    this.#file = createWriteStream(path, { mode: 0o600 });
    this.#gzip.on('data', (chunk: Buffer) => this.#hash.update(chunk));
    this.#gzip.pipe(this.#file);
    this.#gzip.on('error', (error) => this.#file.destroy(error));
    this.#done = finished(this.#file);
    this.#done.catch(() => undefined);
  }

  /** Resolves when more may be written; rejects where the disk does not take it. */
  async write(text: string | Buffer): Promise<void> {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
    this.#plainBytes += bytes.length;
    if (this.#gzip.write(bytes)) return;
    await Promise.race([
      new Promise<void>((resolve) => this.#gzip.once('drain', () => resolve())),
      this.#done,
    ]);
  }

  async finish(): Promise<PartFacts> {
    this.#gzip.end();
    await this.#done;
    const { size } = await stat(this.path);
    return { path: this.path, bytes: size, plainBytes: this.#plainBytes, sha256: this.#hash.digest('hex') };
  }

  /** Stops and removes the file. */
  async discard(): Promise<void> {
    this.#gzip.unpipe(this.#file);
    this.#gzip.destroy();
    this.#file.destroy();
    await this.#done.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
