import { setTimeout as sleep } from 'node:timers/promises';
import { parseSourceUrl, readPrivileges, Session } from '@cutover/livesource';
import { describeWith, type MariaDb, startMariaDb } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FreezeInput, type FreezeProof, proveFreeze } from '../src/index.ts';
import { serve, type TestSite } from './support/servers.ts';

describeWith('mariadb', 'the freeze', () => {
  let db: MariaDb;
  let withoutLog: MariaDb;
  let database: string;
  let site: TestSite;
  let status = 503;
  let sessions: Session[] = [];

  beforeAll(async () => {
    const log = ['--log-bin=mysql-bin', '--server-id=1', '--binlog-format=ROW', '--event-scheduler=ON'];
    [db, withoutLog] = await Promise.all([startMariaDb({ serverArgs: log }), startMariaDb()]);
    await db.sql(
      `CREATE USER reader@'%'; CREATE USER less@'%'; CREATE USER app@'%'; GRANT BINLOG MONITOR ON *.* TO reader@'%'`,
    );
    site = await serve((_request, response) => response.writeHead(status).end());
  });
  afterAll(() => Promise.all([db?.stop(), withoutLog?.stop(), site?.close()]));

  beforeEach(async () => {
    status = 503;
    await db.sql('SET GLOBAL read_only = 0');
    database = await db.createDatabase();
    await db.sql(
      `CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a VALUES (1, 'x'); CREATE TABLE m (id int) ENGINE=MyISAM; INSERT INTO m VALUES (1); CREATE VIEW v AS SELECT * FROM a`,
      { database },
    );
    await db.sql(
      `GRANT SELECT ON ${database}.* TO reader@'%'; GRANT SELECT ON ${database}.a TO less@'%'; GRANT ALL ON ${database}.* TO app@'%'`,
    );
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    sessions = [];
  });

  const freeze = () => db.sql('SET GLOBAL read_only = 1');
  const open = async (user: string, server = db, name = database): Promise<Session> => {
    const session = await Session.open(
      parseSourceUrl(`mysql://${user}@127.0.0.1:${server.port}/${name}?tls=off`),
    );
    sessions.push(session);
    return session;
  };
  const prove = async (more: Partial<FreezeInput> = {}, user = 'reader') => {
    const sql = await open(user);
    const { held, unproven } = await readPrivileges(sql, database);
    return proveFreeze({
      sql,
      database,
      seesEveryTable: held.has('SELECT') && !unproven,
      application: await open('app'),
      canary: { url: `${site.url}/write` },
      windowMs: 600,
      intervalMs: 100,
      ...more,
    });
  };
  const outcomes = ({ checks }: Awaited<ReturnType<typeof prove>>) =>
    Object.fromEntries(checks.map(({ id, outcome }) => [id.replace('freeze-', ''), outcome]));
  const codes = ({ checks }: Awaited<ReturnType<typeof prove>>) =>
    checks.flatMap(({ findings }) => findings.map(({ code }) => code));
  const allHold = {
    'read-only': 'holds',
    position: 'holds',
    'canary-sql': 'holds',
    'canary-application': 'holds',
    tables: 'holds',
  };

  it('holds over a window, and gives what later steps are held against', async () => {
    await freeze();
    const proved = await prove();
    expect(outcomes(proved)).toEqual(allHold);
    expect(proved.checks[0]!.evidence['looks']).toBeGreaterThan(1);
    const again = await prove({
      since: JSON.parse(JSON.stringify(proved.proof)) as FreezeProof,
      windowMs: 50,
    });
    expect(outcomes(again)).toEqual(allHold);
  });

  it('fails at once on a system that is not frozen, and gives no proof', async () => {
    const beganMs = Date.now();
    const proved = await prove({ windowMs: 60_000 });
    expect(outcomes(proved)).toMatchObject({ 'read-only': 'fails', 'canary-sql': 'fails' });
    expect(codes(proved)).toEqual(['freeze-not-read-only', 'freeze-write-accepted']);
    expect([Date.now() - beganMs < 30_000, proved.proof]).toEqual([true, undefined]);
    expect(await db.sql('SELECT COUNT(*) FROM a', { database })).toBe('1\n');
  });

  it('sees a watchdog that thaws the system after a while', async () => {
    await db.sql(
      `CREATE EVENT thaw ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 5 SECOND DO SET GLOBAL read_only = 0`,
      {
        database,
      },
    );
    await freeze();
    const before = await prove({ windowMs: 300 });
    expect(outcomes(before)).toEqual(allHold);
    const proved = await prove({ windowMs: 20_000 });
    // Whether the look at which it ends had its write refused depends on where in it the thaw came.
    expect(codes(proved)).toContain('freeze-thawed');
    expect(proved.proof).toBeUndefined();
  });

  // Two minutes, for whoever asks: the real window against a watchdog that is as slow as they get.
  if (process.env['CUTOVER_REAL_WINDOW'] === '1') {
    it('sees a watchdog that comes back after two minutes, with the window that it has by default', async () => {
      await db.sql(
        `CREATE EVENT thaw ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 120 SECOND DO SET GLOBAL read_only = 0`,
        { database },
      );
      await freeze();
      const sql = await open('reader');
      const beganMs = Date.now();
      const proved = await proveFreeze({ sql, database, seesEveryTable: true });
      expect(codes(proved)).toContain('freeze-thawed');
      expect(Date.now() - beganMs).toBeGreaterThan(115_000);
    }, 200_000);
  }

  it('sees a thaw between two steps, even where it was frozen again', async () => {
    await freeze();
    const { proof } = await prove();
    await db.sql(
      `SET GLOBAL read_only = 0; INSERT INTO a VALUES (2, 'y'); DELETE FROM a WHERE id = 2; SET GLOBAL read_only = 1`,
      { database },
    );
    const later = await prove({ since: proof, windowMs: 50 });
    expect(outcomes(later)).toMatchObject({ 'read-only': 'holds', tables: 'holds', position: 'fails' });
  });

  it.each([
    ['a changed row', `UPDATE a SET t = 'y'`],
    ['a row in a table without transactions', 'INSERT INTO m VALUES (2)'],
    ['a new table', 'CREATE TABLE n (id int)'],
    ['a table that is gone', 'DROP TABLE m'],
  ])('sees %s that never got into the binary log', async (_name, change) => {
    await freeze();
    const { proof } = await prove({ windowMs: 50 });
    await db.sql(`SET sql_log_bin = 0; ${change}`, { database });
    const later = await prove({ since: proof, windowMs: 50 });
    expect(outcomes(later)).toMatchObject({ tables: 'fails', position: 'holds' });
  });

  it('sees a privileged account that writes past read_only within the window', async () => {
    await freeze();
    const [proved] = await Promise.all([
      prove({ windowMs: 3000 }),
      sleep(500).then(() => db.sql(`INSERT INTO a VALUES (3, 'z')`, { database })),
    ]);
    expect(codes(proved)).toEqual(expect.arrayContaining(['freeze-written', 'freeze-table-changed']));
  });

  it('fails where the application takes a write, and does not know where it answers something else', async () => {
    await freeze();
    status = 302;
    expect(outcomes(await prove())['canary-application']).toBe('fails');
    status = 404;
    expect(outcomes(await prove({ windowMs: 50 }))['canary-application']).toBe('unknown');
    expect(
      outcomes(await prove({ windowMs: 50, canary: { url: 'http://127.0.0.1:9/' } }))['canary-application'],
    ).toBe('unknown');
  });

  it('does not know what was not given, and what the account may not see', async () => {
    await freeze();
    expect(outcomes(await prove({ windowMs: 50, application: undefined, canary: undefined }))).toEqual({
      ...allHold,
      'canary-sql': 'unknown',
      'canary-application': 'unknown',
    });
    const less = await prove({ windowMs: 50 }, 'less');
    expect(outcomes(less)).toEqual({ ...allHold, position: 'unknown', tables: 'unknown' });
    expect(less.checks.find(({ id }) => id === 'freeze-position')!.couldNotTell).toContain(
      'GRANT BINLOG MONITOR',
    );
    expect(less.proof).toBeUndefined();
  });

  it('does not know of writes where the server keeps no binary log, but of tables', async () => {
    const name = await withoutLog.createDatabase();
    await withoutLog.sql('CREATE TABLE a (id int); SET GLOBAL read_only = 1', { database: name });
    const sql = await open('root', withoutLog, name);
    const proved = await proveFreeze({ sql, database: name, seesEveryTable: true, windowMs: 50 });
    expect(outcomes(proved)).toMatchObject({ position: 'unknown', tables: 'holds', 'read-only': 'holds' });
  });

  it('takes withdrawn rights for a refusal too', async () => {
    await db.sql(`REVOKE ALL ON ${database}.* FROM app@'%'; GRANT SELECT ON ${database}.* TO app@'%'`);
    expect(outcomes(await prove({ windowMs: 50 }))).toMatchObject({
      'canary-sql': 'holds',
      'read-only': 'fails',
    });
  });
});
