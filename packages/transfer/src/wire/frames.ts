import type { Readable, Writable } from 'node:stream';
import { CutoverError } from '@cutover/core';
import type { Throttle } from './throttle.ts';

/**
 * The byte stream between two ends: frames of one byte kind, four bytes length (big endian), payload. The first
 * frame of each end is a `message` with the version of the protocol; nothing else is read before that agrees.
 */
export const frame = {
  /** JSON, see messages.ts. */
  message: 1,
  /** Entries of the tree in its order, a JSON line each. */
  entries: 2,
  /** JSON: which entries of the oldest unanswered `entries` frame the receiver wants. */
  wants: 3,
  /** JSON: the content of a wanted entry begins. */
  fileBegin: 4,
  data: 5,
  /** Eight bytes: a stretch of zeros that takes no room on disk. */
  hole: 6,
  /** JSON: the digest of the whole file, and whether it stood still. */
  fileEnd: 7,
} as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

export const protocolVersion = 1;
/** No end may make the other keep more than this at once. */
export const maxPayloadBytes = 1024 * 1024;
const headerBytes = 5;
const flushBytes = 512 * 1024;
/** Below so much room a data frame is not worth its call. */
const leastFill = 32 * 1024;

/** Collects frames into large writes and waits where the other end is slower. */
export class FrameWriter {
  readonly #stream: Writable;
  readonly #throttle: Throttle | undefined;
  #buffer = Buffer.allocUnsafeSlow(flushBytes);
  #filled = 0;
  #failed: Error | undefined;
  #tail: Promise<void> = Promise.resolve();
  bytes = 0;

  constructor(stream: Writable, throttle?: Throttle) {
    this.#stream = stream;
    this.#throttle = throttle;
    stream.on('error', (error) => (this.#failed ??= error));
  }

  /** Where a promise comes back, the other end is behind: wait for it before the next. */
  put(kind: number, payload: Uint8Array): Promise<void> | undefined {
    const size = headerBytes + payload.length;
    if (this.#filled + size <= flushBytes) {
      this.#append(kind, payload);
      return undefined;
    }
    return this.#putLarge(kind, payload);
  }

  /**
   * A data frame whose bytes `read` puts where they go out from, up to `most` of them: not copied once more. Answers
   * how many it said; nothing is sent for none. Await `ready` before it.
   */
  fill(most: number, read: (into: Uint8Array) => number): number {
    const from = this.#filled + headerBytes;
    const count = read(this.#buffer.subarray(from, Math.min(flushBytes, from + most)));
    if (count === 0) return 0;
    this.#buffer[this.#filled] = frame.data;
    this.#buffer.writeUInt32BE(count, this.#filled + 1);
    this.#filled = from + count;
    return count;
  }

  /** Makes room for `fill`. Where a promise comes back, the other end is behind. */
  ready(): Promise<void> | undefined {
    return flushBytes - this.#filled < leastFill ? this.flush() : undefined;
  }

  putJson(kind: number, value: unknown): Promise<void> | undefined {
    return this.put(kind, Buffer.from(JSON.stringify(value)));
  }

  async #putLarge(kind: number, payload: Uint8Array): Promise<void> {
    const flushed = this.flush();
    if (headerBytes + payload.length > flushBytes) {
      const whole = Buffer.allocUnsafe(headerBytes + payload.length);
      whole[0] = kind;
      whole.writeUInt32BE(payload.length, 1);
      whole.set(payload, headerBytes);
      await this.#queue(whole);
    } else this.#append(kind, payload);
    await flushed;
  }

  #append(kind: number, payload: Uint8Array): void {
    this.#buffer[this.#filled] = kind;
    this.#buffer.writeUInt32BE(payload.length, this.#filled + 1);
    this.#buffer.set(payload, this.#filled + headerBytes);
    this.#filled += headerBytes + payload.length;
  }

  /** Hands over what was put. Call it before waiting for an answer. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    const full = this.#buffer.subarray(0, this.#filled);
    // The stream keeps what it has not written yet: the next frames go elsewhere.
    this.#buffer = Buffer.allocUnsafeSlow(flushBytes);
    this.#filled = 0;
    await this.#queue(full);
  }

  /** In the order in which they were put, also where a sign of life comes between. */
  #queue(bytes: Uint8Array): Promise<void> {
    this.#tail = this.#tail.then(() => this.#write(bytes));
    return this.#tail;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    if (this.#throttle !== undefined) await this.#throttle.take(bytes.length);
    if (this.#failed !== undefined || this.#stream.destroyed) throw linkLost(this.#failed);
    if (this.#stream.write(bytes)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.#stream.off('drain', done).off('close', done).off('error', done);
        if (this.#failed !== undefined || this.#stream.destroyed) reject(linkLost(this.#failed));
        else resolve();
      };
      this.#stream.on('drain', done).on('close', done).on('error', done);
    });
  }
}

/**
 * Frames of a stream, one after the other; a `data` frame may come in parts, as its bytes do, so that they are not
 * copied. Throws CutoverError `link-lost` where it ends within a frame or one is too long.
 */
export async function* readFrames(stream: Readable, throttle?: Throttle): AsyncGenerator<Frame, void> {
  let parts: Buffer[] = [];
  let gathered = 0;
  let needed = headerBytes;
  let dataLeft = 0;
  for await (const chunk of chunksOf(stream)) {
    if (throttle !== undefined) await throttle.take(chunk.length);
    parts.push(chunk);
    gathered += chunk.length;
    if (gathered < needed) continue;
    const rest = parts.length === 1 ? parts[0]! : Buffer.concat(parts, gathered);
    let at = 0;
    needed = headerBytes;
    for (;;) {
      if (dataLeft > 0) {
        const payload = rest.subarray(at, at + dataLeft);
        dataLeft -= payload.length;
        at += payload.length;
        if (payload.length > 0) yield { kind: frame.data, payload };
      }
      if (rest.length - at < headerBytes) break;
      const length = rest.readUInt32BE(at + 1);
      if (length > maxPayloadBytes) throw damaged(`a frame of ${length} bytes`);
      if (rest[at] === frame.data) {
        at += headerBytes;
        dataLeft = length;
        continue;
      }
      if (rest.length - at < headerBytes + length) {
        needed = headerBytes + length;
        break;
      }
      yield { kind: rest[at]!, payload: rest.subarray(at + headerBytes, at + headerBytes + length) };
      at += headerBytes + length;
    }
    const left = rest.subarray(at);
    parts = left.length === 0 ? [] : [left];
    gathered = left.length;
    if (dataLeft > 0) needed = 1;
  }
  if (gathered > 0 || dataLeft > 0) throw damaged('it ended within a frame');
}

/** A stream that fails is a connection that is lost. */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw error instanceof CutoverError ? error : linkLost(error);
  }
}

/** A JSON payload. Throws CutoverError `link-lost`. */
export function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown;
  } catch {
    throw damaged('a frame that is no JSON');
  }
}

export function linkLost(cause?: unknown): CutoverError {
  return new CutoverError('link-lost', 'the connection to the other side was lost', {
    next: 'start the same `cutover transfer send` again: it goes on where it stopped',
    ...(cause === undefined ? {} : { cause }),
  });
}

function damaged(what: string): CutoverError {
  return new CutoverError('link-lost', `the byte stream from the other side is damaged: ${what}`, {
    next: 'look whether a login script of the other side prints something; then start the same command again',
    data: { damaged: true },
  });
}
