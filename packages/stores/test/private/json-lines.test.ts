import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { expect, it } from 'vitest';
import { lineBatches, parseLines, readChunks, readLines, splitLines } from '../../src/private/json-lines.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each([
  ['ends in a newline', '{"a":"ä€"}\n{"b":"😀"}\n'],
  ['ends without one', '{"a":"ä€"}\n{"b":"😀"}'],
  ['has an empty line', 'one\n\ntwo\n'],
  ['is one line', 'one'],
  ['is nothing', ''],
])('gives the same lines wherever the bytes are cut, where the text %s', async (_, text) => {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (let size = 1; size <= Buffer.byteLength(text) + 1; size++) {
    expect(await all(splitLines(cut(text, size)))).toEqual(lines);
    expect((await all(lineBatches(cut(text, size)))).flat()).toEqual(lines);
  }
});

it('finds no line in an empty file, nor in chunks without bytes', async () => {
  async function* empty(text: string): AsyncGenerator<Buffer> {
    for (const part of ['', text, '']) yield await Promise.resolve(Buffer.from(part));
  }
  expect(await all(splitLines(empty('')))).toEqual([]);
  expect(await all(splitLines(empty('one\n')))).toEqual(['one']);
});

it('passes over the mark that editors put before a file', async () => {
  for (const size of [2, 100])
    expect(await all(parseLines('x.jsonl', cut('\ufeff{"id":"1"}\n', size)))).toEqual([{ id: '1' }]);
});

it('names the line that is no JSON, and not its text', async () => {
  const broken = all(parseLines('x.jsonl', cut('{"id":"1"}\n{"id":"secret\n', 7)));
  await expect(broken).rejects.toMatchObject({
    code: 'private-line-invalid',
    message: 'x.jsonl line 2 is no JSON',
    data: { path: 'x.jsonl', line: 2 },
  });
});

it('reads whole files of any size, pipes too, and none that is not there', async () => {
  const scratch = await scratchDir();
  try {
    const path = join(scratch.dir, 'file');
    const records = Array.from({ length: 30_000 }, (_, id) => ({ id, text: 'x'.repeat(id % 90) }));
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, text.length]) {
      writeFileSync(path, text.slice(0, size));
      expect(Buffer.concat(await all(readChunks(path))).toString() === text.slice(0, size)).toBe(true);
    }
    const pipe = join(scratch.dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([all(readLines(pipe)), writeFile(pipe, text)]);
    expect(read).toEqual(records);
    expect(await all(readLines(`${path}.none`))).toEqual([]);
  } finally {
    await scratch.remove();
  }
});
