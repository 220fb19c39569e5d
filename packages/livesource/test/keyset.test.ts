import { join } from 'node:path';
import { describeWith, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf, contentsOf, take } from './support.ts';

/** Columns that keys are made of, and literals for them in no order. */
const kinds: readonly (readonly [type: string, literal: (n: number) => string])[] = [
  ['int', (n) => String((n * 7919) % 41)],
  ['bigint unsigned', (n) => `18446744073709551${String(500 + ((n * 31) % 115))}`],
  ['decimal(20,5)', (n) => `-${n % 13}.${(n * 7) % 100000}`],
  [`enum('z','B','a','0','ü')`, (n) => String((n % 5) + 1)],
  [`set('q','p','r')`, (n) => String(n % 8)],
  ['bit(9)', (n) => String((n * 5) % 512)],
  ['varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci', (n) => text(n)],
  ['varchar(12) CHARACTER SET latin1 COLLATE latin1_swedish_ci', (n) => text(n)],
  ['char(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', (n) => text(n)],
  ['varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin', (n) => text(n)],
  ['varchar(12) CHARACTER SET gbk', (n) => text(n)],
  ['varbinary(8)', (n) => `X'${((n * 2654435761) >>> 0).toString(16).padStart(8, '0')}'`],
  ['date', (n) => `'20${10 + (n % 80)}-0${1 + (n % 9)}-${10 + (n % 18)}'`],
  ['timestamp(3)', (n) => `'2024-01-01 00:00:${10 + (n % 50)}.${100 + (n % 900)}'`],
  ['time(2)', (n) => `'-${n % 800}:59:01.${10 + (n % 90)}'`],
  ['year', (n) => String(1901 + (n % 250))],
];

const pieces = ['', 'a', 'A', 'é', 'z', ' ', '%', "''", '\\\\', '0', '9', 'Ü', '_', '-'];
const text = (n: number): string =>
  `'${pieces[n % 14]}${pieces[(n * 3) % 14]}${n % 29}${pieces[(n * 5 + 1) % 14]}'`;

/** mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describeWith('mariadb', 'pages of a key', () => {
  let db: MariaDb;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    [db, scratch] = await Promise.all([startMariaDb(), scratchDir()]);
  });
  afterAll(async () => {
    await db.stop();
    await scratch.remove();
  });

  it.each([1, 2, 3, 4])('hold every row once, whatever the key is made of (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const name = await db.createDatabase();
    const expected: Record<string, number> = {};
    let sql = `SET NAMES utf8mb4; SET SESSION sql_mode='';`;
    for (let t = 0; t < 20; t++) {
      const chosen = [...kinds].sort(() => random() - 0.5).slice(0, 1 + Math.floor(random() * 4));
      const columns = chosen.map(([type], i) => `k${i} ${type} NOT NULL`).join(', ');
      const key = chosen.map((_kind, i) => `k${i}`).join(', ');
      const engine = random() < 0.5 ? 'InnoDB' : 'MyISAM';
      sql += `CREATE TABLE t${t} (n int, ${columns}, ${random() < 0.7 ? 'PRIMARY' : 'UNIQUE'} KEY ${random() < 0.5 ? 'USING BTREE' : ''} (${key})) ENGINE=${engine} DEFAULT CHARSET=utf8mb4;\n`;
      const rows = Array.from({ length: 60 }, () => {
        const n = Math.floor(random() * 100_000);
        return `(${n}, ${chosen.map(([, literal]) => literal(n)).join(', ')})`;
      });
      sql += `INSERT IGNORE INTO t${t} VALUES ${rows.join(', ')};\n`;
    }
    await db.sql(sql, { database: name, args: ['--default-character-set=utf8mb4'] });
    for (let t = 0; t < 20; t++)
      expected[`t${t}`] = Number(await db.sql(`SELECT COUNT(*) FROM t${t}`, { database: name }));
    const whole = await take(scratch.dir, addressOf(db, name), { out: join(scratch.dir, 'whole.gz') });
    const paged = await take(scratch.dir, addressOf(db, name), {
      out: join(scratch.dir, 'paged.gz'),
      pageRows: 1 + (seed % 3),
    });
    expect(Object.fromEntries(paged.tables.map((table) => [table.name, table.rows]))).toEqual(expected);
    expect(Object.values(expected).reduce((a, b) => a + b, 0)).toBeGreaterThan(300);
    expect(paged.tables.map(({ sum }) => sum)).toEqual(whole.tables.map(({ sum }) => sum));
    expect((await contentsOf(join(scratch.dir, 'paged.gz'))).tables).toEqual(
      (await contentsOf(join(scratch.dir, 'whole.gz'))).tables,
    );
  });
});
