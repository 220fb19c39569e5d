import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type DumpEvent, readDump, type ReadOptions } from '@cutover/mysqldump';

/** `from`, `to` and `cursors` are for those that have `files`. */
export type SourceReadOptions = Pick<ReadOptions, 'onProgress' | 'tables' | 'from' | 'to' | 'cursors'>;

/**
 * Where legacy rows come from. An import reads its source more than once and must get the same rows each
 * time.
 */
export interface Source {
  /** Tables, rows and notes from the beginning to the end; throws where it is cut or cannot be read. */
  read(options?: SourceReadOptions): AsyncIterable<DumpEvent>;
  /** SHA-256 over the source as it is now: changes when the source does. */
  fingerprint(): Promise<string>;
  /** The dump files that it reads, where another thread can read them as well: the fingerprint is theirs. */
  readonly files?: DumpFiles;
}

export interface DumpFiles {
  readonly paths: readonly string[];
  readonly options: DumpReadOptions;
}

/** How to read dump files that do not say it themselves. */
export type DumpReadOptions = Pick<ReadOptions, 'lenient' | 'sqlMode' | 'charset'>;

/** Dump files in order. */
export function dumpSource(paths: readonly string[], options: DumpReadOptions = {}): Source {
  return {
    read: (more = {}) => readDump([...paths], { ...options, ...more }),
    fingerprint: () => hashFiles(paths),
    files: { paths, options },
  };
}

/** Bytes of dump files as they are on disk; those that cannot be read count nothing. */
export async function bytesOf({ paths }: DumpFiles): Promise<number> {
  const sizes = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

/** SHA-256 over the bytes of all files in order, as they are on disk. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
