/**
 * A file cut into ranges that can be read at the same time, each by its own reader.
 *
 * A place where a line starts with INSERT, CREATE TABLE and the like is almost always a statement boundary, but
 * only a reader that comes from before it can be sure, for a string may hold such a line too. So the cut is a
 * guess that is checked for nothing: the reader of the range before stops exactly there or throws
 * `range-boundary`, and `rangesAgree` compares what it knows there with what the next range started from. Where
 * they differ, read again from the end cursor of the range before.
 */
import { readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Cursor, Place } from './cursor.ts';
import { DumpError } from './error.ts';
import { compressionOf, encodingOf } from './input/sniff.ts';
import { Machine } from './machine.ts';
import type { ReadOptions } from './types.ts';

/** To be given to `readDump` as its `from` and `to`. Rows are numbered from 1 within a range. */
export interface DumpRange {
  readonly from: Cursor | undefined;
  readonly to: Place | undefined;
}

const BLOCK = 1 << 20;
/** How far behind an even share a cut is looked for before the range is joined to the one before. */
const REACH = 64 << 20;
const starts = ['\nINSERT INTO ', '\nREPLACE INTO ', '\nLOCK TABLES ', '\nDROP TABLE '];
const schemaStarts = ['\nCREATE TABLE ', '\nUSE ', '\nCREATE DATABASE '];

/**
 * Cuts an uncompressed file into at most `parts` ranges of about the same size, in order: the first at once, the
 * others as the file is gone through for the CREATE TABLE and USE lines that they depend on. So the first can be
 * read meanwhile.
 *
 * @throws DumpError `range-boundary` for a file that is compressed or UTF-16: offsets cannot be sought there
 */
export async function* cutDump(
  path: string,
  parts: number,
  options: Pick<ReadOptions, 'charset' | 'sqlMode'> = {},
): AsyncGenerator<DumpRange> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new DumpError('file-unreadable', 'the file cannot be read', { file: path }, { cause });
  });
  try {
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, 512);
    if (compressionOf(head) !== 'none' || encodingOf(head) !== 'bytes') {
      throw new DumpError('range-boundary', 'only a plain file can be cut into ranges', { file: path });
    }
    const places: number[] = [];
    for (let i = 1; i < parts; i++) {
      const share = Math.floor((size / parts) * i);
      const place = await findStart(handle, Math.max(share, places.at(-1) ?? 0), size);
      if (place !== undefined && place !== places.at(-1)) places.push(place);
    }
    const to = (offset: number | undefined): Place | undefined =>
      offset === undefined ? undefined : { file: 0, offset };
    yield { from: undefined, to: to(places[0]) };
    let next = 0;
    for await (const from of cursorsAt(handle, path, places, options)) yield { from, to: to(places[++next]) };
  } finally {
    await handle.close();
  }
}

/** `buffer` is used again for each block of a long walk: new memory for each would cost more than reading it. */
async function readAt(
  handle: FileHandle,
  position: number,
  length: number,
  buffer = Buffer.allocUnsafeSlow(length),
): Promise<Buffer> {
  // Others get their turn; reading itself takes less time than handing it to a thread and back.
  await setImmediate();
  return buffer.subarray(0, readSync(handle.fd, buffer, 0, length, position));
}

/** Offset of the first line behind `from` that looks like the start of a statement. */
async function findStart(handle: FileHandle, from: number, size: number): Promise<number | undefined> {
  const buffer = Buffer.allocUnsafeSlow(BLOCK + 32);
  for (let at = from; at < Math.min(size, from + REACH); at += BLOCK) {
    const block = await readAt(handle, at, buffer.length, buffer);
    const found = starts.map((start) => block.indexOf(start)).filter((index) => index >= 0);
    if (found.length > 0) return at + Math.min(...found) + 1;
  }
  return undefined;
}

/** What a reader would know at each place, from the head of the file and the schema lines before it. */
async function* cursorsAt(
  handle: FileHandle,
  path: string,
  places: readonly number[],
  options: ReadOptions,
): AsyncGenerator<Cursor> {
  const machine = new Machine({ ...options, lenient: true }, options.charset);
  machine.window.startFile(path, 0, 0, 1);
  const end = places.at(-1) ?? 0;
  const buffer = Buffer.allocUnsafeSlow(BLOCK + 32);
  let inHead = true;
  for (let at = 0; at < end; at += BLOCK) {
    const block = await readAt(handle, at, Math.min(BLOCK, end - at) + 32, buffer);
    if (inHead) {
      const stop = firstSchema(block);
      feedHead(machine, block.subarray(0, stop));
      inHead = false;
    }
    const here: { offset: number; place: boolean }[] = schemaOffsets(block, at).map((offset) => ({
      offset,
      place: false,
    }));
    for (const place of places)
      if (place > at && place <= at + BLOCK) here.push({ offset: place, place: true });
    for (const { offset, place } of here.sort((a, b) => a.offset - b.offset)) {
      if (place) yield { ...machine.cursor(), offset, line: 0, statement: 0, rows: 0 };
      else await feedStatement(machine, handle, offset);
    }
  }
}

function firstSchema(block: Buffer): number {
  const found = [...starts, ...schemaStarts]
    .map((start) => block.indexOf(start))
    .filter((index) => index >= 0);
  return found.length > 0 ? Math.min(...found) + 1 : 0;
}

function schemaOffsets(block: Buffer, base: number): number[] {
  const offsets: number[] = [];
  for (const start of schemaStarts) {
    for (let i = block.indexOf(start); i >= 0 && i < BLOCK; i = block.indexOf(start, i + 1))
      offsets.push(base + i + 1);
  }
  return offsets;
}

/** Lets the machine read the statement at `offset`, if that is one; what it does not know makes ranges differ. */
async function feedStatement(machine: Machine, handle: FileHandle, offset: number): Promise<void> {
  machine.feed(await readAt(handle, offset, BLOCK));
  machine.readOne();
}

/** The statements of the file's head, which set charset and sql_mode. */
function feedHead(machine: Machine, bytes: Buffer): void {
  machine.feed(bytes);
  for (let at = -1; machine.at > at;) {
    at = machine.at;
    machine.readOne();
  }
}

/** Whether a range that ended at `end` left off where, and knowing what, the next one started. */
export function rangesAgree(end: Cursor, next: DumpRange): boolean {
  const { from } = next;
  if (from === undefined || end.file !== from.file || end.offset !== from.offset) return false;
  const session = ({ session }: Cursor): unknown => ({ ...session, variables: undefined });
  const tables = ({ tables }: Cursor): unknown =>
    tables
      .filter(({ table }) => table.columns !== undefined)
      .map(({ table, entries }) => ({ ...table, position: undefined, rowsUnknown: undefined, entries }));
  return isDeepStrictEqual(session(end), session(from)) && isDeepStrictEqual(tables(end), tables(from));
}
