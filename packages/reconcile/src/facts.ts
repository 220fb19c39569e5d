import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const partitions = 64;
const perFact = 3;
const buffered = 8192;

/**
 * Facts about keys, kept on disk until they are grouped: a key's hash, and two numbers of the caller's. Memory
 * does not grow with their number: a 64th of them is grouped at a time.
 */
export class Facts {
  readonly #dir: string;
  readonly #buffers: (Float64Array | undefined)[] = [];
  readonly #used = new Uint32Array(partitions);
  readonly #files: (number | undefined)[] = [];
  readonly #written = new Float64Array(partitions);

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  add(hash: number, a: number, b: number): void {
    const partition = hash % partitions;
    const buffer = (this.#buffers[partition] ??= new Float64Array(buffered * perFact));
    const at = this.#used[partition]!;
    buffer[at] = hash;
    buffer[at + 1] = a;
    buffer[at + 2] = b;
    this.#used[partition] = at + perFact;
    if (at + perFact === buffer.length) this.#flush(partition);
  }

  /** All facts, a partition at a time: those of one key come together, in the order in which they were added. */
  *groups(): Generator<Float64Array> {
    for (let partition = 0; partition < partitions; partition++) {
      const used = this.#used[partition]!;
      const before = this.#written[partition]!;
      const facts = new Float64Array(before / 8 + used);
      const file = this.#files[partition];
      if (file !== undefined) readSync(file, new Uint8Array(facts.buffer, 0, before), 0, before, 0);
      if (used > 0) facts.set(this.#buffers[partition]!.subarray(0, used), before / 8);
      if (facts.length > 0) yield facts;
    }
  }

  close(): void {
    for (const file of this.#files) if (file !== undefined) closeSync(file);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #flush(partition: number): void {
    const file = (this.#files[partition] ??= openSync(join(this.#dir, String(partition)), 'w+', 0o600));
    const buffer = this.#buffers[partition]!;
    const bytes = new Uint8Array(buffer.buffer, 0, this.#used[partition]! * 8);
    this.#written[partition]! += writeSync(file, bytes, 0, bytes.length, this.#written[partition]!);
    this.#used[partition] = 0;
  }
}
