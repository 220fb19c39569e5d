import { CutoverError } from '@cutover/core';
import { idOfLine, linesOf, parseLine } from './json-lines.ts';
import { shardFile, shardOf } from './shards.ts';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Some shards of a sheet that is split into so many. */
export interface ShardsOf {
  readonly of: number;
  readonly shards: readonly number[];
}

/** Lines of files that hold several shards, by the shard that they belong to. */
export class LinesByShard {
  readonly lines: number;
  readonly #shards: Map<number, Line<object>[]>;

  constructor({ of, shards }: ShardsOf, files: readonly NamedBytes[], isSorted: boolean) {
    this.#shards = new Map(shards.map((shard) => [shard, []]));
    let count = 0;
    for (const file of files)
      for (const line of linesIn(file, isSorted)) {
        const own = this.#shards.get(shardOf(line.id, of));
        if (own === undefined) throw elsewhere(line);
        own.push(line);
        count++;
      }
    this.lines = count;
  }

  /** Lines by id; of several of one id the last one counts. */
  take<T extends object>(shard: number): Line<T>[] {
    const lines = this.#shards.get(shard)! as Line<T>[];
    this.#shards.set(shard, []);
    if (lines.some(({ id }, at) => at > 0 && id < lines[at - 1]!.id)) lines.sort(byId);
    return lines.filter(({ id }, at) => lines[at + 1]?.id !== id);
  }
}

/** Files of one shard each: they are taken apart one at a time, so that few lines live long. */
export class ShardFiles {
  readonly #of: number;
  readonly #name: string;
  readonly #files: readonly NamedBytes[];

  constructor(name: string, of: number, files: readonly NamedBytes[]) {
    this.#of = of;
    this.#name = name;
    this.#files = files;
  }

  take<T extends object>(shard: number): Line<T>[] {
    const name = shardFile(this.#name, shard, this.#of);
    const file = this.#files.find((candidate) => candidate.name === name);
    const lines = file === undefined ? [] : linesIn(file, true);
    for (const line of lines) if (shardOf(line.id, this.#of) !== shard) throw elsewhere(line);
    return lines as Line<T>[];
  }
}

function linesIn({ name, bytes }: NamedBytes, isSorted: boolean): Line<object>[] {
  const lines = linesOf(bytes).map((text, at) => new Line(idOfLine(name, text, at + 1), text, name, at + 1));
  if (isSorted && lines.some(({ id }, at) => at > 0 && id <= lines[at - 1]!.id)) throw unsorted(name);
  return lines;
}

const byId = (a: Line<object>, b: Line<object>): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** A line that is parsed once somebody looks into it. */
export class Line<T extends object> {
  readonly id: string;
  readonly text: string;
  readonly name: string;
  readonly number: number;
  #value: T | undefined;

  constructor(id: string, text: string, name = '', number = 0) {
    this.id = id;
    this.text = text;
    this.name = name;
    this.number = number;
  }

  static of<T extends object>(id: string, value: T): Line<T> {
    const line = new Line<T>(id, JSON.stringify(value));
    line.#value = value;
    return line;
  }

  get value(): T {
    return (this.#value ??= parseLine<T>(this.name, this.text, this.number));
  }
}

/** Lines of a file as it shall be, which are bytes at once: as strings they would wait to be put together. */
export class LinesAfter {
  /** Whether any line is another than it was. */
  isOther = false;
  #bytes = Buffer.allocUnsafeSlow(1 << 19);
  #used = 0;

  /** A file without lines. */
  begin(): void {
    this.isOther = false;
    this.#used = 0;
  }

  /** Adds a line, or leaves it away; `before`: what it was. */
  add(line: Line<object> | undefined, before: Line<object> | undefined): void {
    this.isOther ||= isOther(line, before);
    if (line === undefined) return;
    const { text } = line;
    const room = text.length * 3 + 1;
    if (this.#used + room > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.#bytes.length * 2 + room);
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    this.#used += this.#bytes.write(text, this.#used);
    this.#bytes[this.#used++] = newline;
  }

  /** In memory of their own: what Buffer shares between small ones cannot be handed to another thread. */
  toBytes(): Uint8Array {
    const own = Buffer.allocUnsafeSlow(this.#used);
    this.#bytes.copy(own, 0, 0, this.#used);
    return own;
  }
}

const newline = 10;

/** Whether a line says something else; how it is spaced is nothing. */
export function isOther(now: Line<object> | undefined, before: Line<object> | undefined): boolean {
  if (now === undefined || before === undefined) return now !== before;
  return now.text !== before.text && JSON.stringify(now.value) !== JSON.stringify(before.value);
}

function unsorted(name: string): CutoverError {
  return new CutoverError('private-store-unsorted', `${name} is not sorted by id, or has an id twice`, {
    next: 'restore the file from an earlier version, or sort its lines by id',
    data: { path: name },
  });
}

function elsewhere({ name, number }: Line<object>): CutoverError {
  return new CutoverError(
    'private-store-unsorted',
    `${name} line ${number} is of a record that belongs in another file of the sheet`,
    {
      next: 'restore the file from an earlier version, or move the line to where its id belongs',
      data: { path: name, line: number },
    },
  );
}
