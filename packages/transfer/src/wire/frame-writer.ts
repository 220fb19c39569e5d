import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { frame, headerBytes, linkLost } from './frames.ts';
import type { Packing } from './packing.ts';
import type { Throttle } from './throttle.ts';

const bufferBytes = 512 * 1024;
/** So many buffers may be on their way while the next is filled: the other side is not kept waiting for it. */
const onTheWay = 2;
/** Below so much room a data frame is not worth its call. */
const leastFill = 32 * 1024;
/** After so many bytes without a wait, answers and timers get their turn. */
const turnBytes = 8 * 1024 * 1024;

/** Collects frames into large writes and waits where the other end is slower. */
export class FrameWriter {
  readonly #stream: Writable;
  readonly #throttle: Throttle | undefined;
  /** A socket is done with bytes once it says so; other streams hand them on, and need others next time. */
  readonly #free: Buffer<ArrayBuffer>[] | undefined;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #filled = 0;
  #failed: Error | undefined;
  #tail: Promise<void> = Promise.resolve();
  #writing = 0;
  #written: (() => void) | undefined;
  #sinceTurn = 0;
  /** Bytes that were written. */
  bytes = 0;
  /** Where set, buffers go out packed if that makes them smaller. */
  packing: Packing | undefined;

  constructor(stream: Writable, throttle?: Throttle) {
    this.#stream = stream;
    this.#throttle = throttle;
    this.#free = stream instanceof Socket ? [] : undefined;
    stream.on('error', (error) => (this.#failed ??= error));
    stream.on('close', () => this.#written?.());
  }

  /** Where a promise comes back, the other end is behind: wait for it before the next. */
  put(kind: number, payload: Uint8Array): Promise<void> | undefined {
    const size = headerBytes + payload.length;
    if (this.#filled + size <= bufferBytes) {
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
    const count = read(this.#buffer.subarray(from, Math.min(bufferBytes, from + most)));
    if (count === 0) return 0;
    this.#buffer[this.#filled] = frame.data;
    this.#buffer.writeUInt32BE(count, this.#filled + 1);
    this.#filled = from + count;
    return count;
  }

  /** Makes room for `fill`. Where a promise comes back, the other end is behind. */
  ready(): Promise<void> | undefined {
    return bufferBytes - this.#filled < leastFill ? this.flush() : undefined;
  }

  putJson(kind: number, value: unknown): Promise<void> | undefined {
    return this.put(kind, Buffer.from(JSON.stringify(value)));
  }

  async #putLarge(kind: number, payload: Uint8Array): Promise<void> {
    const flushed = this.flush();
    if (headerBytes + payload.length > bufferBytes) {
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
    const full = this.#buffer;
    const bytes = full.subarray(0, this.#filled);
    const packed = this.packing?.pack(bytes);
    this.#filled = 0;
    if (packed !== undefined) {
      const header = Buffer.alloc(headerBytes);
      header[0] = frame.packed;
      header.writeUInt32BE(packed.length, 1);
      return this.#queue(Buffer.concat([header, packed]));
    }
    this.#buffer = this.#free?.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    await this.#queue(bytes, () => this.#free?.push(full));
  }

  /** In the order in which they were put, also where a sign of life comes between. */
  #queue(bytes: Uint8Array, then?: () => void): Promise<void> {
    this.#tail = this.#tail.then(() => this.#write(bytes, then));
    return this.#tail;
  }

  async #write(bytes: Uint8Array, then?: () => void): Promise<void> {
    this.bytes += bytes.length;
    if (this.#throttle !== undefined) await this.#throttle.take(bytes.length);
    this.#assertOpen();
    this.#writing++;
    this.#stream.write(bytes, () => {
      this.#writing--;
      then?.();
      this.#written?.();
    });
    if (this.#writing >= onTheWay) await this.#room();
    else if ((this.#sinceTurn += bytes.length) > turnBytes) {
      this.#sinceTurn = 0;
      await turn();
    }
  }

  async #room(): Promise<void> {
    this.#sinceTurn = 0;
    while (this.#writing >= onTheWay) {
      this.#assertOpen();
      await new Promise<void>((resolve) => (this.#written = resolve));
    }
  }

  #assertOpen(): void {
    if (this.#failed !== undefined || this.#stream.destroyed) throw linkLost(this.#failed);
  }
}
