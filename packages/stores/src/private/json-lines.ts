import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CutoverError } from '@cutover/core';

/** Objects of a JSON-lines file, as a stream; none where the file does not exist. Throws CutoverError `private-line-invalid`. */
export async function* readLines<T>(path: string): AsyncGenerator<T> {
  let rest = '';
  let line = 0;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const text of lines) yield parseLine<T>(path, text, ++line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (rest !== '') yield parseLine<T>(path, rest, line + 1);
}

function parseLine<T>(path: string, text: string, line: number): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    // The text itself is private, so neither it nor the parser's excerpt is repeated.
    throw new CutoverError('private-line-invalid', `${path} line ${line} is no JSON`, {
      next: 'restore the file from an earlier version, or mend the line by hand',
      data: { path, line },
    });
  }
}

/** Writes a file whole or not at all: a sibling is written, flushed to disk and renamed over it. */
export class AtomicFile {
  readonly #path: string;
  readonly #temporary: string;
  #handle: Awaited<ReturnType<typeof open>> | undefined;
  #buffered: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.writing`;
  }

  async write(text: string): Promise<void> {
    this.#buffered.push(text);
    this.#size += text.length;
    if (this.#size > 1 << 20) await this.#flush();
  }

  /** Makes the new content durable under its temporary name. */
  async close(): Promise<void> {
    await this.#flush();
    await this.#handle!.sync();
    await this.#handle!.close();
    this.#handle = undefined;
  }

  /** Puts the closed file in its place. */
  async replace(): Promise<void> {
    await rename(this.#temporary, this.#path);
    await syncDirectory(dirname(this.#path));
  }

  async discard(): Promise<void> {
    await this.#handle?.close();
    await rm(this.#temporary, { force: true });
  }

  async #flush(): Promise<void> {
    this.#handle ??= await open(this.#temporary, 'w', 0o600);
    const text = this.#buffered.join('');
    this.#buffered = [];
    this.#size = 0;
    if (text !== '') await this.#handle.appendFile(text);
  }
}

export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file by this text, durably. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const file = new AtomicFile(path);
  await file.write(text);
  await file.close();
  await file.replace();
}
