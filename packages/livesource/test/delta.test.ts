import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithMariaDbs, type MariaDb, scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  checkAgainstServer,
  checkArchive,
  deltaBetween,
  digestDump,
  type Manifest,
  readManifest,
  Session,
  Throttle,
} from '../src/index.ts';
import { allKinds } from './kinds.ts';
import { addressOf, contentsOf, generalLog, take } from './support.ts';

describeWithMariaDbs('an archive after another', (startMariaDb) => {
  let db: MariaDb;
  let name: string;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => {
    db = await startMariaDb({ serverArgs: ['--log-bin', '--server-id=7'] });
  });
  afterAll(() => db.stop());
  beforeEach(async () => {
    scratch = await scratchDir();
    name = await db.createDatabase();
    await db.sql(allKinds, { database: name, args: ['--default-character-set=utf8mb4'] });
  });
  afterEach(() => scratch.remove());

  const path = (file: string): string => join(scratch.dir, file);
  const first = (): Promise<Manifest> => take(scratch.dir, addressOf(db, name), { out: path('first.gz') });
  const next = (): Promise<Manifest> =>
    take(scratch.dir, addressOf(db, name), { out: path('next.gz'), since: path('first.gz') });

  it('reads only the tables that changed, and holds the same as one that read everything', async () => {
    const before = await first();
    await db.sql(
      `UPDATE texts SET v = 'changed' WHERE id = 3; INSERT INTO composite VALUES (999, 'a', 'p', 'new', '2030-01-01'); DELETE FROM keyless LIMIT 1;
       ALTER TABLE geo ADD COLUMN more int; DROP TABLE nets; CREATE TABLE young (id int PRIMARY KEY) ENGINE=InnoDB; INSERT INTO young VALUES (1);`,
      { database: name },
    );
    const read: string[] = [];
    let after!: Manifest;
    read.push(...(await generalLog(db, async () => (after = await next()))));
    expect(
      after.tables
        .filter(({ reused }) => !reused)
        .map((table) => table.name)
        .sort(),
    ).toEqual(['composite', 'geo', 'keyless', 'texts', 'young']);
    expect(deltaBetween(before, after)).toMatchObject({
      changed: ['composite', 'geo', 'keyless', 'texts'],
      added: ['young'],
      removed: ['nets'],
    });
    expect(read.some((sql) => sql.startsWith('SELECT `id`, `g`'))).toBe(true);
    expect(read.some((sql) => sql.startsWith('SELECT `id`, `a`, `b`, `c`, `d`'))).toBe(false);
    await take(scratch.dir, addressOf(db, name), { out: path('full.gz') });
    expect(await contentsOf(path('next.gz'))).toEqual(await contentsOf(path('full.gz')));
    expect((await checkArchive(path('next.gz'), after)).outcome).toBe('holds');
  });

  it('asks for no digest where the binary log has not moved', async () => {
    await first();
    let after!: Manifest;
    const log = await generalLog(db, async () => (after = await next()));
    expect(after.tables.every(({ reused }) => reused)).toBe(true);
    expect(log.filter((sql) => sql.includes('SHA2('))).toEqual([]);
    expect(await contentsOf(path('next.gz'))).toEqual(await contentsOf(path('first.gz')));
  });

  it('asks for digests where the binary log leaves something out', async () => {
    const filtering = await startMariaDb({
      serverArgs: ['--log-bin', '--server-id=8', '--binlog-ignore-db=unlogged'],
    });
    try {
      await filtering.sql(
        'CREATE DATABASE unlogged; CREATE TABLE unlogged.t (id int PRIMARY KEY); INSERT INTO unlogged.t VALUES (1)',
      );
      const address = addressOf(filtering, 'unlogged');
      const before = await take(scratch.dir, address, { out: path('first.gz') });
      await filtering.sql('INSERT INTO t VALUES (2)', { database: 'unlogged' });
      const after = await take(scratch.dir, address, { out: path('next.gz'), since: path('first.gz') });
      expect(after.snapshot.binlog).toEqual(before.snapshot.binlog);
      expect(after.tables.map(({ rows, reused }) => [rows, reused])).toEqual([[2, false]]);
    } finally {
      await filtering.stop();
    }
  });

  it('refuses an earlier archive that is damaged, or has no manifest', async () => {
    await first();
    const bytes = readFileSync(path('first.gz'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path('first.gz'), bytes);
    await expect(next()).rejects.toMatchObject({ code: 'archive-damaged', exitCode: 3 });
    writeFileSync(path('first.gz.manifest.json'), '{}');
    await expect(next()).rejects.toMatchObject({ code: 'manifest-unknown' });
    await expect(take(scratch.dir, addressOf(db, name), { since: path('none') })).rejects.toMatchObject({
      code: 'manifest-missing',
    });
  });

  it('is found out by a check where it holds less or other rows than its manifest says', async () => {
    const manifest = await first();
    expect((await checkArchive(path('first.gz'), await readManifest(path('first.gz')))).outcome).toBe(
      'holds',
    );
    const wrong = {
      ...manifest,
      tables: manifest.tables.map((table) =>
        table.name === 'texts'
          ? { ...table, sum: '1' }
          : table.name === 'bins'
            ? { ...table, rows: 4 }
            : table,
      ),
    };
    const check = await checkArchive(path('first.gz'), wrong);
    expect(check.findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['rows-missing', 'bins'],
      ['rows-differ', 'texts'],
    ]);
    expect((await checkArchive(path('first.gz'), { ...manifest, tables: [] })).outcome).toBe('unknown');
  });

  it('is held against the server piece by piece, as is a dump of mariadb-dump', async () => {
    await db.sql(
      `CREATE TABLE long_one (a int, b enum('z','y'), c varchar(20) COLLATE utf8mb4_bin, PRIMARY KEY (b, c, a)) ENGINE=InnoDB; INSERT INTO long_one SELECT seq, 1 + seq % 2, LEFT(MD5(seq % 100), 20) FROM seq_1_to_70000`,
      { database: name },
    );
    writeFileSync(path('dump.sql'), await db.dump([name]));
    const session = await Session.open(addressOf(db, name));
    const check = async () =>
      checkAgainstServer(await digestDump([path('dump.sql')]), session, new Throttle({}));
    const before = await check();
    expect([before.outcome, before.findings]).toEqual(['holds', []]);
    expect(before.evidence['pieces']).toBeGreaterThanOrEqual(before.looked + 3);
    await db.sql(
      `UPDATE long_one SET a = 70001 WHERE a = 35000; DELETE FROM bins LIMIT 1; DROP TABLE nets; CREATE TABLE young (id int)`,
      { database: name },
    );
    expect((await check()).findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['rows-missing', 'bins'],
      ['rows-differ', 'long_one'],
      ['table-missing', 'young'],
      ['table-gone', 'nets'],
    ]);
    await session.close();
  });
});
