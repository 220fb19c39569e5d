/** What a dump is read from: files that are one after another one dump, or a directory of files. */
import { DumpError } from '../error.ts';
import { fileChunks, streamChunks } from './chunks.ts';
import { decompress, type Chunks } from './decompress.ts';
import { listDirectory } from './directory.ts';
import type { Ending } from './ending.ts';
import { assertSql, compressionOf, encodingOf, type Encoding } from './sniff.ts';
import { statOf } from './stat-of.ts';
import { asUtf8, peek } from './text.ts';

/** Bytes looked at to tell what a file is. */
const HEAD = 512;

/** A path (of a file, or of a directory that mydumper, dumpling or --tab wrote), paths in order, or bytes. */
export type DumpSource = string | readonly string[] | AsyncIterable<Uint8Array> | NodeJS.ReadableStream;

/** One file of the input. */
export interface InputFile {
  /** As messages name it. */
  readonly name: string;
  readonly path: string | undefined;
  readonly stream: AsyncIterable<unknown> | undefined;
}

/** Files that are read as one, over one connection so to speak. */
export interface Section {
  readonly files: readonly InputFile[];
  /** `sql`, or the text of one table as SELECT … INTO OUTFILE writes it. */
  readonly format: 'sql' | 'tab';
  /** The connection is a new one, with this database in use. */
  readonly connection: { readonly database: string | undefined } | undefined;
  /** Table whose rows a `tab` file holds: the one that a file defines, as file names are not always its name. */
  readonly table?: { readonly name: string; readonly definedIn: string };
}

export interface Input {
  readonly sections: readonly Section[];
  readonly bytesTotal: number | undefined;
  /** Absent where the dump itself says that it was finished, by the line that its maker writes last. */
  readonly ending?: Ending;
}

export async function inputOf(source: DumpSource): Promise<Input> {
  if (typeof source === 'string') {
    const info = await statOf(source);
    if (info.isDirectory()) return listDirectory(source);
    return { sections: [single([file(source)])], bytesTotal: info.isFile() ? info.size : undefined };
  }
  if (Array.isArray(source)) {
    const [only, ...more] = source as readonly string[];
    // A directory too may be a list's one path; several directories are no one dump.
    if (only !== undefined && more.length === 0) return inputOf(only);
    let bytesTotal = 0;
    for (const path of source as readonly string[]) bytesTotal += (await statOf(path)).size;
    return { sections: [single((source as readonly string[]).map(file))], bytesTotal };
  }
  const stream = source as AsyncIterable<unknown>;
  return { sections: [single([{ name: '<stream>', path: undefined, stream }])], bytesTotal: undefined };
}

function file(path: string): InputFile {
  return { name: path, path, stream: undefined };
}

function single(files: readonly InputFile[]): Section {
  return { files, format: 'sql', connection: undefined };
}

/** The files, in order, that a dump at these paths is read from. Throws DumpError `file-unreadable`, `layout-unsupported`. */
export async function filesOf(source: string | readonly string[]): Promise<string[]> {
  const { sections } = await inputOf(source);
  return sections.flatMap(({ files }) => files.flatMap(({ path }) => path ?? []));
}

export interface OpenedFile {
  readonly chunks: Chunks;
  readonly encoding: Encoding;
  /** Bytes of the text that are left out, because the file could be sought. */
  readonly skipped: number;
}

/** The plain bytes of a file: decompressed, without byte order mark, in UTF-8 if it was UTF-16. */
export async function openFile(
  input: InputFile,
  format: Section['format'],
  counted: (bytes: number) => void,
  skipTo = 0,
): Promise<OpenedFile> {
  const { path, stream, name } = input;
  if (path !== undefined && skipTo > 0 && (await isPlain(path))) {
    if ((await statOf(path)).size < skipTo) {
      throw new DumpError('cursor-mismatch', `the file ends before byte ${skipTo}`, { file: name });
    }
    return { chunks: fileChunks(path, counted, skipTo), encoding: 'bytes', skipped: skipTo };
  }
  const raw =
    path === undefined ? streamChunks(stream as AsyncIterable<unknown>, counted) : fileChunks(path, counted);
  let { head, chunks } = await peek(raw, HEAD);
  const compression = compressionOf(head);
  if (compression !== 'none') ({ head, chunks } = await peek(decompress(chunks, compression, name), HEAD));
  if (format === 'tab') return { chunks, encoding: 'bytes', skipped: 0 };
  assertSql(head, name);
  return { ...asUtf8(chunks, head), skipped: 0 };
}

/** Bytes of any file, decompressed by what its first bytes say. Throws DumpError. */
export async function* plainBytes(path: string): AsyncGenerator<Uint8Array> {
  const input = { name: path, path, stream: undefined };
  yield* (await openFile(input, 'tab', () => undefined)).chunks;
}

/**
 * Whether every file is plain SQL that can be sought: reading from a cursor then costs nothing for what is before it.
 * Throws DumpError `file-unreadable`.
 */
export async function isSeekable(source: DumpSource): Promise<boolean> {
  const { sections } = await inputOf(source);
  const [only, ...more] = sections;
  if (only === undefined || more.length > 0 || only.format !== 'sql') return false;
  for (const { path } of only.files) {
    if (path === undefined || !(await statOf(path)).isFile() || !(await isPlain(path))) return false;
  }
  return true;
}

/** Neither compressed nor UTF-16 nor marked: offsets of the text are offsets of the file. */
async function isPlain(path: string): Promise<boolean> {
  const reading = fileChunks(path, () => undefined);
  const { head, chunks } = await peek(reading, HEAD);
  await chunks[Symbol.asyncIterator]().return?.();
  await reading.return(undefined);
  return compressionOf(head) === 'none' && encodingOf(head) === 'bytes';
}
