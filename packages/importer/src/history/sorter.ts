import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFault } from '../scratch-file.ts';

/** Characters held in memory before they are sorted and put on disk, and bytes read of each run at a time. */
const heldCharacters = 16 << 20;
const readBytes = 128 << 10;
/** Runs that are open at a time; more are merged into longer ones first. */
const openRuns = 64;

/** A line of a sorted file: keys hold no tab and no line end, values no line end (JSON has neither). */
export type Line = readonly [key: string, value: string];

/**
 * Sorts more lines than memory holds: sorted runs on disk, merged while they are read. Lines of one key come in the
 * order in which they were added. Can be read as often as one likes.
 */
export class Sorter {
  readonly #dir: string;
  readonly #name: string;
  readonly #held: number;
  #lines: Line[] = [];
  #characters = 0;
  #runs: string[] = [];
  #made = 0;
  size = 0;

  constructor(dir: string, name: string, held = heldCharacters) {
    this.#dir = dir;
    this.#name = name;
    this.#held = held;
  }

  add(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    this.#lines.push([key, text]);
    this.#characters += key.length + text.length + 32;
    this.size++;
    if (this.#characters >= this.#held) this.#spill();
  }

  /** All lines in the order of their keys' UTF-16 units. */
  *sorted(): Generator<Line> {
    this.#spill();
    while (this.#runs.length > openRuns) {
      const merged = this.#runs.slice(0, openRuns);
      this.#runs = [this.#write(mergeRuns(merged)), ...this.#runs.slice(openRuns)];
      for (const path of merged) rmSync(path);
    }
    yield* mergeRuns(this.#runs);
  }

  remove(): void {
    for (const path of this.#runs) rmSync(path, { force: true });
    this.#runs = [];
    this.#lines = [];
  }

  #spill(): void {
    if (this.#lines.length === 0) return;
    // Sorting is stable, and runs are merged in the order in which they were written.
    this.#lines.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#runs.push(this.#write(this.#lines));
    this.#lines = [];
    this.#characters = 0;
  }

  #write(lines: Iterable<Line>): string {
    const path = join(this.#dir, `${this.#name}-${this.#made++}`);
    try {
      return writeLines(path, lines);
    } catch (cause) {
      throw scratchFault(path, cause);
    }
  }
}

function writeLines(path: string, lines: Iterable<Line>): string {
  const fd = openSync(path, 'wx', 0o600);
  let text = '';
  for (const [key, value] of lines) {
    text += `${key}\t${value}\n`;
    if (text.length < readBytes) continue;
    writeSync(fd, text);
    text = '';
  }
  writeSync(fd, text);
  closeSync(fd);
  return path;
}

function* mergeRuns(paths: readonly string[]): Generator<Line> {
  const runs = paths.map(readRun);
  const heads = runs.map((run) => run.next().value);
  try {
    for (;;) {
      let least = -1;
      for (let i = 0; i < heads.length; i++) {
        const [head, best] = [heads[i], heads[least]];
        if (head !== undefined && (best === undefined || head[0] < best[0])) least = i;
      }
      if (least === -1) return;
      yield heads[least]!;
      heads[least] = runs[least]!.next().value;
    }
  } finally {
    for (const run of runs) run.return(undefined);
  }
}

function* readRun(path: string): Generator<Line, undefined, undefined> {
  const fd = openSync(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(readBytes);
      const read = readSync(fd, chunk);
      if (read === 0) return;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)]);
      let at = 0;
      for (let end = bytes.indexOf(10, at); end !== -1; end = bytes.indexOf(10, at)) {
        const tab = bytes.indexOf(9, at);
        yield [bytes.toString('utf8', at, tab), bytes.toString('utf8', tab + 1, end)];
        at = end + 1;
      }
      rest = bytes.subarray(at);
    }
  } finally {
    closeSync(fd);
  }
}
