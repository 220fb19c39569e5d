import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, type MariaDb, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Session } from '../src/index.ts';
import { addressOf } from './support.ts';

describeWith('mariadb', 'a slow taker of rows', () => {
  let db: MariaDb;
  beforeAll(async () => {
    db = await startMariaDb();
  });
  afterAll(() => db.stop());

  it.each([
    ['short', 400_000, `SELECT seq, REPEAT('x', 250) FROM seq_1_to_400000`],
    ['long', 100, `SELECT seq, REPEAT('x', 1000000) FROM seq_1_to_100`],
  ])('keeps the server waiting instead of rows in memory: %s rows', async (_size, wanted, sql) => {
    const session = await Session.open(addressOf(db, 'mysql'));
    const start = process.memoryUsage().arrayBuffers;
    let peak = 0;
    let rows = 0;
    let largest = 0;
    await session.each(sql, async (batch) => {
      rows += batch.length;
      largest = Math.max(
        largest,
        batch.reduce((sum, row) => sum + row.reduce((bytes, cell) => bytes + (cell?.length ?? 0), 0), 0),
      );
      await sleep(1);
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - start);
    });
    await session.close();
    expect(rows).toBe(wanted);
    expect(largest).toBeLessThan(4 << 20);
    // 100 MB went through.
    expect(peak).toBeLessThan(50 << 20);
  });
});
