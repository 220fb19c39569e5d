import { idOfLine, linesOf } from './json-lines.ts';
import type { NamedBytes } from './shard-lines.ts';
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

/**
 * Merges groups, so many of them at a time, those included whose result is being taken: whichever is ready makes room,
 * so that nobody waits for another's group. `take` gets the results as they come, with the number of their group.
 */
export async function mergeEach<Input, Output>(
  inputs: AsyncIterable<Input>,
  atOnce: number,
  merge: (input: Input) => Promise<Output>,
  take: (output: Output, group: number) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let group = 0;
  for await (const input of inputs) {
    const at = group++;
    const taken = merge(input)
      .then((output) => take(output, at))
      .then(() => void underWay.delete(taken));
    // Who waits for it below throws it.
    taken.catch(() => undefined);
    underWay.add(taken);
    while (underWay.size >= atOnce) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

/** A file of a snapshot; none where it is not there. */
export async function wholeFile(snapshots: Snapshots, base: Snapshot, name: string): Promise<NamedBytes[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of snapshots.read(base, name)) chunks.push(chunk);
  if (chunks.length === 0) return [];
  return [{ name, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }];
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
