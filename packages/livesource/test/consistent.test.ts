import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithMariaDbs, type MariaDb, scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Manifest, TakeOptions } from '../src/index.ts';
import { Session } from '../src/session.ts';
import { addressOf, contentsOf, take } from './support.ts';

/** Money moves between two tables all the time; their sum is the same at every moment. */
const accounts = (engine: string): string => `
CREATE TABLE left_side (id int PRIMARY KEY, amount int, pad varchar(200)) ENGINE=${engine};
CREATE TABLE right_side (id int PRIMARY KEY, amount int, pad varchar(200)) ENGINE=${engine};
INSERT INTO left_side SELECT seq, 1000, REPEAT('x', 200) FROM seq_1_to_4000; INSERT INTO right_side SELECT seq, 1000, REPEAT('y', 200) FROM seq_1_to_4000;`;
const grants: Readonly<Record<string, string>> = {
  locker:
    'GRANT RELOAD, BINLOG MONITOR ON *.* TO ?; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON `%`.* TO ?',
  tables: 'GRANT SELECT, LOCK TABLES ON `%`.* TO ?',
  reader: 'GRANT SELECT ON `%`.* TO ?',
};

describeWithMariaDbs('what is read', (startMariaDb) => {
  let db: MariaDb;
  let plain: MariaDb;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    [db, plain] = await Promise.all([
      startMariaDb({ serverArgs: ['--log-bin', '--server-id=7'] }),
      startMariaDb(),
    ]);
    for (const server of [db, plain]) {
      for (const [user, grant] of Object.entries(grants))
        await server.sql(`CREATE USER ${user}@'127.0.0.1'; ${grant.replaceAll('?', `${user}@'127.0.0.1'`)}`);
    }
  });
  afterAll(() => Promise.all([db.stop(), plain.stop()]));
  beforeEach(async () => {
    scratch = await scratchDir();
  });
  afterEach(() => scratch.remove());

  /** Takes an archive while money moves, and adds up what it holds. */
  async function takeWhileMoving(
    server: MariaDb,
    user: string,
    options: Partial<TakeOptions>,
    pauseSeconds = 0,
  ): Promise<{ manifest: Manifest; sum: number; moved: number }> {
    const name = await server.createDatabase();
    await server.sql(accounts('InnoDB'), { database: name });
    await server.sql(
      `DELIMITER //
CREATE PROCEDURE move() BEGIN DECLARE i int DEFAULT 0; WHILE i < 100000 AND GET_LOCK('stop', 0) DO
START TRANSACTION; UPDATE left_side SET amount = amount - 7 WHERE id = 1 + (i * 37) % 4000; UPDATE right_side SET amount = amount + 7 WHERE id = 1 + (i * 91) % 4000; COMMIT;
DO RELEASE_LOCK('stop'); DO SLEEP(${pauseSeconds}); SET i = i + 1; END WHILE; END//`,
      { database: name },
    );
    const moving = server.sql('CALL move()', { database: name }).catch(() => '');
    try {
      const sum = 'SELECT SUM(amount) FROM right_side';
      while (Number(await server.sql(sum, { database: name })) === 4_000_000) await sleep(10);
      const manifest = await take(scratch.dir, addressOf(server, name, user), { pageRows: 100, ...options });
      const [[moved] = ['0']] = (await server.sql(sum, { database: name })).split('\n').map((line) => [line]);
      const { tables } = await contentsOf(join(scratch.dir, 'archive.sql.gz'));
      const amounts = (['left_side', 'right_side'] as const).flatMap((table) =>
        tables[table]!.rows.map((row) => Number((JSON.parse(row) as string[][])[1]![1])),
      );
      expect(amounts).toHaveLength(8000);
      return { manifest, sum: amounts.reduce((a, b) => a + b, 0), moved: Number(moved) - 4_000_000 };
    } finally {
      const ids = await server.sql(
        `SELECT id FROM information_schema.processlist WHERE db = '${name}' AND id <> CONNECTION_ID()`,
      );
      for (const id of ids.split('\n').filter((one) => one !== ''))
        await server.sql(`KILL ${id}`).catch(() => '');
      await moving;
    }
  }

  it.each([
    ['a global lock', 'locker', 'global-lock', 3, true],
    ['table locks', 'tables', 'table-locks', 3, true],
    ['the positions the server keeps', 'reader', 'same-position', 2, true],
    ['one connection, where nothing else proves it', 'reader', 'one-connection', 3, false],
  ])('is of one moment, by %s', async (_title, user, method, jobs, log) => {
    const { manifest, sum, moved } = await takeWhileMoving(
      log ? db : plain,
      user,
      { jobs },
      // Two connections can only meet at one position where the server rests between two changes.
      method === 'same-position' ? 0.02 : 0,
    );
    expect(moved).toBeGreaterThan(0);
    expect([manifest.snapshot.method, sum]).toEqual([method, 8_000_000]);
    expect(manifest.snapshot.method).toBe(method);
    expect(manifest.snapshot.lockHeldMs > 0).toBe(method.endsWith('lock') || method.endsWith('locks'));
    if (log && user !== 'tables') expect(manifest.snapshot.binlog?.file).toMatch(/bin\.\d+$/);
  });

  /** Changes a MyISAM table at moments that the taking itself gives. */
  async function takeWithChanges(
    user: string,
    changes: number,
    options: Partial<TakeOptions> = {},
  ): Promise<{ name: string; work: Promise<Manifest> }> {
    const name = await plain.createDatabase();
    await plain.sql(
      `${accounts('MyISAM')} CREATE TABLE inno (id int PRIMARY KEY) ENGINE=InnoDB; INSERT INTO inno SELECT seq FROM seq_1_to_10;`,
      { database: name },
    );
    let left = changes;
    let last = 0;
    // Open already: a client that is still to be started may come when everything is read.
    const session = await Session.open(addressOf(plain, name, 'root'));
    let pending: Promise<unknown> = Promise.resolve();
    const work = take(scratch.dir, addressOf(plain, name, user), {
      pageRows: 500,
      onEvent: (event) => {
        // A table is begun anew or for the first time, and has been read in part.
        if (event.type !== 'progress' || left === 0 || (event.rowsDone ?? 0) <= last) return;
        last = (event.rowsDone ?? 0) + 700;
        left--;
        pending = pending
          .then(() => session.query('UPDATE left_side SET amount = amount + 1 WHERE id = 1'))
          .then(() => session.query(`INSERT INTO left_side SELECT MAX(id) + 1, 1, '' FROM left_side`));
      },
      ...options,
    }).finally(() => pending.then(() => session.close()));
    return { name, work };
  }

  it('has tables without transactions as they were at that moment: they are read again until the digests agree', async () => {
    const { name, work } = await takeWithChanges('reader', 2);
    const manifest = await work;
    expect(manifest.withoutTransactions).toMatchObject({
      tables: ['left_side', 'right_side'],
      proof: 'digests-agree',
    });
    expect(manifest.withoutTransactions.rounds).toBeGreaterThan(1);
    expect(manifest.tables.find((table) => table.name === 'left_side')?.rereads).toBeGreaterThan(0);
    const { tables } = await contentsOf(join(scratch.dir, 'archive.sql.gz'));
    const count = Number(await plain.sql('SELECT COUNT(*) FROM left_side', { database: name }));
    expect(tables['left_side']?.rows).toHaveLength(count);
  });

  it('is given up, or read under a lock, where such a table never rests', async () => {
    const restless = async (user: string): Promise<Manifest> => {
      const name = await plain.createDatabase();
      await plain.sql(
        `CREATE TABLE hot (id int PRIMARY KEY, n int) ENGINE=MyISAM; INSERT INTO hot SELECT seq, 0 FROM seq_1_to_3000; CREATE TABLE cold (id int PRIMARY KEY) ENGINE=MyISAM;`,
        { database: name },
      );
      // The server itself does it, twice at once, and reading takes many pages: no pause of a busy machine is
      // so long that the table could be taken to rest.
      const control = await plain.createDatabase();
      await plain.sql('CREATE TABLE going (n int) ENGINE=InnoDB; INSERT INTO going VALUES (1);', {
        database: control,
      });
      const busy = [1, 2].map((id) =>
        plain.sql(
          `DELIMITER //\nBEGIN NOT ATOMIC WHILE EXISTS (SELECT 1 FROM ${control}.going) DO UPDATE hot SET n = n + 1 WHERE id = ${id}; END WHILE; END//`,
          { database: name },
        ),
      );
      try {
        const begun = 'SELECT MIN(n) FROM hot WHERE id < 3';
        while (Number(await plain.sql(begun, { database: name })) === 0) await sleep(10);
        return await take(scratch.dir, addressOf(plain, name, user), { pageRows: 30 });
      } finally {
        await plain.sql('DELETE FROM going', { database: control });
        await Promise.all(busy);
      }
    };
    await expect(restless('reader')).rejects.toMatchObject({
      code: 'source-keeps-changing',
      exitCode: 7,
      data: { tables: ['hot'] },
    });
    expect((await restless('locker')).withoutTransactions.proof).toBe('read-under-lock');
    const locked = await restless('tables');
    expect(locked.withoutTransactions.proof).toBe('read-under-lock');
    expect(locked.snapshot.method).toBe('table-locks');
    expect(locked.tables.map(({ name, rereads }) => [name, rereads > 2])).toEqual([
      ['cold', false],
      ['hot', true],
    ]);
  });

  it('does not wait for a lock behind a long statement, nor lets others wait', async () => {
    const name = await plain.createDatabase();
    await plain.sql(`${accounts('InnoDB')}`, { database: name });
    const long = plain.sql('LOCK TABLES left_side WRITE; SELECT SLEEP(4)', { database: name });
    const sleeping = "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(4)'";
    while (Number(await plain.sql(sleeping)) === 0) await sleep(10);
    const manifest = await take(scratch.dir, addressOf(plain, name, 'locker'), {
      jobs: 2,
      lockWaitSeconds: 1,
    });
    expect(manifest.snapshot.method).toBe('one-connection');
    expect(manifest.snapshot.because).toMatch(/was not to be had in time/);
    await long;
  });
});
