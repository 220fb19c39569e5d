/** Bytes of a file or stream, with one read ahead. */
import { open } from 'node:fs/promises';
import { DumpError } from '../error.ts';

/** Bytes read from disk at once, and the part of them that is given on at once. */
const READ = 1 << 19;
const CHUNK = 1 << 16;

/** A file's bytes from `start` on; while a chunk is used the next is being read. */
export async function* fileChunks(
  path: string,
  counted: (bytes: number) => void,
  start = 0,
): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    let spare = Buffer.allocUnsafeSlow(READ);
    let current = Buffer.allocUnsafeSlow(READ);
    let position = start;
    let reading = handle.read(current, 0, READ, position);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      position += bytesRead;
      counted(bytesRead);
      reading = handle.read(spare, 0, READ, position);
      reading.catch(() => undefined);
      for (let at = 0; at < bytesRead; at += CHUNK)
        yield current.subarray(at, Math.min(at + CHUNK, bytesRead));
      [current, spare] = [spare, current];
    }
  } catch (cause) {
    throw cause instanceof DumpError ? cause : unreadable(path, cause);
  } finally {
    await handle.close();
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
