import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dumpChunks } from './dump-chunks.ts';
import type { Maker } from './makers/maker.ts';
import { mariadbDump } from './makers/mariadb-dump.ts';
import { mysqldump } from './makers/mysqldump.ts';
import { planOf, type SampleOptions } from './plan.ts';
import { sampleTables } from './tables.ts';

export const makers: Readonly<Record<string, Maker>> = {
  [mariadbDump.name]: mariadbDump,
  [mysqldump.name]: mysqldump,
};

/** When the made-up dump was taken, whatever the day. */
export const sampleCompletedAt = '2026-01-15 12:00:00';

/** The whole dump in pieces: the same options give the same bytes, on any machine. */
export function sampleChunks(options: SampleOptions, maker: Maker = mariadbDump): Generator<string> {
  const facts = { database: 'laddr', completedAt: sampleCompletedAt };
  return dumpChunks(sampleTables(planOf(options)), maker, facts);
}

const batchBytes = 64 * 1024;

function* batches(chunks: Iterable<string>): Generator<string> {
  let batch = '';
  for (const chunk of chunks) {
    batch += chunk;
    if (batch.length < batchBytes) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

/**
 * Writes a dump to a stream as fast as the stream takes it, holds no more than a few batches, and ends the
 * stream. Throws what the stream does.
 */
export async function writeSample(stream: Writable, options: SampleOptions, maker?: Maker): Promise<void> {
  await pipeline(Readable.from(batches(sampleChunks(options, maker))), stream);
}
