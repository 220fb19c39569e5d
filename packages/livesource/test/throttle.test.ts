import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithMariaDbs, type MariaDb, scratchDir, until } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Session, Throttle } from '../src/index.ts';
import { addressOf, contentsOf, generalLog, startProxy, take } from './support.ts';

describeWithMariaDbs('a server with other things to do', (startMariaDb) => {
  let db: MariaDb;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    db = await startMariaDb();
  });
  afterAll(() => db.stop());
  beforeEach(async () => {
    scratch = await scratchDir();
  });
  afterEach(() => scratch.remove());

  it('is left in peace until they are done', async () => {
    const busy = [1, 2, 3].map(() => db.sql('SELECT SLEEP(0.8)'));
    await sleep(200);
    const session = await Session.open(addressOf(db, await db.createDatabase()));
    const waits: string[] = [];
    const released: number[] = [];
    const throttle = new Throttle({ maxLoad: 1, pauseMs: 50, onWait: (why) => waits.push(why) });
    await throttle.wait(session, () => Promise.resolve(void released.push(waits.length)));
    expect(waits).toEqual([expect.stringMatching(/^[23] threads run on the server, more than 1$/)]);
    // Let go of before the wait began, and once.
    expect(released).toEqual([0]);
    expect(throttle.waitedMs).toBeGreaterThan(100);
    await Promise.all(busy);
    await session.close();
  });

  it('is given up with a code where they take too long, and nothing is left', async () => {
    const name = await db.createDatabase();
    await db.sql('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)', { database: name });
    const busy = [1, 2].map(() => db.sql('SELECT SLEEP(2)'));
    await sleep(200);
    const reading = take(scratch.dir, addressOf(db, name), { maxLoad: 1, pauseMs: 50, maxWaitMs: 300 });
    await expect(reading).rejects.toMatchObject({ code: 'source-busy', exitCode: 7 });
    expect(readdirSync(scratch.dir)).toEqual([]);
    await Promise.all(busy);
  });

  it('is not waited for while we hold the lock that it waits for', async () => {
    const name = await db.createDatabase();
    await db.sql(
      'CREATE TABLE hot (id int PRIMARY KEY, n int) ENGINE=MyISAM; INSERT INTO hot SELECT seq, 0 FROM seq_1_to_500;',
      {
        database: name,
      },
    );
    const control = await db.createDatabase();
    await db.sql('CREATE TABLE going (n int) ENGINE=InnoDB; INSERT INTO going VALUES (1);', {
      database: control,
    });
    const hot = db.sql(
      `DELIMITER //\nBEGIN NOT ATOMIC WHILE EXISTS (SELECT 1 FROM ${control}.going) DO UPDATE hot SET n = n + 1 WHERE id = 1; END WHILE; END//`,
      { database: name },
    );
    // These run for a moment only, until they have to wait for our lock: then they are the load.
    let going = true;
    const others = [2, 3, 4, 5].map(async (id) => {
      const session = await Session.open(addressOf(db, name), { lockWaitSeconds: 60 });
      while (going) {
        await session.query(`UPDATE hot SET n = n + 1 WHERE id = ${id}`);
        await sleep(40);
      }
      await session.close();
    });
    try {
      while (Number(await db.sql('SELECT n FROM hot WHERE id = 1', { database: name })) === 0)
        await sleep(10);
      const manifest = await take(scratch.dir, addressOf(db, name), {
        maxLoad: 3,
        maxWaitMs: 10_000,
        pauseMs: 50,
        pageRows: 20,
      });
      expect(manifest.withoutTransactions.proof).toBe('read-under-lock');
    } finally {
      going = false;
      await db.sql('DELETE FROM going', { database: control });
      await Promise.all([hot, ...others]);
    }
  });
});

describeWithMariaDbs('a replica', (startMariaDb) => {
  let primary: MariaDb;
  let replica: MariaDb;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  const delaySeconds = 3;

  beforeAll(async () => {
    [primary, replica] = await Promise.all([
      startMariaDb({ serverArgs: ['--log-bin=bin', '--server-id=21'] }),
      startMariaDb({ serverArgs: ['--server-id=22'] }),
    ]);
    await primary.sql(`CREATE USER repl@'127.0.0.1'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1';
      CREATE USER reader@'127.0.0.1'; GRANT SELECT ON \`%\`.* TO reader@'127.0.0.1'; GRANT SLAVE MONITOR ON *.* TO reader@'127.0.0.1';
      CREATE USER blind@'127.0.0.1'; GRANT SELECT ON \`%\`.* TO blind@'127.0.0.1';`);
    await replica.sql(
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.port}, MASTER_USER='repl', MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=4; START SLAVE;`,
    );
  });
  afterAll(() => Promise.all([primary.stop(), replica.stop()]));
  beforeEach(async () => {
    scratch = await scratchDir();
  });
  afterEach(() => scratch.remove());

  /** A database that both have. */
  async function replicated(): Promise<string> {
    const name = await primary.createDatabase();
    await primary.sql(
      `CREATE TABLE t (id int PRIMARY KEY, v varchar(50)) ENGINE=InnoDB; INSERT INTO t SELECT seq, MD5(seq) FROM seq_1_to_2000; CREATE TABLE u (id int PRIMARY KEY) ENGINE=InnoDB;`,
      { database: name },
    );
    await until(
      'the replica',
      async () => {
        const count = await replica.sql('SELECT COUNT(*) FROM t', { database: name }).catch(() => '');
        return count.trim() === '2000' && (await behind()) === '0';
      },
      15_000,
    );
    return name;
  }

  async function behind(): Promise<string | undefined> {
    const text = await replica.sql('SHOW SLAVE STATUS\\G', { args: ['--column-names'] });
    return /Seconds_Behind_Master: (\w+)/.exec(text)?.[1];
  }

  it('that is behind is waited for, and read when it has caught up', async () => {
    const name = await replicated();
    await replica.sql(`STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=${delaySeconds}; START SLAVE;`);
    try {
      await primary.sql(`INSERT INTO t VALUES (5000, 'late')`, { database: name });
      await until('the lag', async () => Number(await behind()) > 1);
      const waits: string[] = [];
      let manifest!: Awaited<ReturnType<typeof take>>;
      const statements = await generalLog(replica, async () => {
        manifest = await take(scratch.dir, addressOf(replica, name, 'reader'), {
          maxLagSeconds: 1,
          pauseMs: 100,
          pageRows: 200,
          jobs: 2,
          onWait: (why) => waits.push(why),
        });
      });
      expect(waits[0]).toMatch(/^the replica is [23] s behind, more than 1 s$/);
      expect(manifest.waitedMs).toBeGreaterThan(0);
      expect(statements.filter((sql) => /STATUS$/.test(sql)).length).toBeGreaterThan(10);
      expect(await behind()).toBe('0');
      expect(manifest.tables.map(({ rows }) => rows)).toEqual([2000, 0]);
      // The snapshot is older than the wait, as it has to be: nothing is read before it is known to be whole.
      const { tables } = await contentsOf(join(scratch.dir, 'archive.sql.gz'));
      expect(tables['t']?.rows).toHaveLength(2000);
    } finally {
      await replica.sql('STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=0; START SLAVE;');
    }
  });

  it('whose replication is stopped is waited for until it goes on', async () => {
    const name = await replicated();
    await replica.sql('STOP SLAVE SQL_THREAD');
    const waits: string[] = [];
    let restarted: Promise<unknown> | undefined;
    const manifest = await take(scratch.dir, addressOf(replica, name, 'reader'), {
      maxLagSeconds: 5,
      pauseMs: 100,
      onWait: (why) => {
        waits.push(why);
        restarted ??= replica.sql('START SLAVE SQL_THREAD');
      },
    });
    await restarted;
    expect(waits).toEqual([
      'replication is stopped (Slave_SQL_Running: No), so how far the replica is behind is not known',
    ]);
    expect(manifest.tables.map(({ rows }) => rows)).toEqual([2000, 0]);
  });

  it('whose replication stays stopped is given up with a code, and nothing is left', async () => {
    const name = await replicated();
    await replica.sql('STOP SLAVE SQL_THREAD');
    try {
      const reading = take(scratch.dir, addressOf(replica, name, 'reader'), {
        maxLagSeconds: 5,
        pauseMs: 50,
        maxWaitMs: 400,
      });
      await expect(reading).rejects.toMatchObject({
        code: 'source-busy',
        exitCode: 7,
        message: expect.stringMatching(/Slave_SQL_Running: No/) as unknown,
      });
      expect(readdirSync(scratch.dir)).toEqual([]);
    } finally {
      await replica.sql('START SLAVE SQL_THREAD');
    }
  });

  it('lets an ALTER that is replicated through while it waits, and says that the table was altered', async () => {
    const name = await replicated();
    const proxy = await startProxy(replica.port);
    const waits: string[] = [];
    let altered: Promise<unknown> | undefined;
    const alter = async (): Promise<void> => {
      // We have a hold of the table, inside of it, for long enough that the ALTER comes and waits for us.
      proxy.pause();
      await primary.sql('ALTER TABLE t ADD COLUMN more int', { database: name });
      await until('the lag', async () => Number(await behind()) > 1);
      proxy.resume();
    };
    try {
      const reading = take(scratch.dir, addressOf(proxy, name, 'reader'), {
        maxLagSeconds: 1,
        pauseMs: 100,
        maxWaitMs: 20_000,
        pageRows: 100,
        onEvent: (event) => {
          if (event.type === 'progress' && (event.rowsDone ?? 0) > 300) altered ??= alter();
        },
        onWait: (why) => waits.push(why),
      });
      await expect(reading).rejects.toMatchObject({ code: 'source-altered', exitCode: 7 });
      expect(waits).toEqual([expect.stringMatching(/^the replica is \d+ s behind/)]);
      await altered;
    } finally {
      await proxy.close();
    }
  });

  it('cannot be gone by where the account may not see it, or where it is none', async () => {
    const name = await replicated();
    const options = { maxLagSeconds: 5, maxWaitMs: 400 };
    const ask = (server: MariaDb, user: string): Promise<unknown> =>
      take(scratch.dir, addressOf(server, name, user), options);
    await expect(ask(replica, 'blind')).rejects.toMatchObject({ code: 'source-lag-unseen', exitCode: 3 });
    await expect(ask(primary, 'reader')).rejects.toMatchObject({ code: 'source-no-replica', exitCode: 3 });
    await expect(ask(primary, 'blind')).rejects.toMatchObject({ code: 'source-lag-unseen', exitCode: 3 });
  });

  it('is seen where its connection has a name', async () => {
    const named = await startMariaDb({ serverArgs: ['--server-id=23', '--log-bin=bin'] });
    try {
      await named.sql(
        `CHANGE MASTER 'legacy' TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.port}, MASTER_USER='repl', MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=4;`,
      );
      const name = await named.createDatabase();
      await named.sql('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)', { database: name });
      const reading = take(scratch.dir, addressOf(named, name), {
        maxLagSeconds: 5,
        pauseMs: 50,
        maxWaitMs: 200,
      });
      await expect(reading).rejects.toMatchObject({ code: 'source-busy' });
      // Replicated changes stay out of its log, so that the log's position proves nothing.
      const manifest = await take(scratch.dir, addressOf(named, name));
      expect([manifest.server.binaryLog, manifest.server.binaryLogWhole]).toEqual([true, false]);
    } finally {
      await named.stop();
    }
  });
});
