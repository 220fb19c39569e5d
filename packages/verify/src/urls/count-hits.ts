import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLines } from './read-lines.ts';

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

  constructor({ workDir, maxInMemory = 100_000 }: CountOptions) {
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
    for await (const { url, hits } of items) {
      if (!file.write(`${JSON.stringify([url, hits])}\n`)) await once(file, 'drain');
    }
    file.end();
    await failed;
    this.#runs.push(path);
  }
}

/** Merges sorted runs, adding up what stands in several. */
async function* merge(paths: readonly string[]): AsyncGenerator<UrlHits> {
  const runs = paths.map((path) => readRun(path));
  const heads: (UrlHits | undefined)[] = [];
  for (const [at, run] of runs.entries()) heads[at] = await pull(run);
  for (;;) {
    let least: string | undefined;
    for (const head of heads)
      if (head !== undefined && (least === undefined || head.url < least)) least = head.url;
    if (least === undefined) return;
    let hits = 0;
    for (const [at, head] of heads.entries()) {
      if (head?.url !== least) continue;
      hits += head.hits;
      heads[at] = await pull(runs[at]!);
    }
    yield { url: least, hits };
  }
}

async function pull(run: AsyncGenerator<UrlHits>): Promise<UrlHits | undefined> {
  const next = await run.next();
  return next.done === true ? undefined : next.value;
}

async function* readRun(path: string): AsyncGenerator<UrlHits> {
  for await (const { text } of readLines(path)) {
    const [url, hits] = JSON.parse(text) as [string, number];
    yield { url, hits };
  }
}
