/**
 * Broken dumps: bytes of good ones are cut, changed, doubled and moved. Whatever happens, reading ends with an
 * `end` event or a DumpError, soon, and in little memory; and lenient reading loses no row before a cut.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { corpusDir } from '@cutover/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DumpError, readDump, type ReadOptions } from '../../src/index.ts';
import { nextActions } from '../../src/error.ts';
import { sampleDump } from '../support/sample.ts';

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['FUZZ_SEED'] ?? 20261121);

/** The sample, and small real dumps where there are some. */
function seeds(): Buffer[] {
  const dir = corpusDir();
  if (dir === undefined) return [sampleDump];
  const files = readdirSync(dir).filter((name) => /\.sql(\.gz)?$/.test(name));
  return [sampleDump, ...files.map((name) => plain(readFileSync(join(dir, name))).subarray(0, 60_000))];
}

function plain(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
}

const pieces = [
  "'",
  '"',
  '`',
  '\\',
  '\0',
  '/*',
  '*/',
  '/*!40101 ',
  '/*M!100000 ',
  '--',
  '-- ',
  '#',
  ';',
  '(',
  ')',
  ',',
  'DELIMITER $$\n',
  'NULL',
  '\n',
  'INSERT INTO t VALUES (',
  'CREATE TABLE t (',
  "x'",
  '0x',
  '_binary ',
  '\xff\xfe',
  '\x80',
];

interface Mutation {
  readonly kind: 'cut' | 'delete' | 'insert' | 'flip' | 'double' | 'move';
  readonly at: number;
  readonly length: number;
  readonly piece: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('cut', 'delete', 'insert', 'insert', 'flip', 'double', 'move'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 400 }),
  piece: fc.constantFrom(...pieces),
});

function mutate(dump: Buffer, { kind, at: share, length, piece }: Mutation): Buffer {
  const at = Math.floor(share * dump.length);
  const head = dump.subarray(0, at);
  const part = dump.subarray(at, at + length);
  const tail = dump.subarray(at + length);
  switch (kind) {
    case 'cut':
      return head;
    case 'delete':
      return Buffer.concat([head, tail]);
    case 'insert':
      return Buffer.concat([head, Buffer.from(piece, 'latin1'), dump.subarray(at)]);
    case 'flip': {
      const copy = Buffer.from(dump);
      if (copy.length > 0) copy[Math.min(at, copy.length - 1)] = length & 0xff;
      return copy;
    }
    case 'double':
      return Buffer.concat([head, part, part, tail]);
    case 'move':
      return Buffer.concat([tail, head, part]);
  }
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

/** The code of the error, or `end`. Throws what is no DumpError. */
async function outcome(
  bytes: Buffer,
  chunk: number,
  options: ReadOptions,
): Promise<{ code: string; rows: number }> {
  let rows = 0;
  let ended = false;
  try {
    for await (const event of readDump(inChunks(bytes, chunk), options)) {
      if (event.kind === 'rows') {
        rows += event.rows.length;
        for (const row of event.rows)
          for (const value of row) if (value === undefined) throw new Error('undefined value');
      }
      ended = event.kind === 'end';
    }
  } catch (error) {
    if (!(error instanceof DumpError)) throw error;
    expect(Object.keys(nextActions)).toContain(error.code);
    return { code: error.code, rows };
  }
  if (!ended) throw new Error('reading stopped without an end event');
  return { code: 'end', rows };
}

describe('broken dumps', () => {
  const dumps = seeds();

  it(
    'end with an event or a coded error, the same however the bytes arrive',
    async () => {
      const stop = Date.now() + (seconds * 1000) / 2;
      const cases = fc.sample(
        fc.tuple(fc.nat({ max: dumps.length - 1 }), fc.array(mutation, { minLength: 1, maxLength: 4 })),
        { numRuns: 20_000, seed },
      );
      let done = 0;
      for (const [index, mutations] of cases) {
        if (Date.now() > stop) break;
        const bytes = mutations.reduce(mutate, dumps[index] ?? sampleDump);
        const label = JSON.stringify({ index, mutations, seed });
        const started = Date.now();
        const whole = await outcome(bytes, 1 << 20, { lenient: done % 2 === 1 }).catch((error: unknown) => {
          throw new Error(label, { cause: error });
        });
        const parts = await outcome(bytes, 777, { lenient: done % 2 === 1 });
        expect(parts.code, label).toBe(whole.code);
        if (whole.code === 'end') expect(parts.rows, label).toBe(whole.rows);
        expect(Date.now() - started, `${label} took too long`).toBeLessThan(10_000);
        done++;
      }
      expect(done).toBeGreaterThan(20);
      process.stderr.write(`fuzz: ${done} broken dumps (seed ${seed})\n`);
    },
    (seconds + 60) * 1000,
  );

  it('lenient reading delivers every row before a cut', async () => {
    const whole: string[] = [];
    for await (const event of readDump(inChunks(sampleDump, 1 << 16))) {
      if (event.kind === 'rows')
        for (const row of event.rows) whole.push(JSON.stringify([event.table.name, row]));
    }
    const cuts = fc.sample(fc.integer({ min: 1, max: sampleDump.indexOf('-- Dump completed') }), {
      numRuns: 300,
      seed,
    });
    let before = 0;
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      const rows: string[] = [];
      let complete = true;
      for await (const event of readDump(inChunks(sampleDump.subarray(0, cut), 999), {
        lenient: true,
        batchRows: 3,
      })) {
        if (event.kind === 'rows')
          for (const row of event.rows) rows.push(JSON.stringify([event.table.name, row]));
        if (event.kind === 'end') complete = event.complete;
      }
      expect(rows).toEqual(whole.slice(0, rows.length));
      expect(rows.length).toBeGreaterThanOrEqual(before);
      expect(complete).toBe(false);
      before = rows.length;
    }
  });
});
