import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithMariaDbs, type MariaDb, scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Session } from '../src/index.ts';
import { allKinds } from './kinds.ts';
import { addressOf, contentsOf, type Proxy, startProxy, take } from './support.ts';

const rows = `CREATE TABLE keyed (id int PRIMARY KEY, v varchar(200), n int) ENGINE=InnoDB; INSERT INTO keyed SELECT seq, REPEAT(MD5(seq), 6), 0 FROM seq_1_to_6000;
CREATE TABLE keyless (v varchar(200), n int) ENGINE=InnoDB; INSERT INTO keyless SELECT REPEAT(MD5(seq), 6), seq FROM seq_1_to_3000;
CREATE TABLE old_engine (id int PRIMARY KEY, v varchar(200)) ENGINE=MyISAM; INSERT INTO old_engine SELECT seq, REPEAT(MD5(seq), 6) FROM seq_1_to_3000;`;

describeWithMariaDbs('a fault while reading', (startMariaDb, service) => {
  let db: MariaDb;
  let proxy: Proxy;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    db = await startMariaDb();
  });
  afterAll(() => db.stop());
  beforeEach(async () => {
    scratch = await scratchDir();
    proxy = await startProxy(db.port);
  });
  afterEach(async () => {
    await proxy.close();
    await scratch.remove();
  });

  const archive = (): string => join(scratch.dir, 'archive.sql.gz');

  async function database(sql = rows): Promise<string> {
    const name = await db.createDatabase();
    await db.sql(sql, { database: name, args: ['--default-character-set=utf8mb4'] });
    return name;
  }

  /** What an undisturbed reading gives. */
  async function whole(name: string): Promise<unknown> {
    await take(join(scratch.dir), addressOf(db, name), { out: join(scratch.dir, 'whole.sql.gz') });
    return (await contentsOf(join(scratch.dir, 'whole.sql.gz'))).tables;
  }

  /** Nothing is left of a reading that failed. */
  function nothingLeft(): void {
    expect(readdirSync(scratch.dir).filter((name) => name.startsWith('archive'))).toEqual([]);
  }

  it.each(service === 'mariadb' ? [5_000, 60_000, 300_000, 700_000, 1_500_000] : [60_000, 700_000])(
    'goes on behind the last row when the connection is cut inside one, after %i bytes',
    async (bytes) => {
      const name = await database();
      proxy.cutAfter(bytes, 2);
      const manifest = await take(scratch.dir, addressOf(proxy, name), { pageRows: 1000 });
      expect(proxy.cuts).toBeGreaterThan(0);
      expect(manifest.reconnects).toBeGreaterThan(0);
      expect((await contentsOf(archive())).tables).toEqual(await whole(name));
    },
  );

  it('resumes inside tables of every kind of key, wherever it is cut', async () => {
    const name = await database(allKinds);
    const expected = await whole(name);
    for (let bytes = 12_000; bytes < 130_000; bytes += 13_131) {
      proxy.cutAfter(bytes, 3);
      await take(scratch.dir, addressOf(proxy, name), { pageRows: 3, jobs: 2 });
      proxy.cutAfter(0, 0);
      expect((await contentsOf(archive())).tables).toEqual(expected);
    }
    expect(proxy.cuts).toBeGreaterThan(10);
  });

  it('reads inside the table from where it was, and a table without a key anew', async () => {
    const name = await database();
    proxy.cutAfter(900_000, 1);
    const manifest = await take(scratch.dir, addressOf(proxy, name), { pageRows: 500 });
    const keyed = manifest.tables.find((table) => table.name === 'keyed');
    expect([keyed?.resumes, keyed?.rereads]).toEqual([1, 0]);
    proxy.cutAfter(2_200_000, 1);
    const other = await take(scratch.dir, addressOf(proxy, name), { pageRows: 500, without: ['keyed'] });
    expect(other.reconnects).toBe(0);
  });

  it('reads a table again whose rows changed between the cut and the next snapshot', async () => {
    const name = await database();
    proxy.cutAfter(1_000_000, 1);
    const manifest = await take(scratch.dir, addressOf(proxy, name), {
      pageRows: 500,
      onEvent: async (event) => {
        if (event.type === 'note' && event.code === 'source-reconnect')
          await db.sql('UPDATE keyed SET n = 1 WHERE id = 1', { database: name });
      },
    });
    expect(manifest.reconnects).toBe(1);
    expect(manifest.tables.find((table) => table.name === 'keyed')?.rereads).toBe(1);
    expect((await contentsOf(archive())).tables).toEqual(await whole(name));
  });

  it('takes the other connections where one is lost, with the snapshot they share', async () => {
    const name = await database();
    let killed = '';
    const manifest = await take(scratch.dir, addressOf(db, name), {
      pageRows: 300,
      jobs: 2,
      onEvent: async (event) => {
        if (killed !== '' || event.type !== 'progress' || (event.rowsDone ?? 0) < 4000) return;
        killed = 'asked';
        killed = (
          await db.sql(
            `SELECT id FROM information_schema.processlist WHERE db = '${name}' ORDER BY id DESC LIMIT 1`,
          )
        ).trim();
        await db.sql(`KILL ${killed}`).catch(() => '');
      },
    });
    expect(killed).toMatch(/^\d+$/);
    expect(manifest.reconnects).toBe(0);
    expect((await contentsOf(archive())).tables).toEqual(await whole(name));
  });

  it('goes on after killed queries', async () => {
    const name = await database();
    const killer = async (event: { type: string }): Promise<void> => {
      if (event.type !== 'progress') return;
      const ids = await db.sql(
        `SELECT id FROM information_schema.processlist WHERE db = '${name}' AND info LIKE 'SELECT%'`,
      );
      for (const id of ids.split('\n').filter((one) => one !== ''))
        await db.sql(`KILL QUERY ${id}`).catch(() => '');
    };
    await take(scratch.dir, addressOf(db, name), { pageRows: 200, onEvent: killer });
    expect((await contentsOf(archive())).tables).toEqual(await whole(name));
  });

  it('gives up with a code where every try is killed', async () => {
    const name = await database(
      'CREATE TABLE long_one (v varchar(200)) ENGINE=InnoDB; INSERT INTO long_one SELECT REPEAT(MD5(seq), 6) FROM seq_1_to_200000;',
    );
    let going = true;
    const killing = (async () => {
      while (going) {
        const ids = await db.sql(
          `SELECT id FROM information_schema.processlist WHERE db = '${name}' AND info LIKE 'SELECT%long_one%'`,
        );
        for (const id of ids.split('\n').filter((one) => one !== ''))
          await db.sql(`KILL QUERY ${id}`).catch(() => '');
      }
    })();
    await expect(take(scratch.dir, addressOf(db, name))).rejects.toMatchObject({
      code: 'source-interrupted',
      exitCode: 7,
    });
    going = false;
    await killing;
    nothingLeft();
  });

  it('counts a silent server as lost after a while, and goes on with the next connection', async () => {
    const name = await database();
    let held = false;
    const manifest = await take(scratch.dir, addressOf(proxy, name), {
      pageRows: 200,
      silenceMs: 300,
      onEvent: async (event) => {
        if (event.type === 'note') proxy.release();
        if (event.type !== 'progress' || held || (event.rowsDone ?? 0) < 4000) return;
        held = true;
        proxy.hold();
        await Promise.resolve();
      },
    });
    expect(manifest.reconnects).toBeGreaterThan(0);
    expect((await contentsOf(archive())).tables).toEqual(await whole(name));
  });

  it('gives up with a code and leaves nothing where the server does not come back', async () => {
    const name = await database();
    proxy.cutAfter(900_000, 1_000_000);
    const lost = take(scratch.dir, addressOf(proxy, name), {
      pageRows: 500,
      reconnectForMs: 500,
      onEvent: async (event) => {
        if (event.type === 'note') await proxy.close();
      },
    });
    await expect(lost).rejects.toMatchObject({ code: 'source-lost', exitCode: 7 });
    nothingLeft();
  });

  it('says where a table was altered, dropped or made meanwhile', async () => {
    const during = async (name: string, change: string): Promise<void> => {
      let done: Promise<unknown> | undefined;
      // Connected before: a client that has yet to start may come too late.
      const changing = await Session.open(addressOf(db, name));
      const reading = take(scratch.dir, addressOf(db, name), {
        pageRows: 200,
        onEvent: (event) => {
          if (event.type === 'progress' && (event.rowsDone ?? 0) > 3500) done ??= changing.query(change);
        },
      });
      await expect(reading).rejects.toMatchObject({ code: 'source-altered', exitCode: 7 });
      nothingLeft();
      await done;
      await changing.close();
    };
    // Read in the order of size: `keyed` is being read when the others change.
    await during(await database(), 'ALTER TABLE keyless ADD COLUMN more int DEFAULT 1');
    await during(await database(), 'DROP TABLE keyless');
    await during(await database(), 'CREATE TABLE young (id int)');
  });

  it('reads rows larger than the max_allowed_packet of the server, byte for byte', async () => {
    const fill = `SELECT seq, REPEAT(UNHEX(SHA1(seq)), 150000), REPEAT(CONCAT(MD5(seq), "\\'", _latin1 X'E9'), 60000) FROM seq_1_to_4`;
    const name = await database(
      `CREATE TABLE large (id int PRIMARY KEY, b longblob, t longtext) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4; INSERT INTO large ${fill};
       CREATE TABLE large_old (id int PRIMARY KEY, b longblob, t longtext) ENGINE=MyISAM DEFAULT CHARSET=latin1; INSERT INTO large_old ${fill};`,
    );
    const dumped = join(scratch.dir, 'dump.sql');
    writeFileSync(dumped, await db.dump(['--hex-blob', name]));
    await db.sql('SET GLOBAL max_allowed_packet = 1048576');
    try {
      const manifest = await take(scratch.dir, addressOf(db, name), { jobs: 2 });
      expect(manifest.longestStatement).toBeGreaterThan(4_000_000);
      expect((await contentsOf(archive())).tables).toEqual((await contentsOf(dumped)).tables);
    } finally {
      await db.sql('SET GLOBAL max_allowed_packet = 268435456');
    }
  });

  it('survives a restart of the server', async () => {
    const own = await startMariaDb();
    try {
      const name = await own.createDatabase();
      await own.sql(rows, { database: name });
      let restarted: Promise<void> | undefined;
      const manifest = await take(scratch.dir, addressOf(own, name), {
        pageRows: 50,
        onEvent: (event) => {
          if (event.type === 'progress' && (event.rowsDone ?? 0) > 4000) restarted ??= own.restart();
        },
      });
      await restarted;
      expect(manifest.reconnects).toBeGreaterThan(0);
      expect((await contentsOf(archive())).tables['keyed']?.rows).toHaveLength(6000);
      expect(manifest.tables.map((table) => table.rows)).toEqual([6000, 3000, 3000]);
    } finally {
      await own.stop();
    }
  });
});
