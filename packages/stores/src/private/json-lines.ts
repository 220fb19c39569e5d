import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CutoverError } from '@cutover/core';

/** Lines of a JSON-lines text, unparsed, as a stream. The last one may lack its newline. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const lines of lineBatches(chunks)) yield* lines;
}

/** The same, all lines of a chunk at once: to await each of a million costs more than to parse it. */
export async function* lineBatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  let first = true;
  for await (const chunk of chunks) {
    // A newline is never part of another character, so that whole lines can be decoded by themselves.
    const end = chunk.lastIndexOf(10);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    const whole = chunk.subarray(0, end);
    const text = (rest.length === 0 ? whole : Buffer.concat([...rest, whole])).toString();
    rest = end + 1 === chunk.length ? [] : [chunk.subarray(end + 1)];
    const lines = text.split('\n');
    if (first && lines[0]!.startsWith(byteOrderMark)) lines[0] = lines[0]!.slice(1);
    first = false;
    yield lines;
  }
  const last = Buffer.concat(rest).toString();
  if (last !== '') yield [last];
}

/** Lines of a whole file, unparsed. The last one may lack its newline. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines[0]?.startsWith(byteOrderMark) === true) lines[0] = lines[0].slice(1);
  return lines;
}

/** What some editors put before a file. */
const byteOrderMark = '\ufeff';

/** Objects of JSON-lines chunks; `name` is what errors call them. Throws CutoverError `private-line-invalid`. */
export async function* parseLines<T>(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<T> {
  for await (const batch of parseBatches<T>(name, chunks)) yield* batch;
}

/** The same, all objects of a chunk at once. */
export async function* parseBatches<T>(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<T[]> {
  let line = 0;
  for await (const lines of lineBatches(chunks)) yield lines.map((text) => parseLine<T>(name, text, ++line));
}

/** Objects of a JSON-lines file, as a stream; none where the file does not exist. Throws CutoverError `private-line-invalid`. */
export function readLines<T>(path: string): AsyncGenerator<T> {
  return parseLines<T>(path, readChunks(path));
}

/** Bytes of a file, each chunk in memory of its own; none where it does not exist. */
export async function* readChunks(path: string): AsyncGenerator<Buffer> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const stat = await handle.stat();
    // Most files are one chunk. Room that is not used would have V8 look for garbage as if it were. A pipe has no size.
    for (let left = stat.isFile() ? stat.size : Infinity; left > 0;) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(left, chunkBytes));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) return;
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

const chunkBytes = 1 << 20;

export function parseLine<T>(name: string, text: string, line: number): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    // The text itself is private, so neither it nor the parser's excerpt is repeated.
    throw new CutoverError('private-line-invalid', `${name} line ${line} is no JSON`, {
      next: 'restore the file from an earlier version, or mend the line by hand',
      data: { path: name, line },
    });
  }
}

const idFirst = '{"id":"';

/** The id in a record's line, without parsing the rest where it comes first. */
export function idOfLine(name: string, text: string, line: number): string {
  if (text.startsWith(idFirst)) {
    const end = text.indexOf('"', idFirst.length);
    const id = text.slice(idFirst.length, end);
    if (end !== -1 && !id.includes('\\')) return id;
  }
  return parseLine<{ id: string }>(name, text, line).id;
}

/** Writes a file whole or not at all: a sibling is written, flushed to disk and renamed over it. */
export class AtomicFile {
  readonly #path: string;
  readonly #temporary: string;
  #handle: Awaited<ReturnType<typeof open>> | undefined;
  #buffered: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.writing`;
  }

  async write(text: string): Promise<void> {
    this.#buffered.push(text);
    this.#size += text.length;
    if (this.#size > 1 << 20) await this.#flush();
  }

  /** Makes the new content durable under its temporary name. */
  async close(): Promise<void> {
    await this.#flush();
    await this.#handle!.sync();
    await this.#handle!.close();
    this.#handle = undefined;
  }

  /** Puts the closed file in its place. */
  async replace(): Promise<void> {
    await rename(this.#temporary, this.#path);
    await syncDirectory(dirname(this.#path));
  }

  async discard(): Promise<void> {
    await this.#handle?.close();
    await rm(this.#temporary, { force: true });
  }

  async #flush(): Promise<void> {
    this.#handle ??= await open(this.#temporary, 'w', 0o600);
    const text = this.#buffered.join('');
    this.#buffered = [];
    this.#size = 0;
    if (text !== '') await this.#handle.appendFile(text);
  }
}

export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file by this text, durably. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const file = new AtomicFile(path);
  await file.write(text);
  await file.close();
  await file.replace();
}
