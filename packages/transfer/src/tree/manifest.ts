import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { comparePaths, type Entry, entryLine, parseEntry } from './entry.ts';

const flushBytes = 64 * 1024;

/** Writes a manifest: one entry a line in the order of the walk. What a crash cuts off is the last line at most. */
export class ManifestWriter {
  readonly #file: number;
  #lines: string[] = [];
  #bytes = 0;
  entries = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
  }

  add(entry: Entry): void {
    const line = entryLine(entry);
    this.#lines.push(line);
    this.entries++;
    this.#bytes += line.length;
    if (this.#bytes >= flushBytes) this.flush();
  }

  flush(): void {
    if (this.#lines.length > 0) writeSync(this.#file, `${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#bytes = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** Entries of a manifest one after the other; a line that is cut off ends it. Nothing where there is no file. */
export async function* readManifest(path: string): AsyncGenerator<Entry, void> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield parseEntry(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** A manifest that is read along with a walk in the same order. */
export class ManifestCursor {
  readonly #entries: AsyncGenerator<Entry, void>;
  #next: Entry | undefined;
  #begun = false;

  constructor(entries: AsyncGenerator<Entry, void>) {
    this.#entries = entries;
  }

  async peek(): Promise<Entry | undefined> {
    if (!this.#begun) await this.skip();
    return this.#next;
  }

  async skip(): Promise<void> {
    this.#begun = true;
    const { value, done } = await this.#entries.next();
    this.#next = done === true ? undefined : value;
  }

  /** Closes the file where the end was not read. */
  async close(): Promise<void> {
    await this.#entries.return();
  }
}

/**
 * Makes one manifest of what the last pass left: as far as the pass had come what it wrote, behind that what was
 * there before it. Answers whether a pass had been cut off.
 */
export async function settleManifest(path: string, unfinished: string): Promise<boolean> {
  const begun = readManifest(unfinished);
  const before = new ManifestCursor(readManifest(path));
  const merged = new ManifestWriter(`${path}.merging`);
  let last: string | undefined;
  for await (const entry of begun) {
    merged.add(entry);
    last = entry.path;
  }
  if (last !== undefined) {
    for (let entry = await before.peek(); entry !== undefined; entry = await before.peek()) {
      if (comparePaths(entry.path, last) > 0) merged.add(entry);
      await before.skip();
    }
  }
  merged.close();
  await before.close();
  if (last === undefined) rmSync(`${path}.merging`);
  else renameSync(`${path}.merging`, path);
  rmSync(unfinished, { force: true });
  return last !== undefined;
}
