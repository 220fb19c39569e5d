import { describe, expect, it } from 'vitest';
import { PathBytes, shardOf, StagedLines } from '../src/index.ts';
import { bucketCount } from '../src/private/staged-import.ts';

const draft = (id: string, text: string) => ({ sheet: 'profiles', fields: { id, text } });

/** The lines of a batch, read as those who merge it read them. */
function linesOf(lines: StagedLines): { id: string; text: string; bucket: number }[] {
  const { bytes, index } = lines.take()!;
  const starts = index.sheets['profiles']!;
  return Array.from({ length: bucketCount }, (_, bucket) =>
    Buffer.from(bytes.subarray(starts[bucket], starts[bucket + 1]))
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ ...(JSON.parse(line) as { id: string; text: string }), bucket })),
  ).flat();
}

describe('lines of private rows', () => {
  const large = 'ä€😀'.repeat(600_000);

  it.each([
    ['first', ['large', 'b', 'c']],
    ['in the middle', ['a', 'large', 'c']],
    ['twice', ['a', 'large', 'b', 'large2', 'c']],
  ])('are whole where one of them is more than a batch: %s', (_, ids) => {
    const lines = new StagedLines();
    const full = ids.map((id) => lines.put(draft(id, id.startsWith('large') ? `${id} ${large}` : id)));
    expect(full.at(-1)).toBe(true);
    const found = linesOf(lines);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { id, text, bucket } of found) {
      expect(text === (id.startsWith('large') ? `${id} ${large}` : id)).toBe(true);
      expect(bucket).toBe(shardOf(id, bucketCount));
    }
    expect(lines.take()).toBeUndefined();
    expect(lines.put(draft('next', 'next'))).toBe(false);
    expect(linesOf(lines)).toEqual([{ id: 'next', text: 'next', bucket: shardOf('next', bucketCount) }]);
  });
});

describe('paths that are handed over', () => {
  it('are the same however many and however long they are', () => {
    const some = Array.from({ length: 20_000 }, (_, n) => `people/${'é'.repeat(n % 40)}/${n}.toml`);
    const longest = `projects/${'x'.repeat(3 << 18)}.toml`;
    const paths = new PathBytes();
    for (const given of [some, [longest], [...some, longest, ...some], ['a']]) {
      for (const path of given) paths.add(path);
      expect(paths).toHaveLength(given.length);
      expect(PathBytes.paths(paths.take())).toEqual(given);
      expect(paths).toHaveLength(0);
    }
    expect(PathBytes.paths(paths.take())).toEqual([]);
  });
});
