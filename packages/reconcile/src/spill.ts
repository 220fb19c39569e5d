import { closeSync, createReadStream, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const bufferBytes = 128 * 1024;
const header = 16;

/** A text, with two numbers and a path that tell what it is. */
export interface Spilled {
  readonly a: number;
  readonly b: number;
  readonly path: string;
  readonly text: string;
}

/** Texts, sorted into partitions on disk and read back a partition at a time. */
export class Spill {
  readonly #dir: string;
  readonly #buffers: (Buffer | undefined)[] = [];
  readonly #used: number[] = [];
  readonly #files: (number | undefined)[] = [];

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  add(partition: number, a: number, b: number, path: string, bytes: Buffer): void {
    const pathLength = Buffer.byteLength(path);
    const size = header + pathLength + bytes.length;
    const buffer = (this.#buffers[partition] ??= Buffer.allocUnsafe(bufferBytes));
    let used = this.#used[partition] ?? 0;
    if (used + size > buffer.length) {
      this.#flush(partition);
      used = 0;
    }
    if (size > buffer.length) {
      const whole = Buffer.allocUnsafe(size);
      put(whole, 0, [a, b, pathLength], path, bytes);
      writeSync(this.#file(partition), whole);
      return;
    }
    put(buffer, used, [a, b, pathLength], path, bytes);
    this.#used[partition] = used + size;
  }

  /** What was added to a partition, in the order in which it was. */
  async *read(partition: number): AsyncGenerator<Spilled[]> {
    this.#flush(partition);
    if (this.#files[partition] === undefined) return;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(this.#path(partition), { highWaterMark: 1 << 20 })) {
      const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      const batch: Spilled[] = [];
      let at = 0;
      while (at + header <= bytes.length) {
        const end = at + bytes.readUInt32LE(at);
        if (end > bytes.length) break;
        const content = at + header + bytes.readUInt32LE(at + 12);
        batch.push({
          a: bytes.readUInt32LE(at + 4),
          b: bytes.readUInt32LE(at + 8),
          path: bytes.toString('utf8', at + header, content),
          text: bytes.toString('utf8', content, end),
        });
        at = end;
      }
      rest = bytes.subarray(at);
      yield batch;
    }
  }

  close(): void {
    for (const file of this.#files) if (file !== undefined) closeSync(file);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #flush(partition: number): void {
    const used = this.#used[partition] ?? 0;
    if (used === 0) return;
    writeSync(this.#file(partition), this.#buffers[partition]!, 0, used);
    this.#used[partition] = 0;
  }

  #file(partition: number): number {
    return (this.#files[partition] ??= openSync(this.#path(partition), 'w', 0o600));
  }

  #path(partition: number): string {
    return join(this.#dir, String(partition));
  }
}

function put(
  into: Buffer,
  at: number,
  [a, b, pathLength]: readonly [number, number, number],
  path: string,
  bytes: Buffer,
): void {
  into.writeUInt32LE(header + pathLength + bytes.length, at);
  into.writeUInt32LE(a, at + 4);
  into.writeUInt32LE(b, at + 8);
  into.writeUInt32LE(pathLength, at + 12);
  into.write(path, at + header);
  bytes.copy(into, at + header + pathLength);
}
