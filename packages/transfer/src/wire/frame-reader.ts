import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import { CutoverError } from '@cutover/core';
import { damaged, frame, headerBytes, linkLost, maxPayloadBytes } from './frames.ts';
import type { Throttle } from './throttle.ts';

/** Takes a frame whose payload is good until it returns. Where a promise comes back, what follows waits for it. */
export type TakeFrame = (kind: number, payload: Buffer) => Promise<void> | undefined;

export interface ReadOptions {
  readonly throttle?: Throttle | undefined;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

const bufferBytes = 512 * 1024;

/**
 * Reads frames until the stream ends; a `data` frame may come in parts, as its bytes do, so that they are not
 * copied. Throws what `take` throws, and CutoverError `link-lost` where the stream fails, ends within a frame, or a
 * frame is too long.
 */
export async function readFrames(input: Readable, take: TakeFrame, options: ReadOptions = {}): Promise<void> {
  const parser = new FrameParser(take);
  const { throttle, signal } = options;
  const stop = (): void => void input.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', stop);
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      if (throttle !== undefined) await throttle.take(chunk.length);
      const behind = parser.push(chunk);
      if (behind !== undefined) await behind;
    }
    parser.end();
  } catch (error) {
    throw parser.codedOf(error);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Whether `readDescriptor` can read it: a pipe or a socket. */
export function isStream(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}

/** The same from a descriptor, always into one buffer: what a Readable allocates for each chunk is not. */
export async function readDescriptor(
  descriptor: number,
  take: TakeFrame,
  { throttle, signal }: ReadOptions = {},
): Promise<void> {
  const parser = new FrameParser(take);
  const push = (chunk: Buffer): Promise<void> | undefined => {
    if (throttle === undefined) return parser.push(chunk);
    const copy = Buffer.from(chunk);
    return throttle.take(copy.length).then(() => parser.push(copy));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      // The types know of `onread` only where a socket connects.
      const onread = { buffer: Buffer.allocUnsafeSlow(bufferBytes), callback: taking };
      const of = { fd: descriptor, readable: true, writable: false, onread };
      const socket = new Socket(of);
      function taking(count: number, buffer: Uint8Array): boolean {
        try {
          const behind = push(buffer.subarray(0, count) as Buffer);
          if (behind === undefined) return true;
          behind.then(
            () => socket.resume(),
            (error: unknown) => socket.destroy(error as Error),
          );
        } catch (error) {
          socket.destroy(error as Error);
        }
        return false;
      }
      signal?.addEventListener('abort', () => socket.destroy(signal.reason as Error));
      socket.on('error', reject).on('end', resolve).on('close', resolve).resume();
    });
    parser.end();
  } catch (error) {
    throw parser.codedOf(error);
  }
}

class FrameParser {
  readonly #take: TakeFrame;
  /** What taking a frame threw. */
  #thrown: unknown;
  /** The beginning of a frame whose rest has not come. */
  #begun: Buffer[] = [];
  #gathered = 0;
  #needed = headerBytes;
  #dataLeft = 0;
  #unpacking = false;

  constructor(take: TakeFrame) {
    const note = (error: unknown): never => {
      this.#thrown = error;
      throw error;
    };
    this.#take = (kind, payload) => {
      try {
        return take(kind, payload)?.catch(note);
      } catch (error) {
        return note(error);
      }
    };
  }

  /** A stream that fails is a connection that is lost. */
  codedOf(error: unknown): unknown {
    return error instanceof CutoverError || error === this.#thrown ? error : linkLost(error);
  }

  /** Takes what has come. Where a promise comes back, the next chunk is to wait for it; the chunk itself need not. */
  push(chunk: Buffer): Promise<void> | undefined {
    if (this.#gathered + chunk.length < this.#needed) {
      this.#keep(Buffer.from(chunk));
      return undefined;
    }
    const bytes = this.#gathered === 0 ? chunk : Buffer.concat([...this.#begun, chunk]);
    this.#begun = [];
    this.#gathered = 0;
    const { at, behind } = this.#parse(bytes, 0);
    return behind === undefined ? undefined : this.#goOn(behind, Buffer.from(bytes.subarray(at)));
  }

  /** Throws where a frame was begun. */
  end(): void {
    if (this.#gathered > 0 || this.#dataLeft > 0) throw damaged('it ended within a frame');
  }

  async #goOn(behind: Promise<void>, bytes: Buffer): Promise<void> {
    let next: Promise<void> | undefined = behind;
    for (let at = 0; next !== undefined;) {
      await next;
      ({ at, behind: next } = this.#parse(bytes, at));
    }
  }

  /** Takes frames from `at` on, up to one that is waited for; what is left of the last is kept. */
  #parse(bytes: Buffer, at: number): { at: number; behind: Promise<void> | undefined } {
    for (;;) {
      let behind: Promise<void> | undefined;
      if (this.#dataLeft > 0) {
        this.#needed = 1;
        if (at === bytes.length) return { at, behind };
        const payload = bytes.subarray(at, at + this.#dataLeft);
        this.#dataLeft -= payload.length;
        at += payload.length;
        behind = this.#take(frame.data, payload);
      } else {
        const length = bytes.length - at < headerBytes ? 0 : bytes.readUInt32BE(at + 1);
        if (length > maxPayloadBytes) throw damaged(`a frame of ${length} bytes`);
        const isData = bytes[at] === frame.data;
        this.#needed = headerBytes + (isData ? 0 : length);
        if (bytes.length - at < this.#needed) {
          this.#keep(Buffer.from(bytes.subarray(at)));
          return { at: bytes.length, behind };
        }
        const payload = bytes.subarray(at + headerBytes, at + this.#needed);
        const kind = bytes[at]!;
        at += this.#needed;
        this.#needed = headerBytes;
        if (isData) this.#dataLeft = length;
        else behind = kind === frame.packed ? this.#unpack(payload) : this.#take(kind, payload);
      }
      if (behind !== undefined) return { at, behind };
    }
  }

  /** What is packed is whole frames, and no more of them than a sender fills a buffer with. */
  #unpack(payload: Buffer): Promise<void> | undefined {
    if (this.#unpacking) throw damaged('frames that are packed twice');
    this.#unpacking = true;
    const bytes = inflate(payload);
    const end = (): void => {
      this.#unpacking = false;
      this.end();
    };
    const { at, behind } = this.#parse(bytes, 0);
    if (behind !== undefined) return this.#goOn(behind, bytes.subarray(at)).then(end);
    end();
    return undefined;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length > 0) this.#begun.push(bytes);
    this.#gathered += bytes.length;
  }
}

function inflate(payload: Buffer): Buffer {
  try {
    return inflateRawSync(payload, { maxOutputLength: maxPayloadBytes });
  } catch {
    throw damaged('packed frames that are none, or too many');
  }
}
