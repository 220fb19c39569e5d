import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithMariaDbs, type MariaDb, scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { allKinds } from './kinds.ts';
import { addressOf, contentsOf, take } from './support.ts';

describeWithMariaDbs('an archive of a live server', (startMariaDb) => {
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

  async function dumped(name: string): Promise<string> {
    const path = join(scratch.dir, 'dump.sql');
    writeFileSync(path, await db.dump([name]));
    return path;
  }

  it.each([
    '',
    'NO_BACKSLASH_ESCAPES',
    'ANSI_QUOTES',
    'PAD_CHAR_TO_FULL_LENGTH',
    'ANSI,TRADITIONAL',
    'ORACLE',
  ])(
    'has the tables, rows and bytes that mariadb-dump writes, with the server in sql_mode "%s"',
    async (mode) => {
      const name = await db.createDatabase();
      await db.sql(allKinds, { database: name, args: ['--default-character-set=utf8mb4'] });
      await db.sql(`SET GLOBAL sql_mode='${mode}'`);
      try {
        const expected = await contentsOf(await dumped(name));
        const manifest = await take(scratch.dir, addressOf(db, name), { jobs: 2, pageRows: 7 });
        const actual = await contentsOf(join(scratch.dir, 'archive.sql.gz'));
        expect(Object.keys(actual.tables).sort()).toEqual(Object.keys(expected.tables).sort());
        expect(Object.keys(actual.tables).length).toBeGreaterThan(35);
        for (const [table, contents] of Object.entries(expected.tables))
          expect([table, actual.tables[table]]).toEqual([table, contents]);
        expect(actual.complete).toBe(true);
        for (const { name: table, rows } of manifest.tables)
          expect([table, rows]).toEqual([table, expected.tables[table]?.rows.length]);
      } finally {
        await db.sql(`SET GLOBAL sql_mode=DEFAULT`);
      }
    },
  );

  it('is restored by the mariadb client to the same database, programs and views with it', async () => {
    const name = await db.createDatabase();
    await db.sql(allKinds, { database: name, args: ['--default-character-set=utf8mb4'] });
    const manifest = await take(scratch.dir, addressOf(db, name));
    const { gunzipSync } = await import('node:zlib');
    const { readFileSync } = await import('node:fs');
    const copy = await db.createDatabase();
    await db.sql(gunzipSync(readFileSync(join(scratch.dir, 'archive.sql.gz'))), { database: copy });
    const all = [
      '--routines',
      '--events',
      '--triggers',
      '--order-by-primary',
      '--skip-comments',
      '--skip-dump-date',
    ];
    const plain = (text: Buffer, database: string) => text.toString('latin1').replaceAll(database, 'db');
    expect(plain(await db.dump([...all, copy]), copy)).toBe(plain(await db.dump([...all, name]), name));
    expect(manifest.objects).toEqual({
      sequence: ['counter'],
      trigger: ['tr'],
      function: ['fu'],
      procedure: ['pr'],
      event: ['ev'],
      view: ['a_view', 'z_of_a'],
    });
    expect(manifest.notIncluded).toEqual([]);
  });
});
