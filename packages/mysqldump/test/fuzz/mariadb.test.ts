/**
 * Random tables are written to a real server, dumped by its own program with random options, read, and compared
 * cell for cell with what the server says it holds. The seed is fixed; FUZZ_SEED and FUZZ_SECONDS change it.
 */
import { describeWith, startMariaDb, type MariaDb } from '@cutover/testkit';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDump, type Value } from '../../src/index.ts';
import { caseArbitrary, type Case } from './cases.ts';

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['FUZZ_SEED'] ?? 20261121);

describeWith('mariadb', 'dumps of random tables', () => {
  let db: MariaDb;
  beforeAll(async () => {
    db = await startMariaDb();
  });
  afterAll(async () => {
    await db.stop();
  });

  it(
    'come back cell for cell',
    async () => {
      const end = Date.now() + seconds * 1000;
      const cases = fc.sample(caseArbitrary, { numRuns: 4000, seed });
      let done = 0;
      for (const one of cases) {
        if (Date.now() > end) break;
        await check(db, one, done++);
      }
      expect(done).toBeGreaterThan(3);
      process.stderr.write(`fuzz: ${done} tables through MariaDB (seed ${seed})\n`);
    },
    (seconds + 60) * 1000,
  );
});

async function check(db: MariaDb, one: Case, index: number): Promise<void> {
  const database = await db.createDatabase();
  try {
    await db.sql(one.sql, { database, args: ['--default-character-set=utf8mb4'] });
    const oracle = parseOracle(
      await db.sql(one.oracle, { database, args: ['--default-character-set=utf8mb4'] }),
    );
    const dump = await db.dump([
      ...one.dumpArgs,
      ...(one.databases ? ['--databases', database] : [database]),
    ]);
    const label = `case ${index}, seed ${seed}: mariadb-dump ${one.dumpArgs.join(' ')}\n${one.sql.slice(0, 1500)}`;
    const rows = await readAll(dump, one, label);
    expect(rows.length, label).toBe(oracle.length);
    rows.forEach((row, i) => {
      const wanted = oracle[i] ?? [];
      one.columns.forEach((column, c) => {
        if (column.generated) return;
        const got = comparable(row[column.name] ?? null, column.bit, one.schemaless);
        expect(got, `${label}\nrow ${i}, column ${column.name} ${column.type}`).toBe(
          expected(wanted[c], column.bit),
        );
      });
    });
  } finally {
    await db.sql(`DROP DATABASE \`${database}\``);
  }
}

/** Notes that no dump of this server may cause. */
const unexpected = new Set(['expression', 'text-invalid', 'null-byte', 'statement-unknown', 'unterminated']);

async function readAll(dump: Buffer, one: Case, label: string): Promise<Record<string, Value>[]> {
  const rows: Record<string, Value>[] = [];
  const chunk = one.chunk;
  const chunks = Readable.from(
    (function* () {
      for (let at = 0; at < dump.length; at += chunk) yield dump.subarray(at, at + chunk);
    })(),
  );
  // mariadb-dump writes the values of virtual columns too.
  const stored = one.columns.map((column) => column.name);
  try {
    for await (const event of readDump(chunks, one.readOptions)) {
      if (event.kind === 'note' && unexpected.has(event.note.code)) throw new Error(event.note.message);
      if (event.kind !== 'rows') continue;
      const names = event.columns ?? stored;
      for (const row of event.rows) {
        expect(row.length, label).toBe(names.length);
        rows.push(Object.fromEntries(row.map((value, i) => [names[i] ?? '', value])));
      }
    }
  } catch (error) {
    throw new Error(`${label}\n${String(error)}\n${dump.toString('latin1').slice(0, 3000)}`, {
      cause: error,
    });
  }
  return rows.sort((a, b) => Number(a['id']) - Number(b['id']));
}

function parseOracle(text: string): (string | null)[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map((cell) => (cell === 'NULL' ? null : cell)));
}

function expected(hex: string | null | undefined, bit: boolean): string | null {
  if (hex === null || hex === undefined) return null;
  return bit ? BigInt(`0x${hex}`).toString() : hex;
}

/** Hexadecimal of the bytes; a BIT as number. */
function comparable(value: Value, bit: boolean, schemaless: boolean): string | null {
  if (value === null) return null;
  const hex = Buffer.from(value as string)
    .toString('hex')
    .toUpperCase();
  if (!bit) return hex;
  if (schemaless && typeof value === 'string' && value === '') return '0';
  return BigInt(`0x${hex || '0'}`).toString();
}
