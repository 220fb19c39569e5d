import { describeWith, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCatalog } from '../src/catalog.ts';
import { RowDigest, sameDigest, serverDigest } from '../src/digest.ts';
import { Session } from '../src/session.ts';
import { agrees } from '../src/agreement.ts';
import { allKinds } from './kinds.ts';
import { addressOf, take } from './support.ts';

describeWith('mariadb', 'the digest of a table', () => {
  let db: MariaDb;
  let name: string;
  let session: Session;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    db = await startMariaDb();
    name = await db.createDatabase();
    await db.sql(allKinds, { database: name, args: ['--default-character-set=utf8mb4'] });
    session = await Session.open(addressOf(db, name));
    scratch = await scratchDir();
  });
  afterAll(async () => {
    await session.close();
    await db.stop();
    await scratch.remove();
  });

  it('is the same on the server as over the rows that were read, for every type, and piece by piece', async () => {
    const manifest = await take(scratch.dir, addressOf(db, name));
    const { tables } = await readCatalog(session, true);
    expect(tables.length).toBeGreaterThan(35);
    for (const table of tables) {
      const entry = manifest.tables.find((one) => one.name === table.name);
      expect([table.name, await serverDigest(session, table)]).toEqual([
        table.name,
        { rows: entry?.rows, sum: entry?.sum },
      ]);
    }
  });

  it.each([
    ['composite', `UPDATE composite SET d = '2025-01-01' WHERE c = 'Ab' LIMIT 1`],
    ['composite', 'DELETE FROM composite LIMIT 1'],
    ['texts', `UPDATE texts SET l = '' WHERE l IS NULL`],
    ['texts', `UPDATE texts SET v = CONCAT(v, ' ') WHERE id = 3`],
    ['bins', `UPDATE bins SET b = X'27225C0A0D1A01' WHERE id = X'00000000'`],
    ['ints', "UPDATE ints SET k = b'1', l = 2 WHERE id = 7"],
    ['keyless', `INSERT INTO keyless VALUES (1, 'a')`],
    ['times', `UPDATE times SET g = '00:00:00.000002' WHERE id = 2`],
    ['geo', `UPDATE geo SET p = POINT(-0.5,1e11) WHERE id = 1`],
  ])('differs after a change of %s: %s', async (tableName, change) => {
    const { tables } = await readCatalog(session, true);
    const table = tables.find((one) => one.name === tableName)!;
    const before = await serverDigest(session, table);
    await db.sql(change, { database: name });
    expect(sameDigest(before, await serverDigest(session, table))).toBe(false);
    expect(await agrees(session, table, before, [], undefined, () => Promise.resolve())).toBe(false);
  });

  it('does not depend on the order of rows, and does on how often they are there', async () => {
    const { tables } = await readCatalog(session, true);
    const table = tables.find((one) => one.name === 'keyless')!;
    const of = (rows: (string | null)[][]) => {
      const digest = new RowDigest(table);
      for (const row of rows) digest.add(row.map((cell) => (cell === null ? null : Buffer.from(cell))));
      return digest.value();
    };
    expect(
      of([
        ['1', 'a'],
        [null, 'b'],
      ]),
    ).toEqual(
      of([
        [null, 'b'],
        ['1', 'a'],
      ]),
    );
    expect(
      of([
        ['1', 'a'],
        ['1', 'a'],
      ]),
    ).not.toEqual(
      of([
        ['2', 'a'],
        ['2', 'a'],
      ]),
    );
    expect(
      of([
        ['1', 'a'],
        ['1', 'a'],
      ]).sum,
    ).not.toBe(of([]).sum);
    expect(of([['1', null]])).not.toEqual(of([['1', '']]));
    expect(of([['1', '2V1:']])).not.toEqual(of([['1V4:2V1:', null]]));
  });
});
