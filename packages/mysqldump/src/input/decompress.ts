/** Compressed chunks to plain ones, streaming. Node 20 has gzip; the rest comes from libraries (see README). */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import xz from 'xz-decompress';
import { DumpError } from '../error.ts';
import type { Compression } from './sniff.ts';

/** CommonJS without types. */
const unbzip2 = createRequire(import.meta.url)('unbzip2-stream') as () => NodeJS.ReadWriteStream;

export type Chunks = AsyncIterable<Uint8Array>;

/** Errors of the decompressor become `compression-broken`, which a truncated file is too. */
export async function* decompress(
  chunks: Chunks,
  compression: Compression,
  file: string,
): AsyncGenerator<Uint8Array> {
  try {
    // The streams below read ahead, and a file's chunks are good only until the next one is asked for.
    yield* streamOf(copies(chunks), compression);
  } catch (cause) {
    if (cause instanceof DumpError) throw cause;
    const what = `the ${compression} data is broken or cut: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new DumpError('compression-broken', what, { file }, { cause });
  }
}

async function* copies(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

function streamOf(chunks: Chunks, compression: Compression): Chunks {
  switch (compression) {
    case 'gzip':
      return throughStream(chunks, createGunzip({ chunkSize: 1 << 16 }));
    case 'bzip2':
      return throughStream(chunks, unbzip2());
    case 'xz':
      return fromXz(chunks);
    case 'zstd':
      return fromZstd(chunks);
    case 'none':
      return chunks;
  }
}

async function* throughStream(chunks: Chunks, transform: NodeJS.ReadWriteStream): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: true, highWaterMark: 2 });
  source.on('error', (error) => transform.emit('error', error));
  const output = source.pipe(transform);
  const readable =
    output instanceof Readable ? output : new Readable({ highWaterMark: 1 << 18 }).wrap(output);
  try {
    for await (const chunk of readable) yield chunk as Uint8Array;
  } finally {
    source.destroy();
  }
}

async function* fromXz(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const web = Readable.toWeb(Readable.from(chunks)) as unknown as ReadableStream<Uint8Array>;
  const reader = new xz.XzReadableStream(web).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    // The library hands out a view of its own memory, which the next read overwrites.
    yield Uint8Array.from(value);
  }
}

async function* fromZstd(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((data) => {
    if (data.length > 0) ready.push(data);
  });
  for await (const chunk of chunks) {
    decoder.push(chunk, false);
    yield* ready;
    ready = [];
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready;
}
