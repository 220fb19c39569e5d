import type { Lookup } from '../lookup/lookup.ts';
import type { EncodedRow, Group } from '../lookup/row-encoder.ts';

/** Bytes of entries that are handed over at once, and numbers about them. */
const batchBytes = 1 << 19;
const batchNumbers = 1 << 16;
/** Numbers of a row before the hashes of its links. */
const headNumbers = 5;

/** Room for the rows of a batch, to be used again. */
export interface BatchRoom {
  /** Entries, one after the other. */
  readonly bytes: Uint8Array;
  /** For each: its size, hash, sheet + 1, claim and number of links, then these. */
  readonly numbers: Uint32Array;
}

/** Rows on their way to the thread that enters them. */
export interface LookupBatch extends BatchRoom {
  readonly rows: number;
  /** Groups that were not in a batch before. */
  readonly groups: readonly Group[];
}

/** Puts a batch together. */
export class LookupBatchMaker {
  #room = newRoom();
  #used = 0;
  #count = 0;
  #rows = 0;

  /** False where there is no room for it. */
  put({ bytes, at, size, hash, links, sheet, claim }: EncodedRow): boolean {
    if (this.#used + size > batchBytes || this.#count + headNumbers + links.length > batchNumbers)
      return false;
    bytes.copy(this.#room.bytes, this.#used, at, at + size);
    this.#used += size;
    const { numbers } = this.#room;
    let next = this.#count;
    numbers[next++] = size;
    numbers[next++] = hash;
    numbers[next++] = sheet + 1;
    numbers[next++] = claim;
    numbers[next++] = links.length;
    for (let i = 0; i < links.length; i++) numbers[next++] = links[i]!;
    this.#count = next;
    this.#rows++;
    return true;
  }

  /** What was put, with these groups; the next row begins another batch, in this room where it is given. */
  take(groups: readonly Group[], room = newRoom()): LookupBatch {
    const batch = { ...this.#room, rows: this.#rows, groups };
    this.#room = room;
    this.#used = this.#count = this.#rows = 0;
    return batch;
  }
}

const newRoom = (): BatchRoom => ({
  bytes: new Uint8Array(batchBytes),
  numbers: new Uint32Array(batchNumbers),
});

/** The memory of it, to be handed over. */
export const buffersOf = ({ bytes, numbers }: BatchRoom): ArrayBuffer[] =>
  [bytes.buffer, numbers.buffer] as ArrayBuffer[];

/** Enters the rows of a batch, in order. */
export function enterBatch(lookup: Lookup, { bytes, numbers, rows, groups }: LookupBatch): void {
  lookup.addGroups(groups);
  const links: number[] = [];
  const row = {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    ...{ at: 0, size: 0, hash: 0, links, sheet: -1, claim: 0 },
  };
  let next = 0;
  for (let i = 0; i < rows; i++) {
    row.at += row.size;
    row.size = numbers[next++]!;
    row.hash = numbers[next++]!;
    row.sheet = numbers[next++]! - 1;
    row.claim = numbers[next++]!;
    links.length = numbers[next++]!;
    for (let link = 0; link < links.length; link++) links[link] = numbers[next++]!;
    lookup.enter(row);
  }
}
