import { createHash, type Hash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { writeDurably } from '../receive/staging.ts';

/** A file of the byte stream of one pass; all of them, one after the other, are the stream. */
export interface StreamFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What is copied again at most where a file arrives damaged. */
const mostBytes = 64 * 1024 * 1024;
const indexName = 'stream.json';

const index = z.object({
  moving: z.number(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});
export type StreamIndex = z.infer<typeof index>;

/** Takes the byte stream of a pass into files of a folder of its own. */
export class StreamFiles extends Writable {
  readonly #dir: string;
  readonly #pass: number;
  readonly files: StreamFile[] = [];
  #file: number | undefined;
  #hash: Hash = createHash('sha256');
  #size = 0;

  /** Removes what is there. */
  constructor(dir: string, pass: number) {
    super({ highWaterMark: 1024 * 1024 });
    this.#dir = dir;
    this.#pass = pass;
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    try {
      this.#file ??= openSync(join(this.#dir, this.#name()), 'w', 0o600);
      for (let at = 0; at < chunk.length;) at += writeSync(this.#file, chunk, at);
      this.#hash.update(chunk);
      this.#size += chunk.length;
      if (this.#size >= mostBytes) this.#endFile();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _final(done: () => void): void {
    this.#endFile();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    done(error);
  }

  #endFile(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    this.files.push({ name: this.#name(), sizeBytes: this.#size, sha256: this.#hash.digest('hex') });
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  #name(): string {
    return `pass-${this.#pass}-${String(this.files.length + 1).padStart(6, '0')}`;
  }
}

/** Says that a stream is written to its end. */
export function keepIndex(dir: string, stream: StreamIndex): void {
  writeDurably(join(dir, indexName), JSON.stringify(stream));
}

/** The stream that an earlier process wrote to its end; undefined where it did not. */
export function keptIndex(dir: string): StreamIndex | undefined {
  try {
    return index.parse(JSON.parse(readFileSync(join(dir, indexName), 'utf8')));
  } catch {
    return undefined;
  }
}
