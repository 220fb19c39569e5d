import type { SharedLookup } from '../lookup/lookup.ts';
import { LongValues } from '../lookup/long-values.ts';
import { LookupNames, RowEncoder } from '../lookup/row-encoder.ts';
import { type BatchRoom, type LookupBatch, LookupBatchMaker } from './lookup-batch.ts';

/** Batches that may be under way before the reader waits. */
const underWayAtMost = 4;

/** Who fills a lookup; see `MapThreads`. */
export interface LookupFiller {
  /** Gives back the room that the batch took. */
  fill(dir: string, batch: LookupBatch): Promise<BatchRoom>;
  settle(dir: string): Promise<SharedLookup>;
}

/** Rows for a lookup that another thread fills, while this one reads on. */
export class LookupFeed {
  readonly #dir: string;
  readonly #filler: LookupFiller;
  readonly #names = new LookupNames();
  readonly #long: LongValues;
  readonly #encoder: RowEncoder;
  readonly #maker = new LookupBatchMaker();
  readonly #underWay: Promise<void>[] = [];
  readonly #free: BatchRoom[] = [];
  #groupsTold = 0;

  /** `dir`: the folder of the lookup that will adopt what was filled. */
  constructor(dir: string, filler: LookupFiller) {
    this.#dir = dir;
    this.#filler = filler;
    this.#long = new LongValues(dir);
    this.#encoder = new RowEncoder(this.#names, this.#long);
  }

  /** As `Lookup.add`. */
  add(...row: Parameters<RowEncoder['encode']>): void {
    const encoded = this.#encoder.encode(...row);
    if (this.#maker.put(encoded)) return;
    this.#flush();
    if (!this.#maker.put(encoded)) throw new RangeError('a row that no batch has room for');
  }

  /** A promise asks the caller to wait before it reads on. Throws what the thread has thrown. */
  ready(): void | Promise<void> {
    if (this.#underWay.length > underWayAtMost) return this.#underWay.shift();
  }

  /** What the lookup has to adopt. Throws what the thread has thrown. */
  async settle(): Promise<SharedLookup> {
    this.#flush();
    await Promise.all(this.#underWay);
    this.#free.length = 0;
    return this.#filler.settle(this.#dir);
  }

  close(): void {
    this.#long.close();
  }

  #flush(): void {
    const { groups } = this.#names;
    const batch = this.#maker.take(groups.slice(this.#groupsTold), this.#free.pop());
    const filled = this.#filler.fill(this.#dir, batch).then((room) => void this.#free.push(room));
    this.#groupsTold = groups.length;
    // Who waits for it throws it.
    filled.catch(() => undefined);
    this.#underWay.push(filled);
  }
}
