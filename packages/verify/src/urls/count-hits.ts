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
  /** Different URLs that are kept in memory before they are written out. */
  readonly maxInMemory?: number;
}

/** Runs that are merged at once. */
const fanIn = 64;

/**
 * Counts how often each text occurs, in constant memory: what does not fit is written out in sorted runs,
 * which are merged. Gives them in order of the text.
 */
export class HitCounter {
  readonly #dir: string;
  readonly #max: number;
  #counts = new Map<string, number>();
  #runs: string[] = [];
  #made = 0;

  constructor({ workDir, maxInMemory = 200_000 }: CountOptions) {
    this.#dir = workDir;
    this.#max = maxInMemory;
  }

  /** Undefined where nothing has to be written; a promise to wait for otherwise. */
  add(url: string, hits = 1): Promise<void> | undefined {
    this.#counts.set(url, (this.#counts.get(url) ?? 0) + hits);
    return this.#counts.size >= this.#max ? this.#spill() : undefined;
  }

  /** All that were added, once, with their sums. */
  async *counted(): AsyncGenerator<UrlHits> {
    if (this.#runs.length === 0) {
      yield* this.#inMemory();
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
    const items = this.#inMemory();
    await this.#write(items);
    this.#counts = new Map();
  }

  #inMemory(): UrlHits[] {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([url, hits]) => ({ url, hits }));
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
  const runs = paths.map((path) => new Run(path));
  await Promise.all(runs.map((run) => run.fill()));
  for (;;) {
    let least: string | undefined;
    for (const { head } of runs)
      if (head !== undefined && (least === undefined || head.url < least)) least = head.url;
    if (least === undefined) return;
    let hits = 0;
    for (const run of runs) {
      if (run.head?.url !== least) continue;
      hits += run.head.hits;
      // A promise only once in many lines: merging is what a large log takes longest for.
      const filled = run.next();
      if (filled !== undefined) await filled;
    }
    yield { url: least, hits };
  }
}

/** A sorted run, read a piece at a time. */
class Run {
  head: UrlHits | undefined;
  readonly #batches: AsyncGenerator<readonly { readonly text: string }[]>;
  #batch: readonly { readonly text: string }[] = [];
  #at = 0;

  constructor(path: string) {
    this.#batches = readLineBatches(path);
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
