import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Longer than `maxLineBytes`: `text` is only its beginning. */
  readonly cut: boolean;
}

const maxLineBytes = 1 << 18;

/**
 * The lines of a plain or gzipped file, as UTF-8, with at most a chunk and a line of it in memory. Throws
 * CutoverError `file-unreadable` where it cannot be read to its end, naming the line reached.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  for await (const lines of readLineBatches(path)) yield* lines;
}

/** The same, the lines of a chunk at a time: for files of millions of lines. Pipes are read too. */
export async function* readLineBatches(path: string, chunkBytes = 1 << 18): AsyncGenerator<Line[]> {
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const take = (piece: Buffer): Line => {
    const whole = rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
    rest = [];
    const cut = restBytes + piece.length > maxLineBytes;
    restBytes = 0;
    const end = whole.at(-1) === 13 ? whole.length - 1 : whole.length;
    return { text: whole.toString('utf8', 0, end), number: ++number, cut };
  };
  try {
    for await (const bytes of plainBytes(path, chunkBytes)) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
        lines.push(take(bytes.subarray(from, at)));
        from = at + 1;
      }
      if (lines.length > 0) yield lines;
      if (from === bytes.length) continue;
      // Of a line without end only the beginning is kept.
      if (restBytes < maxLineBytes) rest.push(Buffer.from(bytes.subarray(from)));
      restBytes += bytes.length - from;
    }
    if (restBytes > 0) yield [take(Buffer.alloc(0))];
  } catch (cause) {
    if (cause instanceof CutoverError) throw cause;
    throw new CutoverError(
      'file-unreadable',
      `${path} cannot be read after line ${number}: ${messageOf(cause)}`,
      {
        next: 'give the path of a whole file, plain or gzipped, that this user may read',
        data: { file: path, line: number },
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
}

/** The file is opened once, so that a pipe can be given: what it begins with tells whether it is gzipped. */
async function* plainBytes(path: string, chunkBytes: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  try {
    const chunks = (file as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    let start = Buffer.alloc(0);
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      start = Buffer.concat([start, next.value]);
      if (start.length > 1) break;
    }
    const whole = chain(start, chunks);
    if (start[0] !== 0x1f || start[1] !== 0x8b) yield* whole;
    else yield* gunzip(Readable.from(whole, { objectMode: false }));
  } finally {
    file.destroy();
  }
}

async function* chain(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function gunzip(zipped: Readable): AsyncIterable<Buffer> {
  const plain = createGunzip();
  zipped.once('error', (error) => plain.destroy(error));
  return zipped.pipe(plain);
}
