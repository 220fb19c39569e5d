import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLineBatches } from './read-lines.ts';

export interface UrlHits {
  readonly url: string;
  readonly hits: number;
}

export interface CountOptions {
  /** Folder for scratch files; they name what people looked at, and are removed. */
  readonly workDir: string;
  /** Bytes of memory that different URLs may take, about, before they are written out. */
  readonly maxInMemory?: number;
}

/** Runs that are merged at once, and what is read of each at a time: 1 MB together. */
const fanIn = 64;
const mergeChunkBytes = 1 << 14;
/** What an entry takes beside its text. */
const entryBytes = 80;

/**
 * Counts how often each text occurs, in constant memory: what does not fit is written out in sorted runs,
 * which are merged. Gives them in order of the text.
 */
export class HitCounter {
  readonly #dir: string;
  readonly #max: number;
  #counts = new Map<string, number>();
  #bytes = 0;
  #runs: string[] = [];
  #made = 0;

  constructor({ workDir, maxInMemory = 24 << 20 }: CountOptions) {
    this.#dir = workDir;
    this.#max = maxInMemory;
  }

  /** Undefined where nothing has to be written; a promise to wait for otherwise. */
  add(url: string, hits = 1): Promise<void> | undefined {
    const known = this.#counts.get(url);
    if (known !== undefined) {
      this.#counts.set(url, known + hits);
      return undefined;
    }
    // A copy: a piece of a line keeps the whole line in memory.
    this.#counts.set(Buffer.from(url).toString(), hits);
    this.#bytes += url.length + entryBytes;
    return this.#bytes >= this.#max ? this.#spill() : undefined;
  }

  /** All that were added, once, with their sums. */
  async *counted(): AsyncGenerator<UrlHits> {
    if (this.#runs.length === 0) {
      yield* this.#inOrder();
      return;
    }
    if (this.#counts.size > 0) await this.#spill();
    while (this.#runs.length > fanIn) {
      const some = this.#runs.splice(0, fanIn);
      await this.#write(merge(some));
      await Promise.all(some.map((path) => rm(path)));
    }
    yield* merge(this.#runs);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#runs.map((path) => rm(path, { force: true })));
  }

  async #spill(): Promise<void> {
    await this.#write(this.#inOrder());
    this.#counts = new Map();
    this.#bytes = 0;
  }

  *#inOrder(): Generator<UrlHits> {
    for (const url of [...this.#counts.keys()].sort()) yield { url, hits: this.#counts.get(url)! };
  }

  async #write(items: Iterable<UrlHits> | AsyncIterable<UrlHits>): Promise<void> {
    const path = join(this.#dir, `hits-${process.pid}-${this.#made++}`);
    const file = createWriteStream(path, { mode: 0o600 });
    const failed = once(file, 'close');
    let text = '';
    for await (const { url, hits } of items) {
      text += `${JSON.stringify([url, hits])}\n`;
      if (text.length < 1 << 16) continue;
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
    file.write(text);
    file.end();
    await failed;
    this.#runs.push(path);
  }
}

/** Merges sorted runs, adding up what stands in several. */
async function* merge(paths: readonly string[]): AsyncGenerator<UrlHits> {
  // Those that have more, by what they have next.
  const runs: Run[] = [];
  for (const path of paths) {
    const run = new Run(path);
    await run.fill();
    putInOrder(runs, run);
  }
  let sum: { url: string; hits: number } | undefined;
  for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
    const { url, hits } = run.head!;
    if (sum?.url === url) sum.hits += hits;
    else {
      if (sum !== undefined) yield sum;
      sum = { url, hits };
    }
    // A promise only once in many lines: merging is what a large log takes longest for.
    const filled = run.next();
    if (filled !== undefined) await filled;
    putInOrder(runs, run);
  }
  if (sum !== undefined) yield sum;
}

function putInOrder(runs: Run[], run: Run): void {
  if (run.head === undefined) return;
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.head!.url < run.head.url) low = middle + 1;
    else high = middle;
  }
  runs.splice(low, 0, run);
}

/** A sorted run, read a piece at a time. */
class Run {
  head: UrlHits | undefined;
  readonly #batches: AsyncGenerator<readonly { readonly text: string }[]>;
  #batch: readonly { readonly text: string }[] = [];
  #at = 0;

  constructor(path: string) {
    this.#batches = readLineBatches(path, mergeChunkBytes);
  }

  async fill(): Promise<void> {
    const next = await this.#batches.next();
    this.#batch = next.done === true ? [] : next.value;
    this.#at = 0;
    this.#take();
  }

  next(): Promise<void> | undefined {
    if (this.#at >= this.#batch.length) return this.fill();
    this.#take();
    return undefined;
  }

  #take(): void {
    const line = this.#batch[this.#at++];
    const [url, hits] = line === undefined ? [] : (JSON.parse(line.text) as [string, number]);
    this.head = url === undefined ? undefined : { url, hits: hits! };
  }
}
