import { hash } from 'node:crypto';
import { oidBytes } from './pages.ts';

/** Files with the names of their blobs, as another thread has made them. */
export interface NamedBlobs {
  /** As `PathBytes` has put them together. */
  readonly paths: Uint8Array;
  /** Contents one after the other. */
  readonly bytes: Uint8Array;
  /** Where each content begins in `bytes`; one more for the end of the last. */
  readonly starts: Uint32Array;
  /** Names of the blobs, 20 bytes each. */
  readonly oids: Uint8Array;
}

/** Paths one after the other as bytes: a thread hands them over without a copy of each. */
export class PathBytes {
  #bytes = Buffer.allocUnsafeSlow(pathsBytes);
  #used = 0;
  #count = 0;

  get length(): number {
    return this.#count;
  }

  add(path: string): void {
    const room = path.length * 3 + 1;
    if (this.#used + room > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.#used * 2 + room);
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += this.#bytes.write(path, this.#used);
    // No path of git has it.
    this.#bytes[this.#used++] = 0;
    this.#count++;
  }

  /** All that was added, and begins anew; memory may be handed over with it. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#used);
    this.#bytes = Buffer.allocUnsafeSlow(pathsBytes);
    this.#used = this.#count = 0;
    return taken;
  }

  static paths(bytes: Uint8Array): string[] {
    if (bytes.length === 0) return [];
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - 1)
      .toString()
      .split('\0');
  }
}

const pathsBytes = 1 << 18;
const batchBytes = 1 << 20;
const batchFiles = 4096;
const headRoom = 24;

/** Collects files and names their blobs, to be handed to the thread that writes the tree. */
export class BlobBatch {
  readonly #paths = new PathBytes();
  #bytes = Buffer.allocUnsafeSlow(batchBytes);
  #starts = new Uint32Array(batchFiles + 1);
  #oids = Buffer.allocUnsafeSlow(batchFiles * oidBytes);
  #used = headRoom;

  get length(): number {
    return this.#paths.length;
  }

  /** Adds a file; true asks for `take` before the next. */
  add(path: string, content: string): boolean {
    const count = this.#paths.length;
    if (this.#used + content.length * 3 > this.#bytes.length) this.#enlarge(content.length * 3);
    const start = this.#used;
    const size = this.#bytes.write(content, start);
    const head = `blob ${size}\0`;
    // What stands before a content is the end of the one before it: it is put back once the name is made.
    const from = start - head.length;
    const saved = this.#bytes.toString('latin1', from, start);
    this.#bytes.write(head, from, 'latin1');
    const name = hash('sha1', this.#bytes.subarray(from, start + size), 'binary');
    this.#bytes.write(saved, from, 'latin1');
    this.#oids.write(name, count * oidBytes, 'latin1');
    this.#starts[count] = start;
    this.#used = this.#starts[count + 1] = start + size;
    this.#paths.add(path);
    return this.#used > batchBytes - (64 << 10) || count + 1 === batchFiles;
  }

  /** All that was added, and begins anew; memory may be handed over with it. */
  take(): NamedBlobs {
    const count = this.#paths.length;
    const taken = {
      paths: this.#paths.take(),
      bytes: this.#bytes.subarray(0, this.#used),
      starts: this.#starts.subarray(0, count + 1),
      oids: this.#oids.subarray(0, count * oidBytes),
    };
    this.#bytes = Buffer.allocUnsafeSlow(batchBytes);
    this.#starts = new Uint32Array(batchFiles + 1);
    this.#oids = Buffer.allocUnsafeSlow(batchFiles * oidBytes);
    this.#used = headRoom;
    return taken;
  }

  #enlarge(more: number): void {
    const larger = Buffer.allocUnsafeSlow(this.#used + more);
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}
