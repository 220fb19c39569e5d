import { idOfLine, linesOf } from './json-lines.ts';
import type { NamedBytes } from './merge-group.ts';
import { range, shardOf } from './shards.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';

/** Reads group after group, the next one while one is worked on. */
export async function* readAhead<T>(groups: number, read: (group: number) => Promise<T>): AsyncGenerator<T> {
  let next = read(0);
  for (let group = 0; group < groups; group++) {
    const here = await next;
    if (group + 1 < groups) {
      next = read(group + 1);
      next.catch(() => undefined);
    }
    yield here;
  }
}

/** What is made of groups, in their order, while so many of them are worked on. */
export async function* mergedInTurn<Input, Output>(
  inputs: AsyncIterable<Input>,
  atOnce: number,
  merge: (input: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const merging: Promise<Output>[] = [];
  for await (const input of inputs) {
    const merged = merge(input);
    // Who waits for it below throws it.
    merged.catch(() => undefined);
    merging.push(merged);
    while (merging.length >= atOnce) yield await merging.shift()!;
  }
  while (merging.length > 0) yield await merging.shift()!;
}

/** A file of a snapshot; none where it is not there. */
export async function wholeFile(snapshots: Snapshots, base: Snapshot, name: string): Promise<NamedBytes[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of snapshots.read(base, name)) chunks.push(chunk);
  return chunks.length === 0 ? [] : [{ name, bytes: Buffer.concat(chunks) }];
}

/** The lines of a sheet that is one file, by the groups that they belong to. */
export function splitInto(groups: number, files: readonly NamedBytes[]): NamedBytes[][] {
  const parts = range(0, groups).map((): NamedBytes[] => []);
  for (const { name, bytes } of files) {
    const lines = range(0, groups).map((): string[] => []);
    for (const [at, line] of linesOf(bytes).entries())
      lines[shardOf(idOfLine(name, line, at + 1), groups)]!.push(line);
    for (const [group, own] of lines.entries())
      parts[group]!.push({ name, bytes: Buffer.from(own.join('\n')) });
  }
  return parts;
}
