/** UTF-16 to UTF-8, and byte order marks off. */
import type { Chunks } from './decompress.ts';
import { encodingOf, type Encoding } from './sniff.ts';

/** Reads ahead until `size` bytes are there (or all), and gives them with an iterable of everything. */
export async function peek(chunks: Chunks, size: number): Promise<{ head: Buffer; chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(Buffer.from(value));
    length += value.length;
  }
  return { head: Buffer.concat(first), chunks: resume(first, iterator) };
}

async function* resume(
  first: readonly Buffer[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

export function asUtf8(chunks: Chunks, head: Uint8Array): { chunks: Chunks; encoding: Encoding } {
  const encoding = encodingOf(head);
  switch (encoding) {
    case 'bytes':
      return { chunks, encoding };
    case 'utf8-bom':
      return { chunks: skip(chunks, 3), encoding };
    default:
      return { chunks: fromUtf16(chunks, encoding === 'utf16le' ? 'utf-16le' : 'utf-16be'), encoding };
  }
}

/** Everything but the first bytes; `short` is called where there are not that many. */
export async function* skip(
  chunks: Chunks,
  bytes: number,
  short: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left >= chunk.length) {
      left -= chunk.length;
    } else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
  if (left > 0) short();
}

async function* fromUtf16(chunks: Chunks, label: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(label);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
