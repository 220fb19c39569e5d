/**
 * Compressed chunks to plain ones, streaming. Node 20 has gzip; the rest comes from libraries (see README), each
 * loaded when a file needs it, as some of them are megabytes of memory.
 */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { DumpError } from '../error.ts';
import type { Compression } from './sniff.ts';

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

async function* streamOf(chunks: Chunks, compression: Compression): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case 'gzip': {
      const { createGunzip } = await import('node:zlib');
      return yield* throughStream(chunks, createGunzip({ chunkSize: 1 << 16 }));
    }
    case 'bzip2':
      return yield* fromBzip2(chunks);
    case 'xz':
      return yield* fromXz(chunks);
    case 'zstd':
      return yield* fromZstd(chunks);
    case 'none':
      return yield* chunks;
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

interface OldStream {
  on(event: 'data', listener: (data: Uint8Array) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  write(data: Buffer): boolean;
  end(): void;
}

/** The library's stream is of the old kind and works at once: what a chunk gives is there when `write` returns. */
async function* fromBzip2(chunks: Chunks): AsyncGenerator<Uint8Array> {
  // CommonJS without types.
  const unbzip2 = createRequire(import.meta.url)('unbzip2-stream') as () => OldStream;
  const ready: Uint8Array[] = [];
  let failed: Error | undefined;
  const stream = unbzip2()
    .on('data', (data) => ready.push(data))
    .on('error', (error) => (failed = error));
  const taken = (): Uint8Array[] => {
    if (failed !== undefined) throw failed;
    return ready.splice(0);
  };
  for await (const chunk of chunks) {
    stream.write(Buffer.from(chunk));
    yield* taken();
  }
  stream.end();
  yield* taken();
}

async function* fromXz(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
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
  const { Decompress } = await import('fzstd');
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
