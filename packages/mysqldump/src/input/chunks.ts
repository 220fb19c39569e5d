/** Bytes of a file or stream, with one read ahead. */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DumpError } from '../error.ts';

/** Bytes read from disk at once. */
const READ = 1 << 18;

/**
 * A file's bytes from `start` on, each chunk good until the next is asked for. Reads are synchronous: one of this
 * size takes less time than handing it to a thread and back, and the parser that waits for it blocks as long.
 * What is no regular file (a pipe, a terminal) is read as a stream, for it may keep one waiting.
 */
export async function* fileChunks(
  path: string,
  counted: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Uint8Array> {
  const file = openFile(path);
  try {
    if (!fstatSync(file).isFile()) return yield* streamChunks(createReadStream(path), counted);
    const buffer = Buffer.allocUnsafeSlow(READ);
    for (let position = start; ;) {
      const size = readSync(file, buffer, 0, READ, position);
      if (size === 0) return;
      position += size;
      counted(size);
      // Timers and other I/O of the process get their turn.
      await setImmediate();
      yield buffer.subarray(0, size);
    }
  } catch (cause) {
    throw cause instanceof DumpError || cause instanceof TypeError ? cause : unreadable(path, cause);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): DumpError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new DumpError('file-unreadable', `the file cannot be read (${code})`, { file: path }, { cause });
}

/** A stream's chunks as bytes; a stream of strings is a mistake of the caller's. */
export async function* streamChunks(
  source: AsyncIterable<unknown>,
  counted: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError('a dump is read from bytes: do not set an encoding on the stream');
    counted(chunk.length);
    yield chunk;
  }
}
