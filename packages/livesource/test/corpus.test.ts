import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWith, describeWithCorpus, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf, contentsOf, take } from './support.ts';

/** Real dumps that MariaDB loads as they are. */
const dumps = [
  'laddr-site.sql',
  'mediawiki-mariadb113.sql',
  'sakila-spatial.sql.gz',
  'indonesia-region.sql.gz',
  'wackopicko-mysql50.sql',
  'lightning-various-types.sql',
  'dumpling-quoted-names.sql',
];

describeWith('mariadb', 'a server with real databases', () => {
  describeWithCorpus('of other people', (folder) => {
    let db: MariaDb;
    let scratch: Awaited<ReturnType<typeof scratchDir>>;
    beforeAll(async () => {
      [db, scratch] = await Promise.all([startMariaDb(), scratchDir()]);
    });
    afterAll(async () => {
      await db.stop();
      await scratch.remove();
    });

    it.each(dumps)('gives what mariadb-dump gives of it: %s', async (file) => {
      const bytes = readFileSync(join(folder, file));
      const known = new Set((await db.sql('SHOW DATABASES')).split('\n'));
      const own = await db.createDatabase();
      await db
        .sql(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { database: own, args: ['--force'] })
        .catch(() => '');
      const loaded = (await db.sql('SHOW DATABASES'))
        .split('\n')
        .filter((name) => name !== '' && !known.has(name));
      let tables = 0;
      for (const name of loaded) {
        if ((await db.sql('SHOW TABLES', { database: name })) === '') continue;
        const dumped = join(scratch.dir, 'dump.sql');
        writeFileSync(dumped, await db.dump([name]));
        await take(scratch.dir, addressOf(db, encodeURIComponent(name)), { jobs: 2, level: 1 });
        const [expected, actual] = [
          await contentsOf(dumped),
          await contentsOf(join(scratch.dir, 'archive.sql.gz')),
        ];
        expect(Object.keys(actual.tables).sort()).toEqual(Object.keys(expected.tables).sort());
        for (const [table, contents] of Object.entries(expected.tables))
          expect([table, actual.tables[table]]).toEqual([table, contents]);
        tables += Object.keys(actual.tables).length;
      }
      expect(tables).toBeGreaterThan(0);
    });
  });
});
