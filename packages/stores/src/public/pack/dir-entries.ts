import type { SpillFile } from './spill-file.ts';

const firstBytes = 128;
const fullBytes = 4096;
/** Length of the name, and the place. */
const entryBytes = 6;

/** Entries of one directory: names and places. The last 4 KiB are in memory, those before in pieces of a file. */
export class DirEntries {
  #bytes: Buffer | undefined;
  #used = 0;
  /** Where a piece is, and its size. */
  readonly #pieces: number[] = [];

  add(name: string, place: number, spill: SpillFile): void {
    const needed = entryBytes + name.length * 3;
    if (this.#used + needed > (this.#bytes?.length ?? 0)) this.#makeRoom(needed, spill);
    const bytes = this.#bytes!;
    const size = bytes.write(name, this.#used + entryBytes, 'utf8');
    bytes.writeUInt16LE(size, this.#used);
    bytes.writeUInt32LE(place, this.#used + 2);
    this.#used += entryBytes + size;
  }

  /** Gives every entry; a name as one character a byte, which compares as the bytes do. Lets go of them. */
  read(spill: SpillFile, each: (name: string, place: number) => void): void {
    for (let i = 0; i < this.#pieces.length; i += 2) {
      const size = this.#pieces[i + 1]!;
      readEntries(spill.read(this.#pieces[i]!, size), size, each);
    }
    if (this.#bytes !== undefined) readEntries(this.#bytes, this.#used, each);
    this.#pieces.length = 0;
    this.#bytes = undefined;
    this.#used = 0;
  }

  #makeRoom(needed: number, spill: SpillFile): void {
    if (this.#used + needed > fullBytes && this.#used > 0) {
      this.#pieces.push(spill.append(this.#bytes!, this.#used), this.#used);
      this.#used = 0;
    }
    const wanted = this.#used + needed;
    if (this.#bytes !== undefined && wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(
      Math.max(wanted, Math.min(fullBytes, (this.#bytes?.length ?? firstBytes / 2) * 2)),
    );
    this.#bytes?.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

function readEntries(bytes: Buffer, end: number, each: (name: string, place: number) => void): void {
  for (let at = 0; at < end;) {
    const size = bytes.readUInt16LE(at);
    const from = at + entryBytes;
    each(bytes.toString('latin1', from, from + size), bytes.readUInt32LE(at + 2));
    at = from + size;
  }
}
