import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DumpEvent, filesOf, isDumperFolder, readDump, type ReadOptions } from '@cutover/mysqldump';

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

/** Dump files in order, or a folder alone that mydumper, dumpling or `mysqldump --tab` wrote. */
export function dumpSource(paths: readonly string[], options: DumpReadOptions = {}): Source {
  return {
    read: (more = {}) => readDump([...paths], { ...options, ...more }),
    fingerprint: () => hashFiles(paths),
    files: { paths, options },
  };
}

/**
 * The dump that somebody has left in a folder: its .sql files by name, or the folder that mydumper, dumpling or
 * `mysqldump --tab` has written, which may be the only thing in it. Empty where there is none.
 */
export async function dumpIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const files = names.filter((name) => /\.sql(\.(gz|zst|xz|bz2))?$/.test(name)).sort();
  const isFolder = isDumperFolder(names) || files.some((name) => names.includes(`${name.slice(0, -4)}.txt`));
  if (isFolder) return [folder];
  const [inner, ...more] = entries.filter((entry) => entry.isDirectory());
  if (files.length > 0 || inner === undefined || more.length > 0)
    return files.map((name) => join(folder, name));
  return dumpIn(join(folder, inner.name));
}

/** Bytes of dump files as they are on disk, or of those in a folder; those that cannot be read count nothing. */
export async function bytesOf(paths: readonly string[]): Promise<number> {
  const files = await filesOf(paths).catch(() => paths);
  const sizes = await Promise.all(files.map((path) => stat(path).catch(() => undefined)));
  return sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

/** SHA-256 over the bytes of all files in order, as they are on disk; of a folder over those that it is read from. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await filesOf(paths)) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
